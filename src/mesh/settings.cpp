// What the linted files themselves say of the mesh: an IstioOperator, the ConfigMap `istio` that an
// installation leaves behind, istiod's Deployment. A key that is not understood is left alone, as
// the rules on fields say what is wrong with it.

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>

#include "../text.hpp"
#include "cassmesh/error.hpp"
#include "cassmesh/mesh.hpp"

namespace cassmesh::mesh {
namespace {

void read_text(const yaml::Node& node, std::string& value) {
  if (!node.text().empty()) value = std::string(node.text());
}

void read_bool(const yaml::Node& node, std::optional<bool>& value) {
  if (node.text() == "true") value = true;
  if (node.text() == "false") value = false;
}

void read_list(const yaml::Node& node, std::vector<std::string>& value) {
  if (node.size() == 0) return;
  value.clear();
  for (const auto& item : node) value.emplace_back(item.text());
}

template <typename Value>
void read_choice(const yaml::Node& node, std::string_view first, Value if_first,
                 std::string_view second, Value if_second, std::optional<Value>& value) {
  if (node.text() == first) value = if_first;
  if (node.text() == second) value = if_second;
}

class Finder {
 public:
  explicit Finder(const k8s::ObjectSet& objects) : objects_(objects) {}

  /// What stands later wins: the ConfigMap of an installation is what istiod really reads.
  FoundSettings find() {
    for (const auto* installation : objects_.of("IstioOperator")) read_operator(*installation);
    for (const auto& object : objects_) {
      if (object.group() == "sailoperator.io" && object.kind() == "Istio") read_sail(object);
    }
    for (const bool plain : {false, true}) {  // `istio` wins over those of revisions
      for (const auto* map : objects_.of("ConfigMap")) {
        if (plain ? map->name() == "istio" : map->name().starts_with("istio-")) read_map(*map);
      }
    }
    for (const auto* deployment : objects_.of("Deployment")) read_istiod(*deployment);
    choose_inbound();
    return std::move(found_);
  }

 private:
  void read_mesh_config(const yaml::Node& config) {
    auto& settings = found_.settings;
    read_text(config["rootNamespace"], settings.root_namespace);
    read_text(config["trustDomain"], settings.trust_domain);
    read_bool(config["enableAutoMtls"], settings.auto_mtls);
    read_choice(config["inboundTrafficPolicy"]["mode"], "PASSTHROUGH", InboundPolicy::passthrough,
                "LOCALHOST", InboundPolicy::localhost, by_mesh_config_);
    read_outbound(config["outboundTrafficPolicy"]["mode"]);
    read_list(config["defaultServiceExportTo"], settings.service_export_to);
    read_list(config["defaultVirtualServiceExportTo"], settings.virtual_service_export_to);
    read_list(config["defaultDestinationRuleExportTo"], settings.destination_rule_export_to);
  }

  void read_outbound(const yaml::Node& mode) {
    read_choice(mode, "ALLOW_ANY", OutboundPolicy::allow_any, "REGISTRY_ONLY",
                OutboundPolicy::registry_only, found_.settings.outbound);
  }

  /// The values of the Helm charts.
  void read_values(const yaml::Node& values) {
    const auto global = values["global"];
    read_text(global["istioNamespace"], found_.settings.root_namespace);
    read_text(global["trustDomain"], found_.settings.trust_domain);
    read_text(global["proxy"]["clusterDomain"], found_.settings.cluster_domain);
    read_bool(global["mtls"]["auto"], found_.settings.auto_mtls);
    read_outbound(global["outboundTrafficPolicy"]["mode"]);
    read_mesh_config(values["meshConfig"]);
    read_inbound_switch(values["pilot"]["env"]["PILOT_ENABLE_INBOUND_PASSTHROUGH"]);
  }

  void read_inbound_switch(const yaml::Node& value) {
    read_choice(value, "true", InboundPolicy::passthrough, "false", InboundPolicy::localhost,
                by_environment_);
  }

  /// A switch counts unless the installation's version is known not to look at it.
  void choose_inbound() {
    const auto counts = [&](Capability capability) {
      return !found_.istio || found_.istio->overlaps(versions_with(capability));
    };
    const auto choose = [&](const std::optional<InboundPolicy>& value, Capability capability) {
      if (!value || !counts(capability)) return;
      found_.settings.inbound = value;
      found_.settings.inbound_versions = versions_with(capability);
    };
    choose(by_environment_, Capability::inbound_policy_by_environment);
    choose(by_mesh_config_, Capability::inbound_policy_by_mesh_config);
  }

  void read_environment(const yaml::Node& variables) {
    for (const auto& variable : variables) {
      if (variable["name"].text() == "PILOT_ENABLE_INBOUND_PASSTHROUGH")
        read_inbound_switch(variable["value"]);
    }
  }

  void read_operator(const k8s::Object& installation) {
    const auto spec = installation["spec"];
    read_text(spec["namespace"], found_.settings.root_namespace);
    read_values(spec["values"]);
    read_mesh_config(spec["meshConfig"]);
    read_environment(spec["components"]["pilot"]["k8s"]["env"]);
    const bool named = read_version(spec["components"]["pilot"]["tag"].text()) ||
                       read_version(spec["tag"].text()) ||
                       read_version(spec["values"]["pilot"]["tag"].text()) ||
                       read_version(spec["values"]["global"]["tag"].text());
    if (!named) read_revision(spec["revision"].text());
  }

  void read_sail(const k8s::Object& installation) {
    const auto spec = installation["spec"];
    read_text(spec["namespace"], found_.settings.root_namespace);
    read_values(spec["values"]);
    auto version = spec["version"].text();
    if (version.starts_with('v')) version.remove_prefix(1);
    read_version(version);
  }

  void read_map(const k8s::Object& map) {
    const auto text = map["data"]["mesh"].text();
    if (text.empty()) return;
    const Source source(0, std::string(map.name()), std::string(text));
    for (const auto& document : yaml::parse(source)) {
      if (document.root().is_mapping()) read_mesh_config(document.root());
    }
  }

  void read_istiod(const k8s::Object& deployment) {
    for (const auto& container : k8s::containers(deployment)) {
      const auto image = container.node["image"].text();
      const auto name = image.substr(image.rfind('/') + 1);
      if (container.init || !(name.starts_with("pilot:") || name.starts_with("pilot@"))) continue;
      read_environment(container.node["env"]);
      if (const auto colon = name.find(':'); colon != std::string_view::npos)
        read_version(name.substr(colon + 1, name.find('@') - colon - 1));
    }
  }

  /// Reads `1.24.2`, `1.24`, `1.24.2-distroless` as the version that an installation has; says
  /// whether it is one.
  bool read_version(std::string_view tag) {
    std::size_t dots = 0;
    std::size_t end = 0;
    for (; end < tag.size() && (is_digit(tag[end]) || tag[end] == '.'); ++end)
      dots += tag[end] == '.' ? 1U : 0U;
    if (!tag.starts_with("1.") || dots > 2 || (end < tag.size() && tag[end] != '-')) return false;
    try {
      const auto range = VersionRange::parse(tag.substr(0, end));
      found_.istio = found_.istio ? *found_.istio | range : range;
      return true;
    } catch (const Error&) {
      return false;  // `1.`: a tag of something else
    }
  }

  /// Revisions are named after versions, with dashes: `1-24-2`.
  void read_revision(std::string_view revision) {
    std::string version(revision);
    std::ranges::replace(version, '-', '.');
    read_version(version);
  }

  const k8s::ObjectSet& objects_;
  FoundSettings found_;
  std::optional<InboundPolicy> by_environment_;
  std::optional<InboundPolicy> by_mesh_config_;
};

}  // namespace

FoundSettings find_settings(const k8s::ObjectSet& objects) {
  return Finder(objects).find();
}

}  // namespace cassmesh::mesh
