// Source: archive.apache.org/dist/cassandra. Lines that have ended have no patches beyond their
// last.

#include "releases.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace cassmesh::cassandra {

bool may_be_release(const Version& version) {
  constexpr int newest = std::numeric_limits<int>::max();
  struct Line {
    int major;
    int minor;
    int last_patch;
  };
  constexpr std::array<Line, 7> lines{{{2, 1, 22},
                                       {2, 2, 19},
                                       {3, 0, newest},
                                       {3, 11, newest},
                                       {4, 0, newest},
                                       {4, 1, newest},
                                       {5, 0, newest}}};
  // One release a month, and 3.1.1 and 3.2.1.
  const bool is_monthly = version.major == 3 && version.minor >= 1 && version.minor <= 10;
  if (is_monthly) return version.patch <= 1 || version.patch == newest;
  return std::ranges::any_of(lines, [&](const Line& line) {
    return line.major == version.major && line.minor == version.minor &&
           (version.patch <= line.last_patch || version.patch == newest);
  });
}

std::optional<Version> release_of(std::string_view image) {
  const auto facts = image_facts(image);
  if (!facts.version.empty()) return read_version(facts.version);
  if (facts.flavour != Flavour::custom || image_name(image).name != "cassandra")
    return std::nullopt;
  // Whoever copies the official image or builds his own keeps its tags.
  const auto version = read_version(image_facts(image, Flavour::official).version);
  return version && may_be_release(*version) ? version : std::nullopt;
}

}  // namespace cassmesh::cassandra
