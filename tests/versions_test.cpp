#include "cassmesh/versions.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <random>
#include <regex>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "cassmesh/error.hpp"
#include "files.hpp"
#include "mesh/asked_versions.hpp"
#include "support.hpp"

using cassmesh::mesh::Capability;
using cassmesh::mesh::capability_table;
using cassmesh::mesh::IstioVersion;
using cassmesh::mesh::VersionRange;
using cassmesh::mesh::versions_with;

namespace {

using Table = std::vector<std::pair<std::string, std::string>>;

std::string refusal(const std::string& text) {
  try {
    return "was read as " + to_string(VersionRange::parse(text));
  } catch (const cassmesh::Error& refused) {
    return refused.what();
  }
}

/// Every release that the ranges below can tell apart, and one behind them all.
std::vector<IstioVersion> some_releases() {
  std::vector<IstioVersion> releases;
  for (int minor = 0; minor < 8; ++minor) {
    for (int patch = 0; patch < 6; ++patch) releases.push_back({minor, patch});
  }
  releases.push_back({99, 999});
  return releases;
}

VersionRange random_range(std::mt19937& random) {
  const auto below = [&](unsigned limit) { return static_cast<int>(random() % limit); };
  VersionRange range;
  for (int pieces = below(4); pieces > 0; --pieces) {
    const IstioVersion first{below(7), below(3) == 0 ? below(5) : 0};
    const IstioVersion last{below(7), below(3) == 0 ? below(5) : 0};
    range =
        range | (below(8) == 0 ? VersionRange::from(first) : VersionRange::between(first, last));
  }
  return range;
}

}  // namespace

TEST_CASE("a range of versions is read and written in one spelling") {
  const Table table{
      {"1.24", "1.24"},
      {"1.24.2", "1.24.2"},
      {"1.24.0", "1.24.0"},
      {"1.9..1.24", "1.9..1.24"},
      {" 1.9 .. 1.24\t", "1.9..1.24"},
      {"1.10..", "1.10.."},
      {"..1.9", "1.0..1.9"},
      {"..1.0", "1.0"},
      {"1.0..", "any"},
      {"any", "any"},
      {"none", "none"},
      {"none, 1.5", "1.5"},
      {"1.5, any", "any"},
      {"1.9..1.9", "1.9"},
      {"1.24.2..1.24.2", "1.24.2"},
      {"1.6.6..1.7.4", "1.6.6..1.7.4"},
      {"1.5..1.6.5", "1.5..1.6.5"},
      {"1.24.0..1.24.2", "1.24.0..1.24.2"},
      {"1.24..1.24.2", "1.24.0..1.24.2"},
      {"1.24.3..1.24", "1.24.3..1.24"},
      {"1.7.5..", "1.7.5.."},
      {"1.0..1.4, 1.6.6..1.7.4", "1.0..1.4, 1.6.6..1.7.4"},
      {"1.6.6..1.7.4,1.0..1.4", "1.0..1.4, 1.6.6..1.7.4"},
      {"1.9..1.12, 1.11..1.14", "1.9..1.14"},
      {"1.9, 1.10, 1.11", "1.9..1.11"},
      {"1.24.2, 1.24.3", "1.24.2..1.24.3"},
      {"1.9..1.12, 1.10", "1.9..1.12"},
      {"..1.9, 1.10..", "any"},
      {"1.99.999", "1.99.999"},
      {"1.99", "1.99"},
  };
  for (const auto& [text, canonical] : table) {
    CAPTURE(text);
    CHECK(to_string(VersionRange::parse(text)) == canonical);
  }
}

TEST_CASE("what is no range is refused with the remedy") {
  const Table table{
      {"", "no version given, write it as in '1.24', '1.9..1.24' or 'any'"},
      {" ", "no version given, write it as in '1.24', '1.9..1.24' or 'any'"},
      {"v1.24", "'v1.24' starts with 'v', write '1.24'"},
      {"1.9..v1.24", "'v1.24' starts with 'v', write '1.24'"},
      {"2.0", "'2.0' is no Istio version, all are 1.x, write it as in '1.24'"},
      {"0.8", "'0.8' is no Istio version, all are 1.x, write it as in '1.24'"},
      {"1", "'1' has no minor version, write it as in '1.24', or 'any' for every 1.x"},
      {"1.24.x", "'1.24.x' has a wildcard, leave it out: '1.24' holds every patch of 1.24"},
      {"1.x", "'1.x' has a wildcard, write 'any' for every 1.x"},
      {"1.*", "'1.*' has a wildcard, write 'any' for every 1.x"},
      {"1.24-rc.1", "'1.24-rc.1' names a pre-release or a variant, write '1.24'"},
      {"1.24.2-distroless", "'1.24.2-distroless' names a pre-release or a variant, write '1.24.2'"},
      {"1.24..1.9", "'1.24..1.9' is reversed, write '1.9..1.24'"},
      {"1.24.3..1.24.2", "'1.24.3..1.24.2' is reversed, write '1.24.2..1.24.3'"},
      {"1.9-1.24", "'1.9-1.24' has a '-', write '1.9..1.24'"},
      {"1.9 - 1.24", "'1.9 - 1.24' has a '-', write '1.9..1.24'"},
      {"1.9-", "'1.9-' has a '-', write '1.9..'"},
      {"1.9...1.24", "'1.9...1.24' has more than two dots in a row, write '1.9..1.24'"},
      {"1.9...", "'1.9...' has more than two dots in a row, write '1.9..'"},
      {"..", "'..' has no version, write 'any' for every version"},
      {"...", "'...' has no version, write 'any' for every version"},
      {"1.2.3.4", "'1.2.3.4' has more than three numbers, write it as in '1.24' or '1.24.2'"},
      {"1.100", "'1.100' has a minor version above 99, write it as in '1.24'"},
      {"1.99999999999999999999",
       "'1.99999999999999999999' has a minor version above 99, write it as in '1.24'"},
      {"1.24.1000", "'1.24.1000' has a patch version above 999, write it as in '1.24.2'"},
      {">=1.9", "'>=1.9' starts with '>=', write '1.9..'"},
      {"~1.9", "'~1.9' starts with '~', write '1.9..'"},
      {"<= 1.9", "'<= 1.9' starts with '<=', write '..1.9'"},
      {"<1.9",
       "'<1.9' starts with '<', but a range holds both of its ends, write it as in '1.9..1.24'"},
      {"=1.9", "'=1.9' starts with '=', write '1.9'"},
      {"1.9+", "'1.9+' has a '+', write '1.9..'"},
      {"all", "'all' is no Istio version, did you mean 'any'?"},
      {"ANY", "'ANY' is no Istio version, did you mean 'any'?"},
      {"latest", "'latest' is no Istio version, did you mean 'any'?"},
      {"any..1.9", "'any' is every version, leave out the '..' beside it"},
      {"1.09", "'1.09' is no Istio version, write it as in '1.24' or '1.24.2'"},
      {"1.", "'1.' is no Istio version, write it as in '1.24' or '1.24.2'"},
      {"1.9 1.24", "'1.9 1.24' is no Istio version, write it as in '1.24' or '1.24.2'"},
      {"1.9..1.10..1.11", "'1.10..1.11' is no Istio version, write it as in '1.24' or '1.24.2'"},
      {"1.9,", "'1.9,' has nothing beside a comma, leave that comma out"},
      {"1.9,,1.10", "'1.9,,1.10' has nothing beside a comma, leave that comma out"},
  };
  for (const auto& [text, message] : table) {
    CAPTURE(text);
    CHECK(refusal(text) == message);
  }
}

TEST_CASE("a version that is far newer than the newest known is taken for a slip") {
  using cassmesh::mesh::newest_known_minor;
  const auto last = fmt::format("1.{}", newest_known_minor + cassmesh::mesh::minors_to_come);
  const auto next = fmt::format("1.{}", newest_known_minor + cassmesh::mesh::minors_to_come + 1);
  for (const auto& text : {last, last + ".7", "1.10.." + last, last + "..", std::string("any"),
                           std::string("1.10.."), std::string("none")}) {
    CAPTURE(text);
    CHECK((cassmesh::mesh::parse_istio(text).range == VersionRange::parse(text)));
  }
  for (const auto& text : {next, next + ".0", "1.10.." + next, next + "..", ".." + next + ".3",
                           "1.24, " + next, next + "..1.99"}) {
    CAPTURE(text);
    std::string said;
    try {
      cassmesh::mesh::parse_istio(text);
    } catch (const cassmesh::Error& refused) {
      said = refused.what();
    }
    CHECK(said == fmt::format("'{}' is far above 1.{}, the newest Istio that this cassmesh knows: "
                              "correct it, or write '1.{}..' for that and all that follows",
                              next, newest_known_minor, newest_known_minor));
  }
}

TEST_CASE("the newest Istio known is the newest that the manifests are validated against") {
  const auto releases =
      cassmesh::files::read_file(source_folder() / "tests/external/istio-releases.txt");
  int newest = 0;
  std::istringstream lines(releases);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("1.")) newest = std::max(newest, std::stoi(line.substr(2)));
  }
  CHECK(newest == cassmesh::mesh::newest_known_minor);
}

TEST_CASE("a range reads well in a sentence") {
  const Table table{
      {"any", "every Istio"},
      {"none", "no Istio"},
      {"1.10..", "Istio 1.10 and newer"},
      {"1.9..1.24", "Istio 1.9 to 1.24"},
      {"..1.9", "Istio 1.0 to 1.9"},
      {"1.24", "Istio 1.24"},
      {"1.24.2", "Istio 1.24.2"},
      {"1.24.0..1.24.2", "Istio 1.24.0 to 1.24.2"},
      {"1.24.3..1.24", "Istio 1.24.3 to the end of 1.24"},
      {"1.0..1.4, 1.6.6..1.7.4", "Istio 1.0 to 1.4 and 1.6.6 to 1.7.4"},
      {"1.0..1.4, 1.6.6..1.7.4, 1.9", "Istio 1.0 to 1.4, 1.6.6 to 1.7.4 and 1.9"},
      {"1.4, 1.7.5..", "Istio 1.4 and 1.7.5 and newer"},
  };
  for (const auto& [text, words] : table) {
    CAPTURE(text);
    CHECK(in_words(VersionRange::parse(text)) == words);
  }
}

TEST_CASE("a minor version holds all of its patches") {
  const auto range = VersionRange::parse("1.9..1.24");
  CHECK_FALSE(range.contains(IstioVersion{8, 999}));
  CHECK(range.contains(IstioVersion{9, 0}));
  CHECK(range.contains(IstioVersion{24, 999}));
  CHECK_FALSE(range.contains(IstioVersion{25, 0}));
  CHECK(to_string(IstioVersion{24, 2}) == "1.24.2");
}

TEST_CASE("the newest span is the last stretch alone") {
  CHECK(to_string(VersionRange::parse("1.0..1.4, 1.8..").newest_span()) == "1.8..");
  CHECK(to_string(VersionRange::parse("1.24.2").newest_span()) == "1.24.2");
  CHECK(VersionRange().newest_span().empty());
}

TEST_CASE("operations on ranges are those of the sets of releases") {
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    const auto a = random_range(random);
    const auto b = random_range(random);
    CAPTURE(to_string(a), to_string(b));
    bool shared = false;
    bool within = true;
    bool same = true;
    for (const auto release : some_releases()) {
      const bool in_a = a.contains(release);
      const bool in_b = b.contains(release);
      same = same && (a & b).contains(release) == (in_a && in_b) &&
             (a | b).contains(release) == (in_a || in_b) &&
             (a - b).contains(release) == (in_a && !in_b);
      shared = shared || (in_a && in_b);
      within = within && (in_a || !in_b);
    }
    REQUIRE(same);
    REQUIRE(a.overlaps(b) == shared);
    REQUIRE(a.contains(b) == within);
    REQUIRE((((a - b) | (a & b)) == a));
  }
}

TEST_CASE("every range is read back from how it is written") {
  std::mt19937 random(2);
  for (int round = 0; round < 2000; ++round) {
    const auto range = random_range(random);
    CAPTURE(to_string(range));
    REQUIRE((VersionRange::parse(to_string(range)) == range));
  }
}

TEST_CASE("a list of many versions is no burden") {
  std::string text = "1.0.1";
  for (int number = 1; number < 50'000; ++number) {
    text += fmt::format(",1.{}.{}", number / 500, number % 500 * 2 + 1);
  }
  const auto range = VersionRange::parse(text);
  CHECK(range.intervals().size() == 50'000);
  CHECK(((VersionRange::any() - range) & range).empty());
}

TEST_CASE("every capability has one row with versions, a sentence and a source") {
  // Code at a tag, an issue, or a page of the documentation.
  const std::regex place(R"(istio/\w+ 1\.\d+\.\d+ \w+/|istio/\w+#\d+|istio\.io (docs|news) \w+/)");
  const auto rows = capability_table();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CAPTURE(rows[i].versions, rows[i].what, rows[i].source);
    CHECK(static_cast<std::size_t>(rows[i].capability) == i);
    CHECK_FALSE(versions_with(rows[i].capability).empty());
    CHECK(rows[i].what.ends_with('.'));
    CHECK(std::regex_search(std::string(rows[i].source), place));
  }
}

TEST_CASE("capabilities begin and end where Istio's notes, issues and code say so") {
  using enum Capability;
  struct Edge {
    Capability capability;
    const char* without;  ///< the versions next to each other of which one has it
    const char* with;
  };
  const std::vector<Edge> edges{
      {inbound_to_pod_ip, "1.9.9", "1.10.0"},
      {inbound_to_loopback, "1.10.0", "1.9.9"},
      {inbound_policy_by_environment, "1.21.0", "1.20.8"},
      {inbound_policy_by_mesh_config, "1.21.6", "1.22.0"},
      {own_pod_ip_through_own_sidecar, "1.5.0", "1.4.10"},
      {headless_pod_listeners, "1.3.8", "1.4.0"},
      {headless_pod_listeners_any_port, "1.7.8", "1.8.0"},
      {headless_withholds_not_ready, "1.3.8", "1.4.0"},
      {headless_withholds_not_ready, "1.13.0", "1.12.9"},
      {headless_withholds_not_ready, "1.18.6", "1.18.5"},
      {headless_withholds_not_ready, "1.19.4", "1.19.3"},
      {auto_mtls_headless_always, "1.4.10", "1.5.0"},
      {auto_mtls_headless_always, "1.6.6", "1.6.5"},
      {auto_mtls_headless_never, "1.7.5", "1.7.4"},
      {auto_mtls_headless_when_every_endpoint_has_a_sidecar, "1.7.4", "1.7.5"},
      {auto_mtls_sees_workload_policy, "1.11.8", "1.12.0"},
      {mtls_accepted_by_default, "1.0.2", "1.0.3"},
      {app_protocol, "1.5.10", "1.6.0"},
      {external_name_takes_port, "1.21.0", "1.20.8"},
      {exclude_outbound_ports, "1.1.17", "1.2.0"},
      {tcp_probe_rewrite, "1.11.8", "1.12.0"},
      {native_sidecars, "1.26.0", "1.27.0"},
      {service_entry_of_client_namespace_before_service, "1.23.0", "1.24.0"},
  };
  for (const auto& [capability, without, with] : edges) {
    CAPTURE(static_cast<int>(capability), without, with);
    const auto& versions = versions_with(capability);
    CHECK(VersionRange::parse(with).overlaps(versions));
    CHECK_FALSE(VersionRange::parse(without).overlaps(versions));
  }
}

TEST_CASE("each version has exactly one way of forwarding and one of automatic mTLS") {
  using enum Capability;
  const auto partition = [](const std::vector<Capability>& parts) {
    VersionRange seen;
    for (const auto part : parts) {
      CHECK_FALSE(seen.overlaps(versions_with(part)));
      seen = seen | versions_with(part);
    }
    return to_string(seen);
  };
  CHECK(partition({inbound_to_loopback, inbound_to_pod_ip}) == "any");
  CHECK(partition({auto_mtls_headless_never, auto_mtls_headless_always,
                   auto_mtls_headless_when_every_endpoint_has_a_sidecar}) == "any");
}
