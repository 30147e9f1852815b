#include "where.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

#include "text.hpp"

namespace cassmesh::report {

namespace fs = std::filesystem;

Place anchor(const Finding& finding) {
  if (finding.place) return finding.place;
  const auto other =
      std::ranges::find_if(finding.related, [](const Related& it) { return bool(it.place); });
  return other == finding.related.end() ? Place{} : other->place;
}

std::string path_of(std::string_view name) {
  const auto path = fs::path(name).lexically_normal();
  if (path.is_relative()) return path.generic_string();
  std::error_code error;
  const auto here = fs::current_path(error);
  const auto relative = error ? fs::path() : path.lexically_relative(here);
  const bool below = !relative.empty() && *relative.begin() != "..";
  return (below ? relative : path).generic_string();
}

std::string path_of(const Place& place, const Sources& sources) {
  return place ? path_of(sources[place.at.file].name()) : ".";
}

std::string uri_of(std::string_view path) {
  std::string uri = path.starts_with('/') ? "file://" : "";
  for (const char letter : path) {
    if (is_letter(letter) || is_digit(letter) ||
        std::string_view("-._~/").find(letter) != path.npos) {
      uri += letter;
    } else {
      uri += fmt::format("%{:02X}", static_cast<unsigned char>(letter));
    }
  }
  return uri;
}

}  // namespace cassmesh::report
