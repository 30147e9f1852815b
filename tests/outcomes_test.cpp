// What becomes of a ring's connections, by the table in tests/engine/outcomes.txt.

#include <fmt/core.h>

#include <string>
#include <string_view>

#include "outcome_table.hpp"
#include "support.hpp"

using namespace cassmesh;

namespace {

/// `cql` is the first of that name, `cql@cql` the first whose ends have that word.
const lint::TracedConnection* find(const lint::TracedRing& ring, const std::string& wanted) {
  const auto parts = split(wanted, "@");
  for (const auto& each : ring.connections) {
    const bool fits = parts.size() == 1 ||
                      (each.to + each.from).find("'data/" + parts[1] + "'") != std::string::npos ||
                      each.from.starts_with(parts[1]);
    if (each.name == parts[0] && fits) return &each;
  }
  return nullptr;
}

/// `gossip reset on 1.10..`, or all intervals if they are several.
std::string said(const lint::TracedRing& ring, const std::string& name,
                 const mesh::VersionRange& range) {
  const auto* connection = find(ring, name);
  if (connection == nullptr) return name + " is not there";
  std::string text;
  std::string_view last;
  std::string hops;
  for (const auto& each : connection->outcomes) {
    if (!each.istio.overlaps(range)) continue;
    const auto outcome = to_string(each.outcome);
    for (const auto& hop : each.hops)
      hops += fmt::format("\n    {}: {}", to_string(hop.step), hop.decision);
    if (outcome == last) continue;
    text += fmt::format("{}{}", text.empty() ? "" : ", then ", outcome);
    last = outcome;
  }
  UNSCOPED_INFO(hops);
  return fmt::format("{} {}", name, text);
}

}  // namespace

TEST_CASE("every connection comes out as the table says") {
  const OutcomeTable table;
  CHECK(table.rows().size() >= 150);
  for (const auto& row : table.rows()) {
    INFO(row.scene << " | " << row.istio << " | " << row.fact);
    const auto ring = traced({table.text_of(row.scene)}, row.istio);
    for (const auto& expected : row.expected) {
      const auto words = split(expected, " on ");
      const auto range = mesh::VersionRange::parse(words.size() > 1 ? words[1] : row.istio);
      CHECK(said(ring, words[0].substr(0, words[0].find(' ')), range) == words[0]);
    }
  }
}

TEST_CASE("what hangs on which object is older says so") {
  const OutcomeTable table;
  const auto ring = traced({table.text_of("both + strict + old-permissive")}, "1.24..");
  const auto* outside = find(ring, "cql-outside");
  REQUIRE(outside != nullptr);
  REQUIRE(outside->outcomes.size() == 1);
  CHECK(outside->outcomes[0].outcome == engine::Outcome::unknown);
  CHECK(outside->outcomes[0].assumption ==
        "whether PeerAuthentication 'data/other' is older than PeerAuthentication 'data/default', "
        "which the files do not tell: if not, it is reset, if so plaintext");
}
