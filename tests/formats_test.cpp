// One run of the linter, and one without findings, in each format. CASSMESH_UPDATE=1 writes the
// files in tests/report anew.

#include "report/formats.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "support.hpp"

using namespace cassmesh;
using Json = nlohmann::ordered_json;

namespace {

/// The first place of `part` in a source.
Place place_of(const Source& source, std::string_view part) {
  const auto at = source.text().find(part);
  REQUIRE(at != std::string_view::npos);
  return source.place(at, at + part.size());
}

ObjectName istio_object(std::string kind, std::string name) {
  return {"networking.istio.io/v1", std::move(kind), "cassandra", std::move(name)};
}

const ObjectName ring_service{"v1", "Service", "cassandra", "cassandra"};

const Rule takes_ring_host{
    .name = "service-entry-takes-ring-host",
    .severity = Severity::error,
    .kinds = {"ServiceEntry"},
    .summary = "No ServiceEntry has the host of a ring.",
    .why = "Its endpoints replace those of the Service, so that nodes dial them.",
    .fix = "Delete the ServiceEntry.",
    .versions = "1.22 and newer",
    .source = "istio/istio 1.22.0 pilot/pkg/model/push_context.go",
    .check = ByTheEngine{},
};
const Rule unnamed_protocol{
    .name = "port-name-without-protocol",
    .severity = Severity::info,
    .kinds = {"Service"},
    .summary = "A Service's port says which protocol it carries.",
    .why = "Without one Istio sniffs the first bytes of each connection.",
    .fix = "Start the name with the protocol, as in `tcp-cql`.",
    .versions = "",
    .source = "istio.io, Protocol Selection",
    .check = ByTheEngine{},
};
constexpr std::array<const Rule*, 2> rules{&unnamed_protocol, &takes_ring_host};

/// A run with a finding of each telling sort.
class Telling {
 public:
  Telling() {
    conflict();
    same_rule_on_one_line();
    hostile();
    elsewhere();
    result_.istio = mesh::VersionRange::parse("1.10..");
    result_.summary = {.files = 5,
                       .documents = 9,
                       .objects = 8,
                       .rings = 1,
                       .errors = 4,
                       .warnings = 4,
                       .infos = 4,
                       .suppressed = 2,
                       .not_checked = {{"chart/templates/a b.yaml", "Helm template"},
                                       {"chart/templates/c.yaml", "Helm template"}}};
  }
  report::Run run() const { return {.result = result_, .sources = sources_}; }

 private:
  Finding& add(std::string_view rule, Severity severity, std::string message, const Place& place) {
    return result_.findings.emplace_back(
        Finding{.rule = rule, .severity = severity, .message = std::move(message), .place = place});
  }

  /// A conflict of two files, and one of several places.
  void conflict() {
    const auto& entry = sources_.add("k8s/se.yaml",
                                     "kind: ServiceEntry\n"
                                     "spec:\n"
                                     "  hosts:\n"
                                     "    - cassandra.cassandra.svc.cluster.local\n"
                                     "  resolution: NONE\n");
    const auto& ring = sources_.add("./k8s/cassandra.yaml",
                                    "kind: Service\n"
                                    "metadata: {name: cassandra}\n"
                                    "spec:\n"
                                    "  ports: [{name: cql}, {name: jmx}]\n"
                                    "---\n"
                                    "kind: Service\n"
                                    "metadata: {name: cassandra}\n"
                                    "spec:\n"
                                    "  ports: [{name: cql}]\n");
    auto& takes = add("service-entry-takes-ring-host", Severity::error,
                      "host 'cassandra.cassandra.svc.cluster.local' belongs to the ring",
                      place_of(entry, "cassandra.cassandra.svc.cluster.local"));
    takes.object = istio_object("ServiceEntry", "external");
    takes.ring = "cassandra/cassandra";
    takes.breaks = {"gossip", "cql"};
    takes.istio = mesh::VersionRange::parse("1.22..");
    takes.related = {{place_of(ring, "cassandra"), "the ring's Service", ring_service}};
    takes.fix = "delete the ServiceEntry";
    auto& several = add("service-entry-conflict", Severity::warning,
                        "resolution 'NONE' is not the same in all ServiceEntries of this host",
                        place_of(entry, "NONE"));
    several.object = istio_object("ServiceEntry", "external");
    several.related = {{place_of(entry, "hosts"), "the [first] one"},
                       {{}, "the oldest one counts"},
                       {place_of(ring, "spec"), "the second one"}};
    several.fix = "keep one of them?";
    several.fix_is_safe = true;
  }

  /// What formats that know a finding by its rule and line must keep apart.
  void same_rule_on_one_line() {
    const auto& ring = sources_[2];
    const auto second = ring.text().rfind("cql");
    const std::vector<std::pair<Place, std::string>> ports{
        {place_of(ring, "cql"), "cql"},
        {place_of(ring, "jmx"), "jmx"},
        {ring.place(second, second + 3), "cql"},
    };
    for (const auto& [place, name] : ports) {
      add("port-name-without-protocol", Severity::info,
          "port name '" + name + "' does not say which protocol it carries", place)
          .object = ring_service;
    }
  }

  /// Texts that would like to be something else than text.
  void hostile() {
    const auto& evil = sources_.add("::error file=a,b%0A\n\x1b[31m \xff.yaml",
                                    "a: ]]> \x1b[31m\xff & <b>\"\n"
                                    "\t\u65e5\u672c: {\u00e9: \"x\"}\n");
    auto& controls = add("invalid-yaml", Severity::error,
                         "is ']]>', '\x1b[31m', '\xff', '\u009b', '\u202e', '\uffff', '<a&\"b\">', "
                         "'100%', a\n::error::line feed, [a link](https://example.org)",
                         place_of(evil, "]]>"));
    controls.fix = "leave out '\x07'\n::stop-commands::x";
    controls.related = {{place_of(evil, "\xff"), "a \\ [link](https://example.org) again\x1b"}};
    auto& wide = add("invalid-field-value", Severity::warning, "\u65e5\u672c is '\u00e9'",
                     place_of(evil, "\u00e9"));
    wide.object = {"v1", "Namespace", "", "a\x1b"};
  }

  /// Standard input, an absolute path, several lines, no place at all.
  void elsewhere() {
    const auto& input = sources_.add("<stdin>", "args:\n  - a\n  - b\n");
    const auto& absolute = sources_.add("/manifests/a.yaml", "kind: Sidecar\r\nspec: {}\r\n");
    add("duplicate-key", Severity::error, "'args' is given twice", place_of(input, "- a\n  - b"));
    add("sidecar-conflict", Severity::warning, "selects nothing", place_of(absolute, "spec"))
        .istio = mesh::VersionRange::parse("1.10..1.12, 1.20.3");
    add("unused-suppression", Severity::warning, "suppresses nothing", {});
    add("application-starts-before-proxy", Severity::info, "starts first", {}).related = {
        {place_of(absolute, "Sidecar"), "of these pods"}};
    add("dead-host", Severity::error, "matches nothing", input.place(18, 18));
  }

  Sources sources_;
  lint::Result result_;
};

/// A run that found nothing, in files that hold a ring.
const lint::Result clean{.findings = {},
                         .summary = {.files = 9, .documents = 31, .objects = 30, .rings = 1},
                         .istio = mesh::VersionRange::any()};

std::string written(std::string_view format, const report::Run& run) {
  // The real rules have pages of their own, and adding one must change no file of the tests.
  if (format == "sarif") return report::sarif(run, rules);
  const auto found = std::ranges::find(report::formats(), format, &report::Format::name);
  REQUIRE(found != report::formats().end());
  return found->write(run);
}

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> endings{{
    {"text", "txt"},
    {"concise", "txt"},
    {"json", "json"},
    {"sarif", "sarif"},
    {"github", "txt"},
    {"gitlab", "json"},
    {"junit", "xml"},
}};

}  // namespace

TEST_CASE("each format writes a run as its golden file has it") {
  const Telling telling;
  const Sources nothing;
  REQUIRE(report::formats().size() == endings.size());
  for (const auto& [format, ending] : endings) {
    const auto file = "tests/report/" + std::string(format);
    CHECK(golden_difference(file + '.' + std::string(ending), written(format, telling.run())) ==
          "");
    CHECK(golden_difference(file + "-clean." + std::string(ending),
                            written(format, {.result = clean, .sources = nothing})) == "");
  }
}

TEST_CASE("no format lets a control character through") {
  const Telling telling;
  for (const auto& format : report::formats()) {
    CAPTURE(format.name);
    const auto text = format.write(telling.run());
    CHECK(text.find_first_of("\x1b\x07\r\x7f") == std::string::npos);
    CHECK(text.find("\u009b") == std::string::npos);
    CHECK(text.find("\u202e") == std::string::npos);
    CHECK(text.find('\xff') == std::string::npos);
  }
}

TEST_CASE("the first formats are for people, and every one says what it is") {
  CHECK(report::formats().front().name == "text");
  for (const auto& format : report::formats()) CHECK_FALSE(format.what.empty());
}

TEST_CASE("concise has colours only if asked for") {
  Sources sources;
  const auto& source = sources.add("a.yaml", "a: b\n");
  lint::Result result;
  result.findings = {{.rule = "r", .message = "m", .place = place_of(source, "b")}};
  CHECK(report::concise({.result = result, .sources = sources, .color = true}) ==
        "\x1b[1ma.yaml:1:4:\x1b[0m \x1b[31merror[r]\x1b[0m: \x1b[1mm\x1b[0m\n");
}

TEST_CASE("SARIF describes all rules that there are, within what GitHub takes") {
  const Sources nothing;
  const auto all = std::ranges::find(report::formats(), "sarif", &report::Format::name);
  const auto log = Json::parse(all->write({.result = clean, .sources = nothing}));
  const auto& described = log["runs"][0]["tool"]["driver"]["rules"];
  REQUIRE(described.size() == all_rules().size());
  for (std::size_t i = 0; i < described.size(); ++i) {
    const auto& rule = described[i];
    CAPTURE(rule["id"]);
    CHECK(rule["id"] == all_rules()[i]->name);
    for (const auto* text : {"shortDescription", "fullDescription"}) {
      const auto length = rule[text]["text"].get<std::string>().size();
      CHECK(length > 0);
      CHECK(length <= 1024);
    }
    CHECK(rule["properties"]["tags"].size() <= 20);
  }
}
