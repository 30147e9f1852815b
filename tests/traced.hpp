#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cassmesh/engine.hpp"

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

inline cassmesh::engine::Traced traced(std::string_view name, std::string from, std::string to,
                                       int port, std::vector<cassmesh::engine::Interval> intervals,
                                       bool is_needed = true) {
  return {.connection = {.name = name,
                         .from = std::move(from),
                         .to = std::move(to),
                         .port = port,
                         .is_needed = is_needed},
          .intervals = std::move(intervals)};
}
