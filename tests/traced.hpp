#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cassmesh/engine.hpp"
#include "cassmesh/trace.hpp"

/// What an engine could say, made by hand.

inline cassmesh::mesh::VersionRange on(std::string_view text) {
  return cassmesh::mesh::VersionRange::parse(text);
}

inline cassmesh::engine::Interval interval(std::string_view istio,
                                           cassmesh::engine::Outcome outcome,
                                           std::vector<cassmesh::engine::Hop> hops = {},
                                           std::string assumption = {}) {
  return {
      .istio = on(istio),
      .trace = {.outcome = outcome, .hops = std::move(hops), .assumption = std::move(assumption)}};
}

/// With any name: what writes a trace does not care which there are.
struct NamedTrace {
  std::string_view name;
  cassmesh::engine::Traced traced;
};

inline NamedTrace traced(std::string_view name, std::string from, std::string to, int port,
                         std::vector<cassmesh::engine::Interval> intervals, bool is_needed = true) {
  return {.name = name,
          .traced = {.connection = {.kind = {},
                                    .from = std::move(from),
                                    .to = std::move(to),
                                    .port = port,
                                    .is_needed = is_needed},
                     .intervals = std::move(intervals)}};
}

inline cassmesh::lint::TracedRing traced_ring(std::string name, std::string scope,
                                              const std::vector<NamedTrace>& connections) {
  std::vector<cassmesh::engine::Traced> all;
  for (const auto& each : connections) all.push_back(each.traced);
  auto ring = cassmesh::lint::traced_ring(std::move(name), std::move(scope), all);
  for (std::size_t i = 0; i < connections.size(); ++i)
    ring.connections[i].name = connections[i].name;
  return ring;
}
