// What must not change what the engine and the rules say, over all scenes of the table of outcomes.

#include <fmt/core.h>

#include <algorithm>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "cassmesh/rule.hpp"
#include "examples.hpp"
#include "linted.hpp"
#include "outcome_table.hpp"
#include "pages.hpp"
#include "support.hpp"

using namespace cassmesh;

namespace {

/// Objects of a namespace that is neither the ring's, nor a client's, nor the mesh's own, each of
/// which would break a ring where it counts. (A VirtualService of the ring's host, a TCP
/// ServiceEntry without addresses and a Service count from everywhere: only exportTo keeps them.)
constexpr std::string_view foreign = R"(
---
{apiVersion: networking.istio.io/v1alpha3, kind: DestinationRule, metadata: {name: a, namespace: foreign}, spec: {host: "*.local", trafficPolicy: {tls: {mode: DISABLE}}}}
---
{apiVersion: networking.istio.io/v1alpha3, kind: DestinationRule, metadata: {name: b, namespace: foreign}, spec: {host: cassandra.data.svc.cluster.local, trafficPolicy: {tls: {mode: SIMPLE}}}}
---
{apiVersion: security.istio.io/v1beta1, kind: PeerAuthentication, metadata: {name: default, namespace: foreign}, spec: {mtls: {mode: STRICT}}}
---
{apiVersion: security.istio.io/v1beta1, kind: PeerAuthentication, metadata: {name: ring, namespace: foreign}, spec: {selector: {matchLabels: {app: cassandra}}, mtls: {mode: DISABLE}}}
---
{apiVersion: authentication.istio.io/v1alpha1, kind: Policy, metadata: {name: default, namespace: foreign}, spec: {peers: [{mtls: {}}]}}
---
{apiVersion: security.istio.io/v1beta1, kind: AuthorizationPolicy, metadata: {name: nothing, namespace: foreign}, spec: {}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: nothing, namespace: foreign}, spec: {podSelector: {}}}
---
{apiVersion: networking.istio.io/v1alpha3, kind: Sidecar, metadata: {name: default, namespace: foreign}, spec: {egress: [{hosts: ["./*"]}], outboundTrafficPolicy: {mode: REGISTRY_ONLY}}}
---
{apiVersion: networking.istio.io/v1alpha3, kind: VirtualService, metadata: {name: private, namespace: foreign}, spec: {hosts: [cassandra.data.svc.cluster.local], exportTo: [.], tcp: [{route: [{destination: {host: other.foreign.svc.cluster.local}}]}]}}
---
{apiVersion: networking.istio.io/v1alpha3, kind: ServiceEntry, metadata: {name: private, namespace: foreign}, spec: {hosts: [db.example.com], exportTo: [.], ports: [{number: 7000, name: tcp-db, protocol: TCP}], resolution: DNS}}
---
{apiVersion: networking.istio.io/v1alpha3, kind: ServiceEntry, metadata: {name: other, namespace: foreign}, spec: {hosts: [db.example.org], ports: [{number: 5432, name: tcp-db, protocol: TCP}], resolution: DNS}}
)";

/// With bounds, so that it is not cut to where all objects can exist. Before 1.1 rules of every
/// namespace counted for all, and nothing knew exportTo.
constexpr const char* every = "1.1..1.31";

/// The rows' scenes, each once.
std::set<std::string> scenes(const OutcomeTable& table) {
  std::set<std::string> all;
  for (const auto& row : table.rows()) all.insert(row.scene);
  return all;
}

/// `gossip from A to B: mtls on 1.5.., …`, a line for each connection.
std::string outcomes(const lint::TracedRing& ring) {
  std::string text;
  for (const auto& each : ring.connections) {
    text += fmt::format("{} from {} to {}:{}:", each.name, each.from, each.to, each.port);
    std::string_view last;
    for (const auto& outcome : each.outcomes) {
      const auto word = to_string(outcome.outcome);
      if (word != last)
        text +=
            fmt::format(" {} from {}", word, to_string(outcome.istio.intervals().front().first));
      last = word;
    }
    text += "\n";
  }
  return text;
}

/// The same on one version, with what decides at each hop.
std::string outcomes_on(mesh::IstioVersion version, const lint::TracedRing& ring) {
  std::string text;
  for (const auto& each : ring.connections) {
    text += fmt::format("{} from {} to {}:{}:", each.name, each.from, each.to, each.port);
    for (const auto& outcome : each.outcomes) {
      if (!outcome.istio.contains(version)) continue;
      text += fmt::format(" {}, {}\n", to_string(outcome.outcome), outcome.assumption);
      for (const auto& hop : outcome.hops) {
        text += fmt::format("{} {} by {} at line {}\n", to_string(hop.step),
                            hop.failure ? to_string(*hop.failure) : "goes on",
                            hop.object ? hop.object->name : "nobody", hop.place.at.line);
      }
    }
  }
  return text;
}

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) all.push_back(line);
  return all;
}

std::vector<std::string> documents_of(const std::string& text) {
  std::vector<std::string> all;
  for (const auto& each : split("\n" + text, "\n---\n")) all.push_back(each + "\n");
  return all;
}

/// Findings without their places.
std::multiset<std::string> findings(const std::vector<std::string>& files) {
  std::vector<std::pair<std::string, std::string>> named;
  for (const auto& text : files)
    named.emplace_back(fmt::format("scene-{:02}.yaml", named.size()), text);
  lint::Options options;
  options.istio = mesh::GivenRange::parse(every);
  const Linted linted(named, options);
  std::multiset<std::string> all;
  for (const auto& each : linted.result.findings) {
    all.insert(fmt::format("{} {} {}/{}: {} on {}", to_string(each.severity), each.rule,
                           each.object ? each.object->kind : "",
                           each.object ? each.object->name : "", each.message,
                           each.istio ? to_string(*each.istio) : "all"));
  }
  return all;
}

/// What a finding is, wherever it stands.
std::string key(const Finding& each) {
  return fmt::format("{} {} {}/{}: {}", to_string(each.severity), each.rule,
                     each.object ? each.object->kind : "", each.object ? each.object->name : "",
                     each.message);
}

std::set<std::string> keys(const std::string& text, const lint::Options& options) {
  std::set<std::string> all;
  const Linted linted({{"a.yaml", text}}, options);
  for (const auto& each : linted.result.findings) all.insert(key(each));
  return all;
}

/// A text without the document that holds a line; empty lines stand in its place.
std::string without_document(const std::string& text, int line) {
  std::vector<std::string> lines = split_lines(text);
  const auto is_mark = [&](std::size_t at) { return lines[at] == "---"; };
  auto first = static_cast<std::size_t>(line - 1);
  auto last = first;
  while (first > 0 && !is_mark(first - 1)) --first;
  while (last + 1 < lines.size() && !is_mark(last + 1)) ++last;
  std::string left;
  for (std::size_t i = 0; i < lines.size(); ++i)
    left += (i >= first && i <= last ? std::string() : lines[i]) + "\n";
  return left;
}

/// Whether the remedy is to delete the object that a finding is on.
bool is_to_be_deleted(const Finding& finding) {
  return finding.object && finding.object->kind != "StatefulSet" &&
         finding.fix.starts_with(fmt::format("delete the {}", finding.object->kind));
}

/// Every namespace with another name, but for the mesh's own: in the same order as before.
std::string renamed(const std::string& text) {
  static const std::regex names(R"(\b(before|data|foreign|shop|third)\b)");
  return std::regex_replace(text, names, "q-$1");
}

/// Each scene on one version at a time, and on all of them at once.
void judge_alone(int first_minor, int last_minor) {
  const OutcomeTable table;
  for (const auto& scene : scenes(table)) {
    INFO(scene);
    const auto text = table.text_of(scene);
    const auto among_all = traced({text}, every);
    for (int minor = first_minor; minor <= last_minor; ++minor) {
      const mesh::IstioVersion version{.minor = minor};
      INFO(minor);
      const auto alone = traced({text}, fmt::format("1.{}.0", minor));
      CHECK(outcomes_on(version, alone) == outcomes_on(version, among_all));
    }
  }
}

}  // namespace

TEST_CASE("objects of foreign namespaces change no outcome") {
  const OutcomeTable table;
  for (const auto& scene : scenes(table)) {
    INFO(scene);
    const auto text = table.text_of(scene);
    CHECK(outcomes(traced({text, std::string(foreign)}, every)) == outcomes(traced({text}, every)));
  }
}

TEST_CASE("other names of namespaces change nothing but names") {
  const OutcomeTable table;
  for (const auto& scene : scenes(table)) {
    INFO(scene);
    const auto text = table.text_of(scene);
    CHECK(outcomes(traced({renamed(text)}, every)) == renamed(outcomes(traced({text}, every))));
  }
}

// In parts, which may run beside each other.
TEST_CASE("an old version is judged alone as it is among all others") {
  judge_alone(1, 10);
}
TEST_CASE("a version of some years ago is judged alone as it is among all others") {
  judge_alone(11, 20);
}
TEST_CASE("a new version is judged alone as it is among all others") {
  judge_alone(21, 31);
}

TEST_CASE("other files and another order of documents change nothing") {
  const OutcomeTable table;
  for (const auto& scene : scenes(table)) {
    INFO(scene);
    const auto text = table.text_of(scene);
    auto documents = documents_of(text);
    const auto as_written = findings({text});
    CHECK(findings(documents) == as_written);
    std::ranges::reverse(documents);
    CHECK(findings(documents) == as_written);
    CHECK(outcomes(traced(documents, every)) == outcomes(traced({text}, every)));
  }
}

TEST_CASE("what is deleted as the remedy says is gone, and nothing else appears") {
  std::size_t tried = 0;
  for (const auto& example : examples_on_disk()) {
    if (!example.file.starts_with("bad")) continue;
    INFO(example.rule << "/" << example.file);
    const auto text = without_marks(example.text);
    const auto options = pages::options_for(example);
    const Linted linted({{"a.yaml", text}}, options);
    std::set<std::string> before;
    for (const auto& each : linted.result.findings) before.insert(key(each));
    for (const auto& finding : linted.result.findings) {
      if (!is_to_be_deleted(finding)) continue;
      ++tried;
      INFO(key(finding));
      auto after = keys(without_document(text, finding.place.at.line), options);
      // What only the deleted object had a use for is needless from then on.
      std::erase_if(after, [](const std::string& each) {
        return each.find("needless") != std::string::npos;
      });
      CHECK(!after.contains(key(finding)));
      CHECK(std::ranges::includes(before, after));
    }
  }
  CHECK(tried >= 10);
}
