// Traces as hand-made engines would give them, in each format. CASSMESH_UPDATE=1 writes the files
// in tests/report anew.

#include "cassmesh/trace_report.hpp"

#include <deque>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "support.hpp"
#include "traced.hpp"

using namespace cassmesh;
using engine::Hop;
using engine::Outcome;
using engine::Step;
using Json = nlohmann::ordered_json;

namespace {

/// Files with the objects that decide, and what was traced among them.
class Scene {
 public:
  Scene() {
    const auto& ring = sources_.add("k8s/cassandra.yaml",
                                    "apiVersion: apps/v1\n"
                                    "kind: StatefulSet\n"
                                    "metadata: {name: cassandra, namespace: data}\n"
                                    "spec: {listen: localhost}\n");
    const auto& evil = sources_.add("k8s/\x1b[31m\u65e5\u672c.yaml",
                                    "apiVersion: security.istio.io/v1\n"
                                    "kind: AuthorizationPolicy\n"
                                    "metadata: {name: \"\\e[0mno\", namespace: data}\n"
                                    "spec: {action: DENY}\n");
    for (const auto* source : {&ring, &evil}) {
      documents_.push_back(yaml::parse(*source));
      for (const auto& document : documents_.back()) objects_.emplace_back(document.root(), "data");
    }
  }

  const k8s::Object& ring() const { return objects_[0]; }
  const k8s::Object& policy() const { return objects_[1]; }
  const Sources& sources() const { return sources_; }

 private:
  Sources sources_;
  std::vector<std::vector<yaml::Document>> documents_;
  std::deque<k8s::Object> objects_;
};

const std::string service = "Service 'data/cassandra'";

/// All sorts of outcomes, on ranges that do not begin and end together.
std::vector<NamedTrace> telling(const Scene& scene) {
  const Hop name{Step::name, "'cassandra-1.cassandra.data.svc.cluster.local' is the pod's IP"};
  const Hop tls{Step::client_tls, "auto-mTLS speaks mTLS, since every endpoint has a sidecar"};
  const Hop dialled{Step::address, "the sidecar dials the pod's IP"};
  const Hop refused{Step::application,
                    "Cassandra listens at 'localhost' alone",
                    {&scene.ring(), scene.ring()["spec"]["listen"]},
                    Outcome::refused};
  const Hop denied{Step::authorization,
                   "AuthorizationPolicy 'data/\x1b[0mno' denies all",
                   {&scene.policy(), scene.policy()["spec"]["action"]},
                   Outcome::denied};
  const Hop unsure{Step::client_capture,
                   "whether a sidecar is injected depends on the label of namespace 'shop'",
                   {},
                   Outcome::unknown};
  const Hop governed{Step::listener, "the ring's own listener takes it", {&scene.ring(), {}}};
  const auto broken = interval("1.10..", Outcome::refused, {name, governed, tls, dialled, refused});
  return {
      traced("gossip", "data/cassandra", "pod IP", 7000,
             {interval("1.0..1.4", Outcome::plaintext, {name, {Step::client_tls, "no mTLS"}}),
              interval("1.5..1.9", Outcome::mtls, {name, tls}), broken}),
      traced("bootstrap", "data/cassandra", service, 7000,
             {interval("1.0..1.9", Outcome::mtls), broken}),
      traced("self", "data/cassandra", "127.0.0.1", 7000, {interval("any", Outcome::plaintext)}),
      traced(
          "cql", "Deployment 'shop/web'", service, 9042,
          {interval("1.0..1.21", Outcome::mtls), interval("1.22..", Outcome::unknown, {unsure, tls},
                                                          "whether namespace 'shop' is labelled")}),
      traced("cql", "Deployment 'shop/\u30a6\u30a7\u30d6\x1b[0m'", service, 9042,
             {interval("any", Outcome::denied, {tls, denied, dialled, refused})}),
      traced("cql", "a client in the mesh", service, 9042,
             {interval("any", Outcome::denied, {tls, denied})}, false),
      traced("cql-outside", "a client without a sidecar", service, 9042,
             {interval("1.6..", Outcome::reset,
                       {{Step::peer_authentication, "STRICT asks for mTLS", {}, Outcome::reset}})},
             false),
      traced("probe", "kubelet", "pod IP", 8080, {interval("any", Outcome::plaintext)}),
      traced("probe", "kubelet", "pod IP", 0,
             {interval("any", Outcome::unknown, {unsure}, unsure.decision)}),
  };
}

lint::TraceResult result_of(std::vector<lint::TracedRing> rings) {
  return {.rings = std::move(rings), .problems = {}, .summary = {}, .istio = on("any")};
}

lint::TraceResult telling_result(const Scene& scene) {
  return result_of({traced_ring("data/cassandra", "", telling(scene)),
                    traced_ring("data/\x1b[1mother", "overlays/prod",
                                {traced("gossip", "data/other", "pod IP", 7000,
                                        {interval("1.9, 1.24", Outcome::mtls)})})});
}

}  // namespace

TEST_CASE("a trace is written as its golden file has it") {
  const Scene scene;
  const auto result = telling_result(scene);
  CHECK(golden_difference("tests/report/trace.txt",
                          report::trace_text(result, scene.sources(), false)) == "");
  CHECK(golden_difference("tests/report/trace.json",
                          report::trace_json(result, scene.sources(), true)) == "");
}

TEST_CASE("no format of traces lets a control character through") {
  const Scene scene;
  for (const auto& format : report::trace_formats()) {
    const auto text = format.write(telling_result(scene), scene.sources(), false);
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.size() > 100);
  }
}

TEST_CASE("the rings of all scopes are traced, and what is no YAML is said") {
  const std::string ring =
      "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: cassandra, namespace: data}\n"
      "spec: {template: {spec: {containers: [{name: c, image: 'cassandra:4.1'}]}}}\n";
  Sources sources;
  std::vector<const Source*> files;
  for (const auto& [name, text] : std::vector<std::pair<std::string, std::string>>{
           {"b.yaml", "apiVersion: [\n"}, {"dev/a.yaml", ring}, {"prod/a.yaml", ring}}) {
    files.push_back(&sources.add(name, text));
  }
  lint::Options options{.istio = mesh::GivenRange::parse("1.9..1.24")};
  options.config.scopes = {{.name = "dev", .paths = {"dev/"}},
                           {.name = "prod", .paths = {"prod/"}}};
  const auto result = lint::trace(sources, files, options);
  REQUIRE(result.rings.size() == 2);
  CHECK(result.rings[0].ring == "data/cassandra");
  CHECK(result.rings[0].scope == "dev");
  CHECK(result.rings[1].scope == "prod");
  CHECK(result.summary.files == 3);
  CHECK(result.summary.rings == 2);
  CHECK(result.istio == on("1.9..1.24"));
  REQUIRE(result.problems.size() == 1);
  CHECK(result.problems[0].place.at == Location{1, 1, 13});
}

TEST_CASE("a trace without rings is an empty text and an empty list") {
  const auto nothing = result_of({});
  CHECK(report::trace_text(nothing, {}, true).empty());
  CHECK(Json::parse(report::trace_json(nothing, {}, false)) ==
        Json{{"version", 1}, {"rings", Json::array()}});
}

TEST_CASE("every hop of every outcome is in the JSON, the working ones too") {
  const Scene scene;
  const auto json = Json::parse(report::trace_json(telling_result(scene), scene.sources(), false));
  const auto& gossip = json["rings"][0]["connections"][0];
  CHECK(gossip["outcomes"][1]["outcome"] == "mtls");
  CHECK(gossip["outcomes"][1]["hops"].size() == 2);
  const auto& last = gossip["outcomes"][2]["hops"][4];
  CHECK(last["failure"] == "refused");
  CHECK(last["line"] == 4);
  CHECK(last["column"] == 16);
  CHECK(last["object"]["kind"] == "StatefulSet");
  CHECK(json["rings"][0]["connections"][3]["outcomes"][1]["assumption"] ==
        "whether namespace 'shop' is labelled");
}

TEST_CASE("what is decided on the way back says so, and is no other reason") {
  const Hop hop{Step::listener, "nobody listens", {}, Outcome::refused};
  auto back = hop;
  back.on_way_back = true;
  const auto result = result_of(
      {traced_ring("r", "",
                   {traced("a", "f", "t", 1, {interval("any", Outcome::refused, {hop})}),
                    traced("b", "f", "t", 1, {interval("any", Outcome::refused, {back})})})});
  const auto text = report::trace_text(result, {}, false);
  CHECK(text.substr(text.find("\nrefused")) ==
        "\nrefused on every Istio: a, b\n"
        "    as a goes on Istio 1.0.0:\n"
        "  ! listener  nobody listens\n");
  const auto json = Json::parse(report::trace_json(result, {}, false));
  CHECK(json["rings"][0]["connections"][1]["outcomes"][0]["hops"][0]["decision"] ==
        "on the way back, nobody listens");
}

TEST_CASE("what several connections have in common is said once, for each range") {
  const std::vector<Hop> hops{{Step::address, "dials", {}, Outcome::refused}};
  std::vector<NamedTrace> connections{
      traced("a", "f", "t", 1,
             {interval("1.9", Outcome::refused, hops), interval("1.10", Outcome::mtls),
              interval("1.11", Outcome::refused, hops)}),
      traced("b", "f", "t", 1, {interval("1.9, 1.11", Outcome::refused, hops)}),
      traced("c", "f", "t", 1, {interval("1.9..1.11", Outcome::refused, hops)}),
      traced("d", "f", "t", 1, {interval("1.9..1.11", Outcome::refused)}, false)};
  for (const auto* client :
       {"Deployment 'shop/one'", "Deployment 'shop/two'", "CronJob 'shop/x'"}) {
    connections.push_back(
        traced("cql", client, "t", 1, {interval("1.9..1.11", Outcome::refused, hops)}));
  }
  const auto result = result_of({traced_ring("r", "", connections)});
  const auto text = report::trace_text(result, {}, false);
  CHECK(text.substr(text.find("\nrefused")) ==
        "\nrefused on Istio 1.9 and 1.11: a, b\n"
        "refused on Istio 1.9 to 1.11: c, cql from Deployment 'shop/one', cql from Deployment "
        "'shop/two',\n"
        "    cql from CronJob 'shop/x'\n"
        "  ! address  dials\n"
        "\nrefused on Istio 1.9 to 1.11: d *\n");
}

TEST_CASE("the closing line of a trace says what was traced and what was not read") {
  auto result = result_of({});
  result.istio = on("1.10..");
  CHECK(report::closing_line(result) == "No files to trace.\n");
  result.summary = {.files = 2, .objects = 3, .not_checked = {{"a", "x"}}};
  CHECK(report::closing_line(result) ==
        "No ring in 3 objects (2 files): no StatefulSet runs Cassandra. Not checked: 1 file "
        "('cassmesh lint -v' says why). Judged on Istio 1.10 and newer.\n");
  result.rings.resize(2);
  result.summary.not_checked.clear();
  CHECK(report::closing_line(result) ==
        "Traced 2 rings in 3 objects (2 files). Judged on Istio 1.10 and newer.\n");
}
