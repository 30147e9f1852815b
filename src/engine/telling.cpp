#include "telling.hpp"

#include <fmt/core.h>

#include <utility>

namespace cassmesh::engine {
Verb verb(Outcome outcome) {
  switch (outcome) {
    case Outcome::mtls:
      return {.one = "goes by mTLS", .several = "go by mTLS"};
    case Outcome::plaintext:
      return {.one = "goes without mTLS", .several = "go without mTLS"};
    case Outcome::refused:
      return {.one = "is refused", .several = "are refused"};
    case Outcome::reset:
      return {.one = "is reset", .several = "are reset"};
    case Outcome::denied:
      return {.one = "is denied", .several = "are denied"};
    case Outcome::misrouted:
      return {.one = "ends elsewhere", .several = "end elsewhere"};
    case Outcome::unresolved:
      return {.one = "finds no such name", .several = "find no such name"};
    case Outcome::unknown:
      return {.one = "is left to chance", .several = "are left to chance"};
  }
  return {};
}

Effect within(Effect effect, const mesh::VersionRange& istio) {
  for (auto& each : effect.breaks) each.istio = each.istio & istio;
  return part(std::move(effect), [](const Break& each) { return !each.istio.empty(); });
}

Effect without(Effect effect, const Effect& other) {
  for (auto& each : effect.breaks) {
    for (const auto& known : other.breaks) {
      if (each.connection == known.connection) each.istio = each.istio - known.istio;
    }
  }
  return part(std::move(effect), [](const Break& each) { return !each.istio.empty(); });
}

std::string told(const Break& broken) {
  return fmt::format("{} {}", to_string(broken.connection.kind), verb(broken.outcome).one);
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
  if (hop.by.object != nullptr && hop.by.at)
    said.related(*hop.by.object, hop.by.at, hop.in_words());
  return tell(said, effect);
}

}  // namespace cassmesh::engine
