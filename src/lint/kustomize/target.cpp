#include "target.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "../../pattern.hpp"
#include "../../text.hpp"

namespace cassmesh::lint::kustomize {
namespace {

using yaml::Value;

/// One requirement of a selector.
struct Requirement {
  std::string_view key;
  std::vector<std::string_view> values{};  ///< one of these
  bool negated = false;
  bool only_exists = false;
};

/// Takes what stands in front of `end` off the text; nothing if there is no such end.
std::optional<std::string_view> take_until(std::string_view& text, std::string_view end) {
  const auto at = text.find(end);
  if (at == text.npos) return std::nullopt;
  const auto front = text.substr(0, at);
  text.remove_prefix(at + end.size());
  return trim(front);
}

/// `in (a, b)` and `notin (a, b)`, behind the key.
bool read_set(std::string_view rest, Requirement& requirement) {
  const auto word = take_until(rest, "(");
  if (!word || (*word != "in" && *word != "notin") || !rest.ends_with(')')) return false;
  rest.remove_suffix(1);
  requirement.negated = *word == "notin";
  while (const auto value = take_until(rest, ",")) requirement.values.push_back(*value);
  requirement.values.push_back(trim(rest));
  return true;
}

std::optional<Requirement> read_requirement(std::string_view text) {
  if (text.starts_with('!')) {
    return Requirement{.key = trim(text.substr(1)), .negated = true, .only_exists = true};
  }
  for (const std::string_view sign : {"!=", "==", "="}) {
    auto rest = text;
    if (const auto key = take_until(rest, sign))
      return Requirement{.key = *key, .values = {trim(rest)}, .negated = sign == "!="};
  }
  const auto blank = text.find(' ');
  if (blank == text.npos) return Requirement{.key = text, .only_exists = true};
  Requirement requirement{.key = text.substr(0, blank)};
  if (!read_set(trim(text.substr(blank)), requirement)) return std::nullopt;
  return requirement;
}

/// What stands between the commas that are in no brackets.
std::vector<std::string_view> parts_of(std::string_view selector) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  bool inside = false;
  for (std::size_t i = 0; i <= selector.size(); ++i) {
    const char c = i < selector.size() ? selector[i] : ',';
    inside = (inside || c == '(') && c != ')';
    if (c != ',' || (inside && i < selector.size())) continue;
    parts.push_back(trim(selector.substr(begin, i - begin)));
    begin = i + 1;
  }
  return parts;
}

bool holds(const Requirement& requirement, const Value& pairs) {
  const auto& value = pairs[requirement.key];
  const bool exists = static_cast<bool>(value);
  if (requirement.only_exists) return exists != requirement.negated;
  const bool is_one =
      exists && std::ranges::find(requirement.values, value.text) != requirement.values.end();
  return is_one != requirement.negated;
}

/// Both may be none, which no expression knows: then nothing is known of them together.
std::optional<bool> both(std::optional<bool> left, std::optional<bool> right) {
  if (!left || !right) return std::nullopt;
  return *left && *right;
}

std::optional<bool> matches(std::string_view pattern, const std::string& text) {
  return pattern.empty() ? true : pattern_matches(pattern, text);
}

/// The name that an object has or had at first.
std::optional<bool> matches(std::string_view pattern, const std::string& first,
                            const std::string& now) {
  const auto by_first = matches(pattern, first);
  const auto by_now = matches(pattern, now);
  if (!by_first || !by_now) return std::nullopt;
  return *by_first || *by_now;
}

std::optional<bool> selects_in(const yaml::Node& selector, const Resource& resource,
                               std::string_view field) {
  if (selector.text().empty()) return true;
  if (resource.is_changed()) return selects(selector.text(), resource.value()["metadata"][field]);
  return selects(selector.text(), Value::from(resource.written()["metadata"][field]));
}

}  // namespace

std::optional<bool> selects(std::string_view selector, const Value& pairs) {
  bool all = true;
  for (const auto part : parts_of(selector)) {
    const auto requirement = read_requirement(part);
    if (!requirement || requirement->key.empty()) return std::nullopt;
    all = all && holds(*requirement, pairs);
  }
  return all;
}

std::optional<bool> targets(const yaml::Node& target, const Resource& resource) {
  const auto& now = resource.id();
  const auto& first = resource.first_id();
  auto result = matches(target["kind"].text(), now.kind);
  result = both(result, matches(target["group"].text(), now.group));
  result = both(result, matches(target["version"].text(), now.version));
  result = both(result, matches(target["name"].text(), first.name, now.name));
  result = both(result, matches(target["namespace"].text(), first.name_space, now.name_space));
  result = both(result, selects_in(target["labelSelector"], resource, "labels"));
  return both(result, selects_in(target["annotationSelector"], resource, "annotations"));
}

}  // namespace cassmesh::lint::kustomize
