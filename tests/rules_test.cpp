// Every rule against its folder in tests/rules. In bad*.yaml each line that gets a finding says so
// at its end, `# want: MESSAGE`, or `# want SEVERITY RULE: MESSAGE` where one of the two is not the
// rule's own; behind the message, what it breaks and on which of the judged versions: `(breaks
// gossip, cql; on 1.10..)`. Nothing else may be found there. good*.yaml is silent under all rules.
// First lines
// `# istio: RANGE` and `# kubernetes: RANGE` set what is judged, a .cassmesh.yaml beside them
// everything else.

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/rule.hpp"
#include "examples.hpp"
#include "pages.hpp"
#include "support.hpp"
#include "text.hpp"

using namespace cassmesh;

namespace {

/// What one mark asks for, as Linted::lines() would write it without the column.
std::string wanted(const Rule& rule, std::string_view mark, int line) {
  const auto colon = mark.find(": ");
  REQUIRE(colon != std::string_view::npos);
  auto severity = std::string(to_string(rule.severity));
  auto name = std::string(rule.name);
  std::istringstream words{std::string(mark.substr(0, colon))};
  for (std::string word; words >> word;) {
    const bool is_severity = word == "info" || word == "warning" || word == "error";
    (is_severity ? severity : name) = word;
  }
  return fmt::format("{}: {}[{}]: {}", line, severity, name, mark.substr(colon + 2));
}

/// What the marks of an example ask for, in the order of the lines.
std::vector<std::string> wanted(const Rule& rule, std::string_view text) {
  constexpr std::string_view begin = "# want";
  std::vector<std::string> all;
  std::istringstream lines{std::string(text)};
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    const bool sets_range = line.starts_with("# istio: ") || line.starts_with("# kubernetes: ");
    if (!sets_range) ++number;
    for (auto at = line.find(begin); at != std::string::npos;) {
      const auto next = line.find(begin, at + begin.size());
      auto mark = std::string_view(line).substr(at + begin.size(), next - at - begin.size());
      mark = mark.substr(0, mark.find_last_not_of(' ') + 1);
      all.push_back(wanted(rule, mark, number));
      at = next;
    }
  }
  std::ranges::sort(all);
  return all;
}

/// ` (breaks gossip, cql; on 1.10..)`: what stands below a message; empty if nothing does.
std::string consequences(const Finding& finding) {
  std::vector<std::string> all;
  if (!finding.breaks.empty())
    all.push_back(fmt::format("breaks {}", fmt::join(finding.breaks, ", ")));
  if (finding.istio) all.push_back(fmt::format("on {}", mesh::to_string(*finding.istio)));
  return all.empty() ? std::string() : fmt::format(" ({})", fmt::join(all, "; "));
}

/// Whether the rule says that it looks at objects of this kind.
bool is_of_kind(const Finding& finding) {
  const auto* rule = find_rule(finding.rule);
  return rule == nullptr || !finding.object || rule->kinds.empty() ||
         std::ranges::find(rule->kinds, finding.object->kind) != rule->kinds.end();
}

/// What was found, without columns.
std::vector<std::string> found(const Example& example) {
  Sources sources;
  const auto result = pages::lint_example(example, without_marks(example.text), sources);
  std::vector<std::string> all;
  for (const auto& finding : result.findings) {
    CHECK(finding.place);
    CHECK(is_of_kind(finding));
    all.push_back(fmt::format("{}: {}[{}]: {}{}", finding.place.at.line,
                              to_string(finding.severity), finding.rule, finding.message,
                              consequences(finding)));
  }
  std::ranges::sort(all);
  return all;
}

/// Whether it is no example itself, but what examples are judged with.
bool stands_beside(const Example& example) {
  return example.file == config::file_name || example.file == pages::manifests_file;
}

std::vector<Example> examples_of(const Rule& rule) {
  std::vector<Example> all;
  for (const auto& example : examples_on_disk()) {
    if (example.rule == rule.name && !stands_beside(example)) all.push_back(example);
  }
  return all;
}

bool has_example(const Rule& rule, std::string_view file) {
  return std::ranges::any_of(examples_of(rule),
                             [&](const Example& example) { return example.file == file; });
}

}  // namespace

TEST_CASE("each rule finds what its examples want") {
  for (const auto* rule : all_rules()) {
    DYNAMIC_SECTION(rule->name) {
      for (const auto& example : examples_of(*rule)) {
        INFO(example.rule << "/" << example.file);
        const auto expected = wanted(*rule, example.text);
        const bool bad = example.file.starts_with("bad");
        CHECK((bad || example.file.starts_with("good")));
        CHECK(expected.empty() != bad);
        const auto seen = found(example);
        INFO(fmt::format("wanted:\n{}\nfound:\n{}", fmt::join(expected, "\n"),
                         fmt::join(seen, "\n")));
        CHECK(seen == expected);
      }
    }
  }
}

TEST_CASE("each rule says what people need to know") {
  std::set<std::string_view> names;
  for (const auto* rule : all_rules()) {
    CAPTURE(rule->name);
    CHECK(names.insert(rule->name).second);
    CHECK(rule->name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string_view::npos);
    for (const auto* shape : {"use-", "avoid-", "check-", "no-"})
      CHECK(!rule->name.starts_with(shape));
    CHECK(rule->summary.ends_with('.'));
    CHECK(rule->why.ends_with('.'));
    CHECK(!rule->fix.empty());
    CHECK(!rule->fix.ends_with('.'));
    CHECK(has_example(*rule, "bad.yaml"));
    CHECK(has_example(*rule, "good.yaml"));
    for (const auto& kind : rule->kinds) {
      CAPTURE(kind);
      const auto kinds = k8s::known_kinds();
      CHECK(std::ranges::find(kinds, kind, &k8s::Kind::name) != kinds.end());
    }
  }
  CHECK(std::ranges::is_sorted(all_rules(), {}, &Rule::name));
}

namespace {

void collect_scalars(const yaml::Node& node, std::vector<yaml::Node>& scalars) {
  if (node.is_scalar()) scalars.push_back(node);
  for (const auto& child : node) collect_scalars(child, scalars);
}

/// What is wrong with the findings of a text: one that stands nowhere, or says nothing.
std::string slip_in(const Example& example, const std::string& text) {
  Sources sources;
  const auto result = pages::lint_example(example, text, sources);
  for (const auto& finding : result.findings) {
    if (!finding.place || finding.message.empty()) return std::string(finding.rule) + "\n" + text;
  }
  return {};
}

/// The examples of rules whose names begin with one of some letters.
std::vector<Example> examples_of_letters(std::string_view letters) {
  auto all = examples_on_disk();
  std::erase_if(all, [&](const Example& example) {
    return stands_beside(example) || letters.find(example.rule.front()) == letters.npos;
  });
  return all;
}

/// Calls `change` with each of the examples of some rules, its text and its scalars. Says how many
/// examples there are.
template <typename Change>
std::size_t change_examples(std::string_view letters, const Change& change) {
  const auto examples = examples_of_letters(letters);
  for (const auto& example : examples) {
    const auto text = without_marks(example.text);
    Sources sources;
    const auto documents = yaml::parse(sources.add("a.yaml", text));
    std::vector<yaml::Node> scalars;
    for (const auto& document : documents) collect_scalars(document.root(), scalars);
    change(example, text, scalars);
  }
  return examples.size();
}

/// A text with something else in the place of a scalar.
std::string with(std::string text, const yaml::Node& scalar, std::string_view put) {
  return text.replace(scalar.begin_offset(), scalar.end_offset() - scalar.begin_offset(), put);
}

/// Leaves out a third of the scalars of the examples of some rules, one by one.
void leave_out(std::string_view letters) {
  std::size_t tried = 0;
  const auto examples =
      change_examples(letters, [&](const Example& example, const auto& text, const auto& scalars) {
        // Another third of each, so that all kinds of fields have their turn.
        for (std::size_t at = tried % 3; at < scalars.size(); at += 3, ++tried)
          CHECK(slip_in(example, with(text, scalars[at], "")).empty());
      });
  // An example has more than thirty scalars, taken all together.
  CHECK(tried > 10 * examples);
}

bool is_number(const yaml::Node& scalar) {
  const auto text = scalar.text();
  return !text.empty() && std::ranges::all_of(text, is_digit);
}

/// Puts another number for each that stands in the examples of some rules, one by one.
void change_numbers(std::string_view letters) {
  constexpr std::array numbers{"0", "-1", "1", "65536", "2147483647", "99999999999999999999"};
  std::size_t tried = 0;
  const auto examples =
      change_examples(letters, [&](const Example& example, const auto& text, const auto& scalars) {
        for (const auto& scalar : scalars) {
          if (!is_number(scalar)) continue;
          const auto* const number = numbers.at(tried++ % numbers.size());
          CHECK(slip_in(example, with(text, scalar, number)).empty());
        }
      });
  CHECK(tried > examples);
}

}  // namespace

// In parts, which may run beside each other.
TEST_CASE("whatever number stands in an example of rules A to O, a finding stands somewhere") {
  change_numbers("abcdefghijklmno");
}
TEST_CASE("whatever number stands in an example of rules P to Z, a finding stands somewhere") {
  change_numbers("pqrstuvwxyz");
}
TEST_CASE("whatever is left out of an example of rules A to C or R, a finding stands somewhere") {
  leave_out("abcr");
}
TEST_CASE("whatever is left out of an example of rules with D, a finding stands somewhere") {
  leave_out("d");
}
TEST_CASE("whatever is left out of an example of rules E to L, a finding stands somewhere") {
  leave_out("efghijkl");
}
TEST_CASE("whatever is left out of an example of rules M to O, a finding stands somewhere") {
  leave_out("mno");
}
TEST_CASE("whatever is left out of an example of rules with P or Q, a finding stands somewhere") {
  leave_out("pq");
}
TEST_CASE("whatever is left out of an example of rules with S, a finding stands somewhere") {
  leave_out("s");
}
TEST_CASE("whatever is left out of an example of rules T to Z, a finding stands somewhere") {
  leave_out("tuvwxyz");
}

TEST_CASE("each folder of examples belongs to a rule") {
  for (const auto& example : examples_on_disk()) {
    CAPTURE(example.rule);
    CHECK(find_rule(example.rule) != nullptr);
  }
}
