#include "place.hpp"

namespace cassmesh {

Place place_of(const yaml::Node& node, std::string_view part) {
  const auto& source = node.source();
  const auto begin = node.begin_offset();
  const auto written = source.text().substr(begin, node.end_offset() - begin);
  const auto at = part.empty() ? std::string_view::npos : written.find(part);
  const bool once =
      at != std::string_view::npos && written.find(part, at + 1) == std::string_view::npos;
  return once ? source.place(begin + at, begin + at + part.size()) : node.place();
}

}  // namespace cassmesh
