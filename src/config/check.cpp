#include "check.hpp"

#include <fmt/core.h>

#include "../shown.hpp"
#include "../text.hpp"

namespace cassmesh::config {

using yaml::Node;

std::string meant(std::string_view word, std::span<const std::string_view> words) {
  const auto near = closest(word, words);
  return near.empty() ? std::string() : fmt::format("did you mean '{}'?", near);
}

bool is_of_kind(Checker& checker, const Node& node, yaml::Kind kind, std::string_view what) {
  if (node.kind() == kind) return true;
  checker.complain(node.place(), fmt::format("{} is {}, not {}", what,
                                             kind == yaml::Kind::sequence  ? "a list"
                                             : kind == yaml::Kind::mapping ? "a mapping"
                                                                           : "a text",
                                             shown(node)));
  return false;
}

std::string for_kubernetes(std::string message) {
  constexpr std::string_view istio = " Istio version";
  const auto at = message.rfind(istio);
  return at == message.npos ? message : message.replace(at, istio.size(), " Kubernetes version");
}

std::string subject(const Node& node, std::string_view list) {
  return list.empty() ? fmt::format("'{}'", cut(node.key())) : fmt::format("an item of '{}'", list);
}

bool is_first(Checker& checker, const Node& child, Seen& seen) {
  const auto [first, added] = seen.emplace(child.key(), child);
  if (added) return true;
  checker.complain(child.key_where(), fmt::format("key '{}' is given twice", cut(child.key())),
                   "remove one of the two", {{first->second.key_where(), "the first one"}});
  return false;
}

std::optional<std::string> no_problem(std::string_view /*text*/) {
  return std::nullopt;
}

std::optional<std::string> glob_problem(std::string_view glob) {
  if (!glob.starts_with('!')) return std::nullopt;
  return "begins with '!', but there is no negation here";
}

std::optional<std::string> audience_problem(std::string_view name) {
  if (name == "." || name == "*" || name == "~") return std::nullopt;
  const auto problem = dns_label_problem(name);
  if (!problem) return std::nullopt;
  return fmt::format("is neither '.', '*', '~' nor a namespace: it {}", *problem);
}

std::string written_again(const Node& text) {
  return text.quoted() ? fmt::format("'{}'", cut(text.text())) : cut(text.text());
}

std::optional<std::string> text_of(Checker& checker, const Node& node, const std::string& what,
                                   Problem* problem_of) {
  if (!is_of_kind(checker, node, yaml::Kind::scalar, what)) return std::nullopt;
  if (node.text().empty()) {
    checker.complain(node.place(), fmt::format("{} is empty", what));
    return std::nullopt;
  }
  if (const auto problem = problem_of(node.text())) {
    checker.complain(node.place(), fmt::format("{} is {}, which {}", what, shown(node), *problem));
    return std::nullopt;
  }
  return std::string(node.text());
}

}  // namespace cassmesh::config
