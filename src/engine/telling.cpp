#include "telling.hpp"

#include <fmt/core.h>

#include <utility>

namespace cassmesh::engine {
namespace {

std::string_view words(Outcome outcome) {
  switch (outcome) {
    case Outcome::mtls:
      return "goes by mTLS";
    case Outcome::plaintext:
      return "goes in plaintext";
    case Outcome::refused:
      return "is refused";
    case Outcome::reset:
      return "is reset";
    case Outcome::denied:
      return "is denied";
    case Outcome::misrouted:
      return "ends elsewhere";
    case Outcome::unresolved:
      return "finds no such name";
    case Outcome::unknown:
      break;
  }
  return "is left to chance";
}

}  // namespace

Effect within(Effect effect, const mesh::VersionRange& istio) {
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

std::string told(const Break& broken) {
  return fmt::format("{} {}", broken.connection.name, words(broken.outcome));
}

const Report::Said& tell(const Report::Said& said, const Effect& effect) {
  return said.severity(Severity::error)
      .breaks(effect.connections())
      .on(effect.istio())
      .ring(effect.ring);
}

const Report::Said& tell_why(const Report::Said& said, const Effect& effect) {
  if (!effect) return said;
  const auto& hop = effect.worst().hop;
  if (hop.by.object != nullptr && hop.by.at) said.related(*hop.by.object, hop.by.at, hop.decision);
  return tell(said, effect);
}

}  // namespace cassmesh::engine
