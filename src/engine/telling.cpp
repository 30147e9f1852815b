#include "telling.hpp"

#include <utility>

namespace cassmesh::engine {

Effect on(Effect effect, const mesh::VersionRange& istio) {
  for (auto& each : effect.breaks) each.istio = each.istio & istio;
  return part(std::move(effect), [](const Break& each) { return !each.istio.empty(); });
}

Effect without(Effect effect, const Effect& other) {
  for (auto& each : effect.breaks) {
    for (const auto& known : other.breaks) {
      const auto& one = each.connection;
      const auto& same = known.connection;
      if (one.name == same.name && one.from == same.from && one.to == same.to)
        each.istio = each.istio - known.istio;
    }
  }
  return part(std::move(effect), [](const Break& each) { return !each.istio.empty(); });
}

bool is_at(const Evidence& by, const k8s::Object& object, const yaml::Node& node) {
  return by.object == &object && by.at && node && by.at.place() == node.place();
}

const Report::Said& tell(const Report::Said& said, const Effect& effect) {
  return said.severity(Severity::error)
      .breaks(effect.connections())
      .on(effect.istio())
      .ring(effect.ring);
}

}  // namespace cassmesh::engine
