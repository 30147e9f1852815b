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

/// The line of a text that is written as a literal block, `|`: there the text is as it stands.
Place place_in_block(const yaml::Node& block, const Place& inner, std::string_view text) {
  const auto header = block.where().at;
  const auto line = header.line + inner.at.line;
  const auto written = block.source().line(line);
  const auto content = block.source().line(header.line + 1);
  const auto indent = content.find_first_not_of(' ') - text.find_first_not_of(' ');
  if (block.style() != yaml::Style::literal || indent >= written.size()) return block.place();
  const auto column = static_cast<int>(indent) + inner.at.column;
  return {.at = {.file = header.file, .line = line, .column = column},
          .end = {.file = header.file, .line = line, .column = column + 1}};
}

/// Where the two switches for incoming traffic are noted until it is known which counts.
constexpr std::string_view by_environment = "PILOT_ENABLE_INBOUND_PASSTHROUGH";
constexpr std::string_view by_mesh_config = "meshConfig.inboundTrafficPolicy";

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
  /// Takes what is read, and remembers where it stands.
  template <typename Value>
  void take(std::string_view key, const yaml::Node& node, Value& value, Value read) {
    value = std::move(read);
    note(key, node, true);
  }

  void note(std::string_view key, const yaml::Node& node, bool instead) {
    auto& places = found_.places[std::string(key)];
    if (instead) places.clear();
    const auto place = node.place();
    places.push_back(
        {.place = block_ ? place_in_block(block_, place, block_.text()) : place, .by = by_});
  }

  void read_text(std::string_view key, const yaml::Node& node, std::string& value) {
    if (!node.text().empty()) take(key, node, value, std::string(node.text()));
  }

  void read_bool(std::string_view key, const yaml::Node& node, std::optional<bool>& value) {
    if (node.text() == "true") take<std::optional<bool>>(key, node, value, true);
    if (node.text() == "false") take<std::optional<bool>>(key, node, value, false);
  }

  void read_list(std::string_view key, const yaml::Node& node, std::vector<std::string>& value) {
    if (node.size() == 0) return;
    std::vector<std::string> read;
    for (const auto& item : node) read.emplace_back(item.text());
    take(key, node, value, std::move(read));
  }

  template <typename Value>
  void read_choice(std::string_view key, const yaml::Node& node, std::string_view first,
                   Value if_first, std::string_view second, Value if_second,
                   std::optional<Value>& value) {
    if (node.text() == first) take<std::optional<Value>>(key, node, value, if_first);
    if (node.text() == second) take<std::optional<Value>>(key, node, value, if_second);
  }

  void read_mesh_config(const yaml::Node& config) {
    auto& settings = found_.settings;
    read_text("rootNamespace", config["rootNamespace"], settings.root_namespace);
    read_text("trustDomain", config["trustDomain"], settings.trust_domain);
    read_bool("autoMtls", config["enableAutoMtls"], settings.auto_mtls);
    read_choice(by_mesh_config, config["inboundTrafficPolicy"]["mode"], "PASSTHROUGH",
                InboundPolicy::passthrough, "LOCALHOST", InboundPolicy::localhost, by_mesh_config_);
    read_outbound(config["outboundTrafficPolicy"]["mode"]);
    read_list("defaultExportTo.service", config["defaultServiceExportTo"],
              settings.service_export_to);
    read_list("defaultExportTo.virtualService", config["defaultVirtualServiceExportTo"],
              settings.virtual_service_export_to);
    read_list("defaultExportTo.destinationRule", config["defaultDestinationRuleExportTo"],
              settings.destination_rule_export_to);
  }

  void read_outbound(const yaml::Node& mode) {
    read_choice("outboundTrafficPolicy", mode, "ALLOW_ANY", OutboundPolicy::allow_any,
                "REGISTRY_ONLY", OutboundPolicy::registry_only, found_.settings.outbound);
  }

  /// The values of the Helm charts.
  void read_values(const yaml::Node& values) {
    const auto global = values["global"];
    auto& settings = found_.settings;
    read_text("rootNamespace", global["istioNamespace"], settings.root_namespace);
    read_text("trustDomain", global["trustDomain"], settings.trust_domain);
    read_text("clusterDomain", global["proxy"]["clusterDomain"], settings.cluster_domain);
    read_bool("autoMtls", global["mtls"]["auto"], settings.auto_mtls);
    read_outbound(global["outboundTrafficPolicy"]["mode"]);
    read_mesh_config(values["meshConfig"]);
    read_inbound_switch(values["pilot"]["env"]["PILOT_ENABLE_INBOUND_PASSTHROUGH"]);
  }

  void read_inbound_switch(const yaml::Node& value) {
    read_choice(by_environment, value, "true", InboundPolicy::passthrough, "false",
                InboundPolicy::localhost, by_environment_);
  }

  /// A switch counts unless the installation's version is known not to look at it.
  void choose_inbound() {
    const auto counts = [&](Capability capability) {
      return !found_.istio || found_.istio->overlaps(versions_with(capability));
    };
    const auto choose = [&](std::string_view from, const std::optional<InboundPolicy>& value,
                            Capability capability) {
      auto places = found_.places.extract(std::string(from));
      if (!value || !counts(capability)) return;
      found_.settings.inbound = value;
      found_.settings.inbound_versions = versions_with(capability);
      found_.places["inboundTrafficPolicy"] = std::move(places.mapped());
    };
    choose(by_environment, by_environment_, Capability::inbound_policy_by_environment);
    choose(by_mesh_config, by_mesh_config_, Capability::inbound_policy_by_mesh_config);
  }

  void read_environment(const yaml::Node& variables) {
    for (const auto& variable : variables) {
      if (variable["name"].text() == "PILOT_ENABLE_INBOUND_PASSTHROUGH")
        read_inbound_switch(variable["value"]);
    }
  }

  void read_operator(const k8s::Object& installation) {
    by_ = &installation;
    const auto spec = installation["spec"];
    read_text("rootNamespace", spec["namespace"], found_.settings.root_namespace);
    read_values(spec["values"]);
    read_mesh_config(spec["meshConfig"]);
    read_environment(spec["components"]["pilot"]["k8s"]["env"]);
    const bool named = read_version(spec["components"]["pilot"]["tag"]) ||
                       read_version(spec["tag"]) || read_version(spec["values"]["pilot"]["tag"]) ||
                       read_version(spec["values"]["global"]["tag"]);
    if (!named) read_revision(spec["revision"]);
  }

  void read_sail(const k8s::Object& installation) {
    by_ = &installation;
    const auto spec = installation["spec"];
    read_text("rootNamespace", spec["namespace"], found_.settings.root_namespace);
    read_values(spec["values"]);
    const auto version = spec["version"];
    read_version(version, version.text().substr(version.text().starts_with('v') ? 1 : 0));
  }

  void read_map(const k8s::Object& map) {
    by_ = &map;
    block_ = map["data"]["mesh"];
    const Source source(0, std::string(map.name()), std::string(block_.text()));
    for (const auto& document : yaml::parse(source)) {
      if (document.root().is_mapping()) read_mesh_config(document.root());
    }
    block_ = {};
  }

  void read_istiod(const k8s::Object& deployment) {
    by_ = &deployment;
    for (const auto& container : k8s::containers(deployment)) {
      const auto image = container.node["image"].text();
      const auto name = image.substr(image.rfind('/') + 1);
      if (container.init || !(name.starts_with("pilot:") || name.starts_with("pilot@"))) continue;
      read_environment(container.node["env"]);
      if (const auto colon = name.find(':'); colon != std::string_view::npos)
        read_version(container.node["image"], name.substr(colon + 1, name.find('@') - colon - 1));
    }
  }

  /// Reads `1.24.2`, `1.24`, `1.24.2-distroless` as the version that an installation has; says
  /// whether it is one.
  bool read_version(const yaml::Node& node, std::string_view tag) {
    std::size_t dots = 0;
    std::size_t end = 0;
    for (; end < tag.size() && (is_digit(tag[end]) || tag[end] == '.'); ++end)
      dots += tag[end] == '.' ? 1U : 0U;
    if (!tag.starts_with("1.") || dots > 2 || (end < tag.size() && tag[end] != '-')) return false;
    try {
      const auto range = VersionRange::parse(tag.substr(0, end));
      found_.istio = found_.istio ? *found_.istio | range : range;
      note("istio", node, false);
      return true;
    } catch (const Error&) {
      return false;  // `1.`: a tag of something else
    }
  }

  bool read_version(const yaml::Node& node) { return read_version(node, node.text()); }

  /// Revisions are named after versions, with dashes: `1-24-2`.
  void read_revision(const yaml::Node& revision) {
    std::string version(revision.text());
    std::ranges::replace(version, '-', '.');
    read_version(revision, version);
  }

  const k8s::ObjectSet& objects_;
  FoundSettings found_;
  std::optional<InboundPolicy> by_environment_;
  std::optional<InboundPolicy> by_mesh_config_;
  const k8s::Object* by_ = nullptr;  ///< that is being read
  yaml::Node block_{};               ///< whose text is being read, of a ConfigMap
};

}  // namespace

FoundSettings find_settings(const k8s::ObjectSet& objects) {
  return Finder(objects).find();
}

}  // namespace cassmesh::mesh
