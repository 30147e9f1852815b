#include "report/trace_table.hpp"

#include <fmt/core.h>

#include <string>
#include <vector>

#include "support.hpp"
#include "traced.hpp"

using namespace cassmesh;
using engine::Interval;
using engine::Outcome;

namespace {

std::string table(const std::vector<NamedTrace>& connections) {
  return report::trace_table(traced_ring("r", "", connections), {});
}

}  // namespace

TEST_CASE("columns begin where an outcome changes, and only there") {
  const auto m = Outcome::mtls;
  const auto r = Outcome::refused;
  CHECK(table({traced("a", "f", "t", 1,
                      {interval("1.0..1.4", m), interval("1.5..1.9", m), interval("1.10..", r)}),
               traced("b", "f", "t", 1,
                      {interval("1.0..1.9", m), interval("1.10..1.20.2", r),
                       interval("1.20.3..", m)})}) ==
        "  connection  from  to   1.0..1.9  1.10..1.20.2  1.20.3..\n"
        "  a           f     t:1  mtls      refused       refused\n"
        "  b           f     t:1  mtls      refused       mtls\n");
}

TEST_CASE("versions that are not judged have no column") {
  CHECK(table({traced("a", "f", "t", 1,
                      {interval("1.9", Outcome::mtls), interval("1.24", Outcome::refused)})}) ==
        "  connection  from  to   1.9   1.24\n"
        "  a           f     t:1  mtls  refused\n");
  CHECK(table({traced("a", "f", "t", 1, {interval("1.9, 1.24", Outcome::mtls)})}) ==
        "  connection  from  to   1.9, 1.24\n"
        "  a           f     t:1  mtls\n");
  CHECK(table({}).empty());
}

TEST_CASE("a connection that is not there on some versions has a dash") {
  CHECK(table({traced("a", "f", "t", 1, {interval("1.9..", Outcome::mtls)}),
               traced("b", "f", "t", 1, {interval("1.24..", Outcome::denied)}, false)}) ==
        "  connection  from  to   1.9..1.23  1.24..\n"
        "  a           f     t:1  mtls       mtls\n"
        "  b *         f     t:1  -          denied\n");
}

TEST_CASE("a wide table says the ends first, then as many versions as there is room for") {
  std::vector<Interval> intervals;
  for (int minor = 5; minor < 13; ++minor) {
    intervals.push_back(interval(fmt::format("1.{}.2..1.{}.1", minor, minor + 1),
                                 minor % 2 == 0 ? Outcome::mtls : Outcome::unresolved));
  }
  CHECK(table({traced("gossip", "data/cassandra", "pod IP", 7000, intervals),
               traced("cql", "\u65e5\u672c", "pod IP", 9042, intervals),
               traced("cql", "shop/a", "pod IP", 9042, intervals, false)}) ==
        "  connection  from            to\n"
        "  gossip      data/cassandra  pod IP:7000\n"
        "  cql         \u65e5\u672c            pod IP:9042\n"
        "  cql *       shop/a          pod IP:9042\n"
        "\n"
        "  connection         1.5.2..1.6.1  1.6.2..1.7.1  1.7.2..1.8.1  1.8.2..1.9.1  "
        "1.9.2..1.10.1\n"
        "  gossip             unresolved    mtls          unresolved    mtls          unresolved\n"
        "  cql from \u65e5\u672c      unresolved    mtls          unresolved    mtls          "
        "unresolved\n"
        "  cql from shop/a *  unresolved    mtls          unresolved    mtls          unresolved\n"
        "\n"
        "  connection         1.10.2..1.11.1  1.11.2..1.12.1  1.12.2..1.13.1\n"
        "  gossip             mtls            unresolved      mtls\n"
        "  cql from \u65e5\u672c      mtls            unresolved      mtls\n"
        "  cql from shop/a *  mtls            unresolved      mtls\n");
}

TEST_CASE("a connection is called by its ends where its name does not tell") {
  const auto ring = traced_ring(
      "r", "",
      {traced("gossip", "a", "pod IP", 7000, {}), traced("cql", "a", "pod IP", 9042, {}),
       traced("cql", "b\x1b", "pod IP", 9042, {}, false), traced("probe", "kubelet", "x", 1, {}),
       traced("probe", "kubelet", "x", 2, {}), traced("jmx", "a", "x", 1, {}),
       traced("jmx", "b", "x", 1, {}), traced("jmx", "b", "y", 0, {})});
  const report::Labels labels(ring);
  std::string text;
  for (const auto& connection : ring.connections) text += labels.of(connection) + '\n';
  CHECK(text ==
        "gossip\ncql from a\ncql from b\\x1b *\nprobe to x:1\nprobe to x:2\njmx from a\n"
        "jmx from b to x:1\njmx from b to y\n");
}

TEST_CASE("colours tell what works from what does not, and alarm nobody of what may fail") {
  const auto paint = [](Outcome outcome, bool is_needed) {
    return report::painted(outcome, is_needed, "x", {.color = true});
  };
  CHECK(paint(Outcome::mtls, true) == "\x1b[32mx\x1b[0m");
  CHECK(paint(Outcome::plaintext, true) == "x");
  CHECK(paint(Outcome::unknown, true) == "\x1b[33mx\x1b[0m");
  CHECK(paint(Outcome::denied, true) == "\x1b[31mx\x1b[0m");
  CHECK(paint(Outcome::denied, false) == "x");
  CHECK(report::painted(Outcome::denied, true, "x", {}) == "x");
}
