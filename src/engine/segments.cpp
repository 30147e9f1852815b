#include "segments.hpp"

#include <set>

namespace cassmesh::engine {

std::vector<Segment> segments_of(const mesh::VersionRange& istio) {
  std::set<mesh::IstioVersion> edges;
  for (const auto& row : mesh::capability_table()) {
    for (const auto& interval : mesh::versions_with(row.capability).intervals()) {
      edges.insert(interval.first);
      if (interval.last) edges.insert(*interval.last);
    }
  }
  for (const auto& interval : istio.intervals()) edges.insert(interval.first);
  std::vector<Segment> segments;
  for (auto edge = edges.begin(); edge != edges.end(); ++edge) {
    const auto next = std::next(edge);
    const auto span = next == edges.end() ? mesh::VersionRange::from(*edge)
                                          : mesh::VersionRange::between(*edge, *next);
    auto cut = span & istio;
    if (!cut.empty()) segments.push_back({.at = cut.intervals().front().first, .istio = cut});
  }
  return segments;
}

}  // namespace cassmesh::engine
