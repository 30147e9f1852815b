#include <fmt/ranges.h>

#include <algorithm>

#include "cassmesh/rule.hpp"
#include "engine/blame.hpp"
#include "engine/model.hpp"
#include "engine/telling.hpp"

namespace cassmesh::rules {
namespace {

/// Where the mesh's default stands, if the files have it: the configuration may say otherwise.
const mesh::SettingPlace* default_in(const mesh::FoundSettings& found, const Scope& scope) {
  const auto places = found.places.find("defaultExportTo.service");
  if (places == found.places.end() || places->second.empty()) return nullptr;
  const bool counts = found.settings.service_export_to == scope.settings.service_export_to;
  return counts ? &places->second.front() : nullptr;
}

Report::Said say(const k8s::Object& service, const engine::Blame& part, Report& report) {
  const auto what = engine::fate(part.effect);
  const auto& ring = part.effect.ring->name;
  if (const auto own = service.annotations()["networking.istio.io/exportTo"]) {
    return report(service, own, "'{}' hides Service '{}' from sidecars that dial ring '{}': {}",
                  own.text(), service.name(), ring, what);
  }
  const auto& scope = report.scope();
  const auto names = fmt::format("{}", fmt::join(scope.settings.service_export_to, ", "));
  const auto found = mesh::find_settings(scope.objects);
  const auto* place = default_in(found, scope);
  if (place == nullptr || place->by == nullptr) {
    return report(service, service.name_node(),
                  "defaultServiceExportTo '{}' of the mesh hides it from sidecars that dial ring "
                  "'{}': {}",
                  names, ring, what);
  }
  const auto said = report(*place->by, place->place,
                           "'{}' hides Service '{}' from sidecars that dial ring '{}': {}", names,
                           service.name(), ring, what);
  return said.related(service, service.name_node(), "the Service, which says nothing else");
}

/// Who dials in the first break, where a file names it.
void name_client(const engine::Effect& effect, const engine::Model& model,
                 const Report::Said& said) {
  const auto index = effect.worst().connection.client;
  const auto* client = index ? model.clients[*index].object : nullptr;
  if (client != nullptr)
    said.related(*client, client->name_node(), "a client from which it is hidden");
}

void check(const mesh::Ring& ring, Report& report) {
  auto& engine = report.scope().engine;
  const auto all = engine.effect(engine::Aspect::visibility, ring);
  if (!all) return;
  const auto& model = engine.model(ring);
  for (const auto& service : model.services) {
    if (service.object == nullptr || service.seen_by.is_everybody()) continue;
    const auto hides = [&](const engine::Hop& hop) {
      return hop.step == engine::Step::listener && hop.by.object == service.object;
    };
    for (const auto& part : engine::blame(all, hides, true)) {
      const auto said = say(*service.object, part, report);
      name_client(part.effect, model, said);
      engine::tell_conflict(said, part.effect, *service.object);
    }
  }
}

}  // namespace

extern const Rule service_hidden_from_client{
    .name = "service-hidden-from-client",
    .severity = Severity::error,
    .kinds = {"Service", "IstioOperator", "ConfigMap"},
    .summary = "A ring's Services are exported to the namespaces of its clients.",
    .why =
        "A sidecar has no listener for the pods of a Service that is not exported to its "
        "namespace, and does not know that they speak mTLS: it passes a connection through in "
        "plaintext, which a ring under STRICT closes, or with REGISTRY_ONLY closes it itself. "
        "Kubernetes still resolves the name.",
    .fix = "add the client's namespace, or '*', to the Service's networking.istio.io/exportTo",
    .versions = "1.1 and newer",
    .source =
        "istio.io/latest/docs/reference/config/annotations (networking.istio.io/exportTo) and "
        "istio.mesh.v1alpha1 (defaultServiceExportTo); istio/istio 1.24.0 "
        "pilot/pkg/model/push_context.go (initServiceRegistry)",
    .check = check,
};

}  // namespace cassmesh::rules
