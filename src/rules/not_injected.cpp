#include "../engine/requests.hpp"
#include "../engine/telling.hpp"
#include "cassmesh/rule.hpp"

namespace cassmesh::rules {
namespace {

using engine::Effect;

/// The first connection that fails as a whole, for the end of the message; empty if none does.
std::string failure(const Effect& effect) {
  for (const auto& broken : effect.breaks) {
    if (!engine::works(broken.outcome)) return fmt::format("; {}", engine::told(broken));
  }
  return {};
}

/// What asks for a proxy in a way that nobody hears is what to speak of, if anything does.
Report::Said say(const engine::Unmeshed& found, std::string_view ring, const std::string& why,
                 Report& report) {
  const auto& set = *found.node->object;
  const auto& by = found.grounds.by;
  const auto lost = engine::lost_request(set, report.scope());
  if (lost.object != nullptr && lost.meant.empty()) {
    return report(set, lost.at, "'{}' does nothing here, and ring '{}' has no proxy: {}",
                  lost.at.key(), ring, why)
        .fix("move it to the metadata of the pod template, as a label");
  }
  if (lost.object != nullptr) {
    return report(*lost.object, lost.at.key_where(),
                  "'{}' does nothing, and ring '{}' has no proxy: did you mean '{}'?",
                  lost.at.key(), ring, lost.meant)
        .fix(fmt::format("write '{}'", lost.meant));
  }
  const bool has_place = by.object != nullptr && by.at;
  const auto said = report(has_place ? *by.object : set, has_place ? by.at : set.name_node(),
                           "ring '{}' has no proxy: {}", ring, why);
  auto fix = engine::remedy(found, report.scope().objects);
  if (!fix.empty()) said.fix(std::move(fix));
  const auto& intent = found.intent.by;
  if (intent.object != nullptr && intent.at)
    said.related(*intent.object, intent.at, "this says that it is meant to be in the mesh");
  return said;
}

void check(const mesh::Ring& ring, Report& report) {
  const auto& scope = report.scope();
  for (const auto& found : engine::not_injected(ring, scope)) {
    const auto effect = scope.engine.effect(engine::Aspect::injection_of_nodes, ring);
    const auto fails = failure(effect);
    const auto said = say(found, ring.name, found.grounds.why + fails, report);
    said.on(found.istio).ring(ring).breaks(effect.connections());
    if (!fails.empty()) said.severity(Severity::error);
  }
}

}  // namespace

extern const Rule not_injected{
    .name = "not-injected",
    .severity = Severity::warning,
    .kinds = {"StatefulSet", "Namespace"},
    .summary = "A ring that is meant to be in the mesh has its proxies.",
    .why =
        "Without a sidecar, and outside of ambient mode, all that mesh policies promise is not "
        "there: nodes talk in plaintext, STRICT refuses nobody, and no client has an identity. "
        "Nothing says so at run time. Labels and annotations count on the pod template and on the "
        "Namespace alone, an annotation only where the Namespace has a label, and pods with "
        "hostNetwork are never injected.",
    .fix =
        "label the Namespace 'istio-injection: enabled', or the pod template "
        "'sidecar.istio.io/inject: \"true\"' (from 1.10 on), and take away what forbids it",
    .versions = "a label of pods asks for a sidecar from 1.10 on",
    .source =
        "istio.io/latest/docs/setup/additional-setup/sidecar-injection; istio/istio "
        "pkg/kube/inject/inject.go (injectRequired) at 1.12.0",
    .check = check,
};

}  // namespace cassmesh::rules
