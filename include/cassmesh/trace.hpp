#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/engine.hpp"
#include "cassmesh/lint.hpp"

/// What becomes of the rings' connections, in a form that needs none of the objects any more: it
/// holds places and names where the engine holds nodes.
namespace cassmesh::lint {

struct TracedHop {
  engine::Step step;
  std::string decision;
  std::optional<ObjectName> object{};  ///< that decided it; none for a default
  Place place{};                       ///< where it says so
  std::optional<engine::Outcome> failure{};
  bool on_way_back = false;

  std::string in_words() const { return engine::in_words(decision, on_way_back); }
  bool operator==(const TracedHop&) const = default;
};

struct TracedOutcome {
  mesh::VersionRange istio;
  engine::Outcome outcome;
  std::string assumption{};  ///< of an unknown one: on what it hangs
  std::vector<TracedHop> hops{};
};

struct TracedConnection {
  std::string_view name;  ///< a literal
  std::string from;
  std::string to;
  int port = 0;
  bool is_needed = true;  ///< whether the linter makes a finding of its faults
  std::vector<TracedOutcome> outcomes{};
};

struct TracedRing {
  std::string ring;     ///< `namespace/name`
  std::string scope{};  ///< empty where there is only one
  std::vector<TracedConnection> connections{};
};

/// What the engine says of a ring.
TracedRing traced_ring(std::string ring, std::string scope,
                       const std::vector<engine::Traced>& connections);

struct TraceResult {
  std::vector<TracedRing> rings;  ///< scope by scope, in the order of the files
  std::vector<Finding>
      problems;              ///< sorted: documents that are no YAML, so that something may lack
  Summary summary;           ///< without findings
  mesh::VersionRange istio;  ///< that was judged, over all scopes
};

/// Follows all connections of all rings. Reads the files as `lint` does.
TraceResult trace(Sources& sources, const std::vector<const Source*>& files,
                  const Options& options);

}  // namespace cassmesh::lint
