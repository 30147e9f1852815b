#include "requirements.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace cassmesh::render {
namespace {

void hold_against(const mesh::VersionRange& asked, const Requirement& requirement,
                  Complaints& complain) {
  const auto bad = asked - requirement.works;
  if (bad.empty()) return;
  complain.at(
      requirement.path,
      fmt::format("{} does not work on {}: {}", requirement.what, in_words(bad), requirement.why),
      requirement.fix.empty()
          ? fmt::format("ask for {}", to_string(requirement.works))
          : fmt::format("{}, or ask for {}", requirement.fix, to_string(requirement.works)),
      {{"mesh.istio", "the versions asked for"}});
}

}  // namespace

mesh::VersionRange Requirements::resolve(const spec::ClusterSpec& spec,
                                         Complaints& complain) const {
  if (spec.given("mesh.istio")) {
    auto asked = asked_range(spec);
    for (const auto& requirement : requirements_) hold_against(asked, requirement, complain);
    return asked;
  }
  auto range = mesh::VersionRange::any();
  for (const auto& requirement : requirements_) narrow(range, requirement, complain);
  return range.newest_span();
}

void Requirements::narrow(mesh::VersionRange& range, const Requirement& requirement,
                          Complaints& complain) const {
  const auto narrowed = range & requirement.works;
  if (!narrowed.empty()) {
    range = narrowed;
    return;
  }
  const auto clash = std::ranges::find_if(requirements_, [&](const Requirement& other) {
    return !other.works.overlaps(requirement.works);
  });
  const auto& other = clash == requirements_.end() ? requirements_.front() : *clash;
  complain.at(requirement.path,
              fmt::format("{} works on {}, but {} on {}: no version has both", requirement.what,
                          in_words(requirement.works), other.what, in_words(other.works)),
              requirement.fix, {{other.path, "asked for here"}});
}

mesh::VersionRange asked_range(const spec::ClusterSpec& spec) {
  return mesh::VersionRange::parse(spec.text("mesh.istio"));
}

}  // namespace cassmesh::render
