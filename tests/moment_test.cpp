// How far what was found on one version reaches.

#include "../src/engine/moment.hpp"

#include <string>
#include <vector>

#include "support.hpp"

using namespace cassmesh;
using engine::ByVersion;
using engine::Moment;
using mesh::IstioVersion;
using mesh::VersionRange;

TEST_CASE("what nobody asked of a version holds on all that are newer") {
  const Moment moment(IstioVersion{9, 2});
  CHECK(moment.is_like(IstioVersion{9, 2}));
  CHECK(moment.is_like(IstioVersion{31, 0}));
  CHECK_FALSE(moment.is_like(IstioVersion{9, 1}));
}

TEST_CASE("an answer holds up to where the range that was asked about begins or ends next") {
  struct Row {
    std::string range;
    bool is_in;
    std::vector<IstioVersion> like;
    std::vector<IstioVersion> unlike;
  };
  const std::vector<Row> rows{
      {"any", true, {{9, 3}, {40, 0}}, {{9, 1}}},
      {"none", false, {{9, 3}, {40, 0}}, {}},
      {"1.5..", true, {{9, 3}, {40, 0}}, {}},
      {"1.5..1.9", true, {{9, 3}, {9, 99}}, {{10, 0}, {40, 0}}},
      {"1.5..1.8", false, {{9, 3}, {40, 0}}, {}},
      {"1.10..", false, {{9, 3}, {9, 99}}, {{10, 0}, {40, 0}}},
      {"1.5, 1.9.2, 1.12", true, {{9, 2}}, {{9, 3}, {12, 0}}},
      {"1.5, 1.9.3, 1.12", false, {{9, 2}}, {{9, 3}, {10, 0}}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.range);
    const Moment moment(IstioVersion{9, 2});
    CHECK(moment.is_in(VersionRange::parse(row.range)) == row.is_in);
    for (const auto version : row.like) CHECK(moment.is_like(version));
    for (const auto version : row.unlike) CHECK_FALSE(moment.is_like(version));
  }
}

TEST_CASE("of several answers the first that changes counts, and a name is of one version") {
  const Moment moment(IstioVersion{9, 2});
  moment.is_in(VersionRange::parse("1.5..1.14"));
  moment.is_in(VersionRange::parse("1.11.."));
  moment.is_in(VersionRange::parse("1.12.."));
  CHECK(moment.is_like(IstioVersion{10, 0}));
  CHECK_FALSE(moment.is_like(IstioVersion{11, 0}));
  CHECK(moment.name() == "1.9.2");
  CHECK(moment.is_like(IstioVersion{9, 2}));
  CHECK_FALSE(moment.is_like(IstioVersion{9, 3}));
}

TEST_CASE("a version is looked at only where it may be other than the last one") {
  const auto range = VersionRange::parse("1.5..1.9");
  int looks = 0;
  ByVersion found([&](const Moment& version) {
    ++looks;
    return version.is_in(range);
  });
  for (const int minor : {3, 4, 5, 6, 9, 10, 11, 30}) {
    CAPTURE(minor);
    CHECK(found.on({minor, 0}) == range.contains({minor, 0}));
  }
  CHECK(looks == 3);
  CHECK(found.on({7, 0}));
  CHECK(looks == 4);  // it does not look back
}
