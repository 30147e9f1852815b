// Random specs, the same on every run: valid ones, nearly valid ones, nonsense, and bytes at
// random. Nothing may crash or throw; what is accepted must arrive in the manifest as it was meant.

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cassmesh/render.hpp"
#include "cassmesh/report.hpp"
#include "cassmesh/spec.hpp"
#include "support.hpp"
#include "text.hpp"

using cassmesh::Finding;
using cassmesh::Location;
using cassmesh::Place;
using cassmesh::Source;
using cassmesh::Sources;
using cassmesh::spec::ClusterSpec;
using cassmesh::spec::Key;
using cassmesh::spec::Type;
using cassmesh::yaml::Node;

namespace {

/// Dice that fall alike on every machine: the standard's own distributions do not.
class Dice {
 public:
  explicit Dice(std::uint32_t seed) : numbers_(seed) {}

  std::size_t below(std::size_t end) { return static_cast<std::size_t>(numbers_()) % end; }
  bool one_in(std::size_t chances) { return below(chances) == 0; }
  template <typename Items>
  auto pick(const Items& items) {
    return items[below(items.size())];
  }

 private:
  std::mt19937 numbers_;
};

using Texts = std::vector<std::string>;

/// Texts that are hard on YAML, on shells, on the kubelet and on terminals.
const Texts odd_texts{
    "",         " ",      "on",        "null",   "~",      "1e3",     "0x10",    "010",
    "1.10",     "12:30",  "true",      "No",     "- a",    "a: b",    "a #b",    "#b",
    "'",        "\"",     "it's: #1",  "*a",     "&a",     "!x",      "%a",      "@a",
    "`a`",      "{a}",    "[a",        "a,b",    "|",      ">",       "?",       "? a",
    ":",        "=",      "<<",        "a\nb",   "a\n",    "\n",      "a\tb",    "\t",
    "a\\nb",    "\\",     "$(POD_IP)", "$$(A)",  "$",      "$(",      "$POD_IP", "${A}",
    "$$$(X)$$", "/",      "a/b",       "a&b",    "..",     "Größe",   "日本語",  "😀",
    "e\u0301",  "\u202e", "\u2028",    "\u0085", "\ufeff", "\u00a0a", "a\u200b", "\x01",
    "\x1b[31m", "\x7f",   "-",         "---",    "...",    ".inf",    ".nan",    "2024-01-01",
    "0o7",      "+1",     "1_000",     "0b1",    "NULL"};

std::string random_text(Dice& dice) {
  std::string text;
  for (auto parts = 1 + dice.below(3); parts-- > 0;) {
    text += dice.one_in(3)
                ? std::string(1 + dice.below(12), static_cast<char>('a' + dice.below(26)))
                : dice.pick(odd_texts);
  }
  return text;
}

/// What our reader refuses in the open, as others disagree on it, and how it is written instead.
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> escapes{
    {{"\u2028", "\\L"}, {"\u0085", "\\N"}, {"\ufeff", "\\uFEFF"}}};

/// A text as YAML, in one of the ways in which it may be written.
std::string double_quoted(std::string_view text) {
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto* const escape = std::ranges::find_if(
        escapes, [&](const auto& row) { return text.substr(i).starts_with(row.first); });
    if (escape != escapes.end()) {
      out += escape->second;
      i += escape->first.size() - 1;
      continue;
    }
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += fmt::format("\\{}", c);
    } else if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out + "\"";
}

bool is_plain(std::string_view text) {
  const auto plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.' || c == '/' ||
           c == '_';
  };
  return !text.empty() && std::isalpha(static_cast<unsigned char>(text.front())) != 0 &&
         std::ranges::all_of(text, plain) && text != "null" && text != "Null" && text != "NULL";
}

std::string as_yaml(Dice& dice, const std::string& text) {
  if (is_plain(text) && !dice.one_in(3)) return text;
  const bool one_line = std::ranges::all_of(text, [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7F;
  });
  if (!one_line || dice.one_in(2)) return double_quoted(text);
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

/// Values that are right at a key, as YAML.
const std::map<std::string_view, Texts, std::less<>> valid_values{
    {"name", {"cassandra", "ring", "a", "my-ring-2", "null", "y"}},
    {"namespace", {"cassandra", "db", "1", "n0"}},
    {"replicas", {"1", "2", "3", "5"}},
    {"seeds", {"1", "2", "3"}},
    {"cluster.datacenter", {"dc1", "DC1-K8Demo", "'on'", "'1e3'", "it's", "'a#b'"}},
    {"cluster.rack", {"rack1", "'0x10'", "r.1"}},
    {"cluster.snitch", {"GossipingPropertyFileSnitch"}},
    {"cluster.numTokens", {"16", "256"}},
    {"image",
     {"cassandra:5.0", "cassandra:4.1.3", "bitnami/cassandra:5.0.4-debian-12-r3",
      "gcr.io/google-samples/cassandra:v14", "registry.example:5000/own/cassandra:x",
      "cassandra:3.0.24"}},
    {"flavour", {"official", "custom"}},
    {"version", {"4.1.3", "5.0", "3.11.2", "'4.10'"}},
    {"mesh.istio", {"1.24", "1.10..", "1.9..1.24", "any", "1.4", "'1.20, 1.22..'"}},
    {"mesh.revision", {"canary", "'1-24'"}},
    {"mesh.clients",
     {"[]", "[{namespace: shop}]",
      "[{namespace: shop, serviceAccount: orders, ports: [9042]}, {namespace: '1'}]"}},
    {"ports.cql", {"9042", "9043", "false"}},
    {"ports.internode", {"7000", "7005"}},
    {"ports.internodeTls", {"7001", "false"}},
    {"ports.jmx", {"7199", "7299", "false"}},
    {"storage.size", {"1Gi", "100G", "1.5Ti", "1e9"}},
    {"storage.class", {"fast", "'1'"}},
    {"heap.max", {"512M", "1G", "4g"}},
    {"heap.new", {"100M", "200m"}},
    {"resources",
     {"{}", "{limits: {memory: 8Gi, cpu: 2}}", "{requests: {cpu: 100m}, limits: {cpu: '1'}}"}},
    {"env",
     {"[]", "[{name: A, value: 'on'}]", "[{name: B, value: \"a\\nb: '$(POD_IP)'\"}, {name: C}]"}},
    {"nodeSelector", {"{}", "{disk: ssd, n: '1'}"}},
    {"tolerations", {"[]", "[{key: a, operator: Exists}]"}},
    {"affinity", {"{}", "{nodeAffinity: {}}"}},
    {"topologySpreadConstraints",
     {"[]", "[{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}]"}},
    {"podSecurityContext", {"{}", "{fsGroup: 999}"}},
    {"securityContext", {"{}", "{allowPrivilegeEscalation: false}"}},
    {"serviceAccount", {"cassandra", "ring", "a.b"}},
    {"terminationGracePeriodSeconds", {"1", "60", "1800"}},
    {"podDisruptionBudget", {"{maxUnavailable: 1}", "{minAvailable: 50%}"}},
    {"racks",
     {"[]", "[{name: a}, {name: b, replicas: 2, zone: z.1}]",
      "[{name: '1', nodeSelector: {a: b}}]"}},
    {"patches",
     {"[]", "[{target: {kind: Service}, merge: {spec: {a: [1, 'x: y']}}}]",
      "[{target: {kind: StatefulSet}, merge: {spec: {template: {spec: {containers: [{name: "
      "cassandra, tty: true}]}}}}}]"}},
};

/// A flow mapping of texts, for labels and annotations.
std::string text_map(Dice& dice, bool labels) {
  static const Texts keys{"team", "a", "example.com/team", "A_b.c-d", "on", "'1e3'", "note"};
  static const Texts label_values{"''", "a", "data-1", "on", "'0x10'", "1.10", "A_b.c", "NO"};
  std::string out;
  for (std::size_t i = dice.below(4), from = dice.below(keys.size()); i-- > 0;) {
    out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", keys[(from + i) % keys.size()],
                       labels ? dice.pick(label_values) : as_yaml(dice, random_text(dice)));
  }
  return "{" + out + "}";
}

std::string valid_value(Dice& dice, const Key& key) {
  if (key.type == Type::boolean) return dice.one_in(2) ? "true" : "false";
  if (key.type == Type::choice && key.path != "flavour") return std::string(dice.pick(key.choices));
  if (key.type == Type::text_map) return text_map(dice, key.path == "labels");
  if (key.path == "cluster.name") return as_yaml(dice, random_text(dice));
  const auto found = valid_values.find(key.path);
  return found == valid_values.end() ? std::string(key.example) : dice.pick(found->second);
}

/// Anything at all, nested at random.
std::string nonsense(Dice& dice, int depth = 0) {
  static const Texts raw{"-1",
                         "0",
                         "99999999999999999999",
                         "3.0",
                         "010",
                         "1e3",
                         "yes",
                         "null",
                         "~",
                         "!!str a",
                         "!x y",
                         "&a b",
                         "*a",
                         "<<",
                         "|",
                         "{",
                         "]",
                         "a: b: c",
                         "\"a",
                         "'a",
                         "- a",
                         "@",
                         "%",
                         "\t",
                         "&b [*b]",
                         "!!binary YQ==",
                         "? a"};
  switch (dice.below(depth > 3 ? 2 : 5)) {
    case 0:
      return dice.pick(raw);
    case 1:
      return as_yaml(dice, random_text(dice));
    case 2:
      return fmt::format("[{}, {}]", nonsense(dice, depth + 1), nonsense(dice, depth + 1));
    case 3:
      return fmt::format("{{{}: {}}}", as_yaml(dice, random_text(dice)), nonsense(dice, depth + 1));
    default:
      return fmt::format("{{name: {}, a: {}}}", nonsense(dice, depth + 1),
                         nonsense(dice, depth + 1));
  }
}

/// A word that is nearly right: a letter lost, doubled or in the wrong case.
std::string slip(Dice& dice, std::string word) {
  if (word.empty()) return word;
  const auto at = dice.below(word.size());
  switch (dice.below(3)) {
    case 0:
      return word.erase(at, 1);
    case 1:
      return word.insert(at, 1, word[at]);
    default:
      word[at] = static_cast<char>(std::toupper(static_cast<unsigned char>(word[at])));
      return word;
  }
}

/// Writes specs; `wild` in a hundred values and keys are not as they should be.
class SpecWriter {
 public:
  SpecWriter(Dice& dice, std::size_t wild) : dice_(dice), wild_(wild) {}

  std::string write() {
    std::string out;
    group(out, "", "");
    return out;
  }

  std::string set() {
    const auto all = cassmesh::spec::keys();
    const auto& key = all[dice_.below(all.size())];
    auto path = std::string(key.path);
    if (is_wild()) path = slip(dice_, path);
    if (key.type == Type::text_map) return path + ".a=" + value(key);
    return fmt::format("{}={}", path, value(key));
  }

 private:
  bool is_wild() { return dice_.below(100) < wild_; }

  std::string value(const Key& key) {
    if (!is_wild()) return dice_.one_in(20) ? "null" : valid_value(dice_, key);
    return dice_.one_in(2) ? slip(dice_, valid_value(dice_, key)) : nonsense(dice_);
  }

  void group(std::string& out, std::string_view path, const std::string& indent) {
    const auto before = out.size();
    for (const auto* key : cassmesh::spec::keys_below(path)) {
      if (!dice_.one_in(indent.empty() ? 6 : 3)) continue;
      auto name = std::string(cassmesh::last_part(key->path));
      if (is_wild()) name = slip(dice_, name);
      if (is_wild()) line(out, indent, name, nonsense(dice_));  // and so the key is there twice
      if (key->type != Type::group || is_wild()) {
        line(out, indent, name, value(*key));
      } else {
        out += fmt::format("{}{}:\n", indent, name);
        group(out, key->path, indent + "  ");
      }
    }
    if (out.size() == before && !indent.empty()) out += indent + "# nothing\n";
  }

  static void line(std::string& out, const std::string& indent, const std::string& name,
                   const std::string& value) {
    out += fmt::format("{}{}: {}\n", indent, name, value);
  }

  Dice& dice_;
  std::size_t wild_;
};

/// The inputs of a run and what comes of them.
struct Run {
  Run(const Texts& files, const Texts& sets) {
    std::vector<const Source*> sources;
    std::vector<const Source*> arguments;
    for (const auto& text : files) sources.push_back(&texts.add("spec.yaml", text));
    for (const auto& set : sets) arguments.push_back(&texts.add("--set", set));
    spec = cassmesh::spec::read(sources, arguments, problems);
    manifest = cassmesh::render::render(spec, {.origin = "spec.yaml", .command = "cassmesh render"},
                                        problems);
    cassmesh::sort(problems);
  }

  Sources texts;
  std::vector<Finding> problems;
  ClusterSpec spec;
  std::optional<cassmesh::render::Manifest> manifest;
};

bool has_errors(const Run& run) {
  return std::ranges::any_of(run.problems, [](const Finding& finding) {
    return finding.severity == cassmesh::Severity::error;
  });
}

bool inside(const Place& place, const Sources& texts) {
  const auto& [at, end] = place;
  if (at.file < 1 || at.file > static_cast<int>(texts.size()) || end.file != at.file) return false;
  const auto& source = texts[at.file];
  auto last = source.locate(source.text().size());
  ++last.column;  // a last byte that is no UTF-8 may count for no column
  return Location{at.file, 1, 1} <= at && at <= end && end <= last &&
         at.column <= static_cast<int>(source.line(at.line).size()) + 1;
}

/// What is wrong with how a problem is told; empty if nothing.
std::string badly_told(const Finding& finding, const Sources& texts) {
  const auto& message = finding.message;
  if (message.empty() || message.ends_with('.')) return "message: " + message;
  const auto told = cassmesh::report::text(std::span(&finding, 1), texts, false);
  if (!told.substr(0, told.find('\n')).ends_with(": " + cassmesh::report::printable(message))) {
    return "not on the first line: " + message;
  }
  if (finding.severity == cassmesh::Severity::error && !inside(finding.place, texts))
    return "place: " + message;
  for (const auto& [place, note, object] : finding.related) {
    if (note.empty() || !inside(place, texts)) return "related: " + message;
  }
  return {};
}

/// What the kubelet makes of a value, as far as no variable is known.
/// Source: k8s.io/kubernetes third_party/forked/golang/expansion/expand.go.
std::string expanded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '$' || i + 1 == text.size()) {
      out += text[i];
    } else if (text[i + 1] == '$') {
      out += '$';
      ++i;
    } else if (text[i + 1] == '(' && text.find(')', i) != std::string_view::npos) {
      out += "<expanded>";
      i = text.find(')', i);
    } else {
      out += text[i];
    }
  }
  return out;
}

/// The objects of a manifest, as a reader of YAML sees them.
class Objects {
 public:
  explicit Objects(const std::string& manifest) : source_(1, "manifest.yaml", manifest) {
    documents_ = cassmesh::yaml::parse(source_);
  }

  std::string problems() const {
    for (const auto& document : documents_) {
      if (!document.problems().empty()) return document.problems().front().message;
      if (!document.root().is_mapping()) return "a part is no mapping";
    }
    return {};
  }
  std::vector<Node> of_kind(std::string_view kind) const {
    std::vector<Node> found;
    for (const auto& document : documents_) {
      if (document.root()["kind"].text() == kind) found.push_back(document.root());
    }
    return found;
  }
  std::vector<Node> all() const {
    std::vector<Node> found;
    for (const auto& document : documents_) found.push_back(document.root());
    return found;
  }

 private:
  Source source_;
  std::vector<cassmesh::yaml::Document> documents_;
};

std::string environment(const Node& container, std::string_view name) {
  for (const auto variable : container["env"]) {
    if (variable["name"].text() == name) return std::string(variable["value"].text());
  }
  return "<none>";
}

/// Every text of `wanted` stands in `found` to the byte, and is a text to a YAML 1.1 reader too.
void check_texts(const Node& found, const cassmesh::yaml::Value& wanted) {
  for (const auto& [key, value, comment] : wanted.entries) {
    CAPTURE(key);
    CHECK(found[key].is_scalar());
    CHECK(found[key].text() == value.text);
    CHECK((found[key].quoted() || cassmesh::yaml::plain_is_string(found[key].text())));
  }
}

void check_metadata(const Objects& objects, const ClusterSpec& spec) {
  for (const auto& object : objects.all()) {
    const auto metadata = object["metadata"];
    const bool is_namespace = object["kind"].text() == "Namespace";
    CAPTURE(object["kind"].text());
    CHECK(object["apiVersion"].is_scalar());
    CHECK(metadata["name"].is_scalar());
    CHECK(metadata[is_namespace ? "name" : "namespace"].text() == spec.text("namespace"));
    check_texts(metadata["labels"], spec.value("labels"));
    check_texts(metadata["annotations"], spec.value("annotations"));
  }
}

void check_stateful_set(const Node& set, const ClusterSpec& spec) {
  const auto pod = set["spec"]["template"]["spec"];
  const auto container = *pod["containers"].begin();
  CHECK(set["spec"]["serviceName"].text() == spec.text("name"));
  CHECK(container["image"].text() == spec.text("image"));
  CHECK(pod["terminationGracePeriodSeconds"].text() == spec.text("terminationGracePeriodSeconds"));
  const auto claim = (*set["spec"]["volumeClaimTemplates"].begin())["spec"];
  CHECK(claim["resources"]["requests"]["storage"].text() == spec.text("storage.size"));
  CHECK(claim["storageClassName"].text() == spec.text("storage.class"));
  CHECK((*claim["accessModes"].begin()).text() == spec.text("storage.accessMode"));
  CHECK(expanded(environment(container, "CASSANDRA_CLUSTER_NAME")) == spec.text("cluster.name"));
  CHECK(environment(container, "MAX_HEAP_SIZE") == spec.text("heap.max"));
  check_texts(set["spec"]["template"]["metadata"]["labels"], spec.value("labels"));
  for (const auto& [none, variable, comment] : spec.value("env").entries) {
    CHECK(environment(container, variable["name"].text) == variable["value"].text);
  }
  for (const auto& [name, limit, comment] : spec.value("resources")["limits"].entries) {
    CHECK(container["resources"]["limits"][name].text() == limit.text);
  }
}

void check_manifest(const Run& run) {
  const auto text = run.manifest->text();
  CAPTURE(text);
  const Objects objects(text);
  REQUIRE(objects.problems().empty());
  CHECK(objects.all().size() == run.manifest->objects.size());
  check_metadata(objects, run.spec);
  const auto sets = objects.of_kind("StatefulSet");
  const auto& racks = run.spec.value("racks").entries;
  REQUIRE(sets.size() == std::max<std::size_t>(1, racks.size()));
  if (racks.empty()) {
    CHECK(sets[0]["metadata"]["name"].text() == run.spec.text("name"));
    CHECK(sets[0]["spec"]["replicas"].text() == run.spec.text("replicas"));
  }
  for (const auto& set : sets) check_stateful_set(set, run.spec);
}

/// Runs some inputs and checks what must hold of the answer. True if a manifest was made.
bool check_run(const Texts& files, const Texts& sets) {
  std::string input;
  for (const auto& text : files)
    input += "--- spec.yaml\n" + cassmesh::report::printable(text) + "\n";
  for (const auto& set : sets) input += "--set " + cassmesh::report::printable(set) + "\n";
  CAPTURE(input);
  const Run run(files, sets);
  CHECK(has_errors(run) != run.manifest.has_value());
  for (const auto& finding : run.problems) CHECK(badly_told(finding, run.texts).empty());
  const auto told = cassmesh::report::text(run.problems, run.texts, false);
  CHECK(told.find('\x1b') == std::string::npos);
  if (!run.manifest) return false;
  check_manifest(run);
  CHECK(Run(files, sets).manifest->text() == run.manifest->text());
  return true;
}

}  // namespace

TEST_CASE(
    "random specs of valid values are accepted or refused for what clashes, and arrive whole") {
  Dice dice(1);
  int accepted = 0;
  constexpr int runs = 1000;
  for (int i = 0; i < runs; ++i) accepted += check_run({SpecWriter(dice, 0).write()}, {}) ? 1 : 0;
  CHECK(accepted > runs / 5);
  CHECK(accepted < runs);
}

TEST_CASE("random specs with slips and nonsense in them never crash") {
  Dice dice(2);
  int accepted = 0;
  constexpr int runs = 2000;
  for (int i = 0; i < runs; ++i) {
    Texts files;
    Texts sets;
    for (auto n = dice.below(3); n-- > 0;)
      files.push_back(SpecWriter(dice, 3 + dice.below(30)).write());
    for (auto n = dice.below(3); n-- > 0;) sets.push_back(SpecWriter(dice, dice.below(40)).set());
    accepted += check_run(files, sets) ? 1 : 0;
  }
  CHECK(accepted > 0);
}

TEST_CASE("every text that a cluster's name or an annotation can have arrives to the byte") {
  std::size_t accepted = 0;
  for (const auto& text : odd_texts) {
    CAPTURE(cassmesh::report::printable(text));
    CHECK(check_run({fmt::format("annotations: {{a: {}}}\n", double_quoted(text))}, {}));
    for (const std::string image : {"bitnami/cassandra:5.0", "own/cassandra"}) {
      const auto spec =
          fmt::format("cluster: {{name: {}}}\nimage: {}\n", double_quoted(text), image);
      accepted += check_run({spec}, {}) ? 1 : 0;
    }
  }
  CHECK(accepted > odd_texts.size());
}

TEST_CASE("spec files with bytes changed at random never crash") {
  Dice dice(4);
  static const Texts pieces{"\t",    "\r",    "\n",   "'",    "\"",   "{",
                            "}",     "[",     "]",    ":",    ": ",   "#",
                            " #",    "&a",    "*a",   "!",    "|",    ">",
                            "---\n", "...\n", "%",    "\xff", "\xc3", std::string(1, '\0'),
                            "- ",    "? ",    "<<: ", ",",    "  "};
  constexpr int runs = 2000;
  for (int i = 0; i < runs; ++i) {
    auto text = SpecWriter(dice, 0).write();
    for (auto changes = 1 + dice.below(4); changes-- > 0 && !text.empty();) {
      const auto at = dice.below(text.size());
      switch (dice.below(5)) {
        case 0:
          text.erase(at, 1 + dice.below(6));
          break;
        case 1:
          text.insert(at, dice.pick(pieces));
          break;
        case 2:
          text[at] = static_cast<char>(dice.below(256));
          break;
        case 3:
          text.insert(at, text.substr(dice.below(text.size()), 1 + dice.below(40)));
          break;
        default:
          text.resize(at);
      }
    }
    check_run({text}, {});
  }
}

TEST_CASE("arguments of --set with bytes changed at random never crash") {
  Dice dice(5);
  constexpr int runs = 2000;
  for (int i = 0; i < runs; ++i) {
    auto set = SpecWriter(dice, 10).set();
    const auto at = dice.below(set.size());
    static const Texts pieces{".",    "..",  "\\", "\\.", "=",
                              "[",    "[0]", "{",  "\n",  std::string(1, '\0'),
                              "\xff", " ",   ": ", "#"};
    if (dice.one_in(2)) {
      set.insert(at, dice.pick(pieces));
    } else {
      set.erase(at, 1 + dice.below(3));
    }
    check_run({}, {set});
  }
}
