#include <algorithm>
#include <utility>

#include "cassmesh/hosts.hpp"
#include "cassmesh/mesh.hpp"
#include "precedence.hpp"
#include "text.hpp"

// Read in istio/istio 1.24.0: pilot/pkg/model/push_context.go (initVirtualServices,
// setDestinationRules, initServiceRegistry, initSidecarScopes, getSidecarScope),
// pilot/pkg/model/sidecar.go (convertIstioListenerToWrapper, hostClassification.Matches) and
// pilot/pkg/serviceregistry/kube/conversion.go.
namespace cassmesh::mesh {
namespace {

using Names = std::set<std::string, std::less<>>;

/// What an object itself says about its visibility; empty if nothing.
Names own_export_to(const k8s::Object& object) {
  Names names;
  const auto list = object["spec"]["exportTo"];
  if (list.is_sequence()) {
    for (const auto& item : list) {
      if (item.is_scalar()) names.emplace(item.text());
      if (item.is_null()) names.emplace("~");  // plain `~` is YAML's null
    }
  }
  if (!object.is("Service")) return names;
  auto rest = object.annotations()["networking.istio.io/exportTo"].text();
  while (!rest.empty()) {
    const auto comma = std::min(rest.find(','), rest.size());
    names.emplace(trim(rest.substr(0, comma)));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return names;
}

const std::vector<std::string>& default_export_to(const k8s::Object& object,
                                                  const Settings& settings) {
  if (object.is("VirtualService")) return settings.virtual_service_export_to;
  if (object.is("DestinationRule")) return settings.destination_rule_export_to;
  return settings.service_export_to;
}

Audience only(std::string_view name_space) {
  return Audience(Names{std::string(name_space)});
}

/// Of the mesh's default only `.` and `*` count.
Audience default_audience(const k8s::Object& object, const Settings& settings) {
  const auto& names = default_export_to(object, settings);
  const auto has = [&](std::string_view name) {
    return std::ranges::find(names, name) != names.end();
  };
  if (has(".")) return only(object.name_space());
  if (names.empty() || has("*") || object.is("DestinationRule")) return Audience::everybody();
  return Audience(Names{});
}

/// Whether a Sidecar applies to a workload of its own namespace by its selector. An empty selector
/// is one that fits everything.
bool selects_workload(const k8s::Object& sidecar, const k8s::Object& workload) {
  const auto selector = sidecar["spec"]["workloadSelector"];
  return selector.is_mapping() && k8s::selects(selector["labels"], workload);
}

bool has_selector(const k8s::Object& sidecar) {
  return sidecar["spec"]["workloadSelector"].is_mapping();
}

/// The one of a namespace's Sidecars that goes first, of those that `fits` takes.
template <typename Fits>
const k8s::Object* first_sidecar(std::string_view name_space, const k8s::ObjectSet& objects,
                                 Fits fits) {
  Objects fitting;
  for (const auto* sidecar : objects.of("Sidecar")) {
    if (sidecar->name_space() == name_space && fits(*sidecar)) fitting.push_back(sidecar);
  }
  return fitting.empty() ? nullptr : by_precedence(fitting).front();
}

/// `namespace/host` of a Sidecar's egress. What has no `/` is refused, and imports nothing.
bool imports_by(std::string_view entry, std::string_view client_namespace, std::string_view host,
                std::string_view host_namespace) {
  const auto slash = entry.find('/');
  if (slash == entry.npos) return false;
  auto name_space = entry.substr(0, slash);
  if (name_space == ".") name_space = client_namespace;
  return (name_space == "*" || name_space == host_namespace) &&
         covers(entry.substr(slash + 1), host);
}

}  // namespace

Audience Audience::everybody() {
  Audience all;
  all.everybody_ = true;
  return all;
}

Audience::Audience(Names namespaces) : namespaces_(std::move(namespaces)) {}

bool Audience::includes(std::string_view name_space) const {
  return everybody_ || namespaces_.contains(name_space);
}

bool Audience::overlaps(const Audience& other) const {
  if (everybody_) return other.everybody_ || !other.namespaces_.empty();
  return std::ranges::any_of(
      namespaces_, [&](const std::string& name_space) { return other.includes(name_space); });
}

Audience audience(const k8s::Object& object, const Settings& settings) {
  const bool is_destination_rule = object.is("DestinationRule");
  if (is_destination_rule && object["spec"]["workloadSelector"].is_mapping())
    return only(object.name_space());
  auto names = own_export_to(object);
  if (names.empty()) return default_audience(object, settings);
  if (names.contains("*")) return Audience::everybody();
  const bool hidden = names.erase("~") > 0;
  if (hidden && !is_destination_rule) return Audience(Names{});
  if (names.erase(".") > 0) names.emplace(object.name_space());
  return Audience(std::move(names));
}

std::vector<std::string> ranks(const k8s::Object& object, const Settings& settings) {
  const auto seen_by = audience(object, settings);
  if (seen_by.is_everybody()) return {"*"};
  std::vector<std::string> all;
  for (const auto& client : seen_by.namespaces())
    all.push_back(client + (client == object.name_space() ? "/own" : "/given"));
  return all;
}

const k8s::Object* sidecar_of(const k8s::Object& workload, const k8s::ObjectSet& objects,
                              const Settings& settings, const k8s::Object* besides) {
  const auto own = workload.name_space();
  const auto* const selecting = first_sidecar(own, objects, [&](const auto& sidecar) {
    return &sidecar != besides && selects_workload(sidecar, workload);
  });
  if (selecting != nullptr) return selecting;
  const auto general = [&](const k8s::Object& sidecar) {
    return &sidecar != besides && !has_selector(sidecar);
  };
  const auto* const of_namespace = first_sidecar(own, objects, general);
  if (of_namespace != nullptr) return of_namespace;
  return first_sidecar(settings.root_namespace, objects, general);
}

bool imports(const k8s::Object& sidecar, std::string_view client_namespace, std::string_view host,
             std::string_view host_namespace) {
  const auto egress = sidecar["spec"]["egress"];
  if (!egress.is_sequence() || egress.size() == 0) return true;
  return std::ranges::any_of(egress, [&](const yaml::Node& listener) {
    return imports_by_listener(listener, client_namespace, host, host_namespace);
  });
}

bool imports_by_listener(const yaml::Node& listener, std::string_view client_namespace,
                         std::string_view host, std::string_view host_namespace) {
  return std::ranges::any_of(listener["hosts"], [&](const yaml::Node& entry) {
    return imports_by(entry.text(), client_namespace, host, host_namespace);
  });
}

}  // namespace cassmesh::mesh
