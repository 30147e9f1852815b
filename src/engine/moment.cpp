#include "moment.hpp"

namespace cassmesh::engine {

bool Moment::is_in(const mesh::VersionRange& range) const {
  for (const auto& interval : range.intervals()) {
    if (at_ < interval.first) {
      end_at(interval.first);
      return false;
    }
    if (!interval.last) return true;
    if (at_ < *interval.last) {
      end_at(*interval.last);
      return true;
    }
  }
  return false;
}

std::string Moment::name() const {
  end_at({.minor = at_.minor, .patch = at_.patch + 1});
  return mesh::to_string(at_);
}

void Moment::end_at(mesh::IstioVersion edge) const {
  if (is_like(edge)) until_ = edge;
}

}  // namespace cassmesh::engine
