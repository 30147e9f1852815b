#pragma once

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../mesh/asked_versions.hpp"
#include "../shown.hpp"
#include "../text.hpp"
#include "cassmesh/error.hpp"
#include "cassmesh/given_range.hpp"
#include "check.hpp"
#include "in_force.hpp"

/// What takes the values of a configuration's keys: one function for each shape of a value, to be
/// named in the table of keys.
namespace cassmesh::config {

template <auto member, Problem* problem_of = no_problem>
void text(Checker& checker, const yaml::Node& node, auto& target) {
  if (auto read = text_of(checker, node, subject(node), problem_of))
    target.*member = std::move(*read);
}

template <auto member, Problem* problem_of>
void texts(Checker& checker, const yaml::Node& node, auto& target) {
  if (node.is_scalar()) {
    checker.complain(node.place(), fmt::format("{} is a list, not {}", subject(node), shown(node)),
                     fmt::format("write it as a list: [{}]", written_again(node)));
    return;
  }
  if (!is_of_kind(checker, node, yaml::Kind::sequence, subject(node))) return;
  std::vector<std::string> items;
  for (const auto& item : node) {
    auto read = text_of(checker, item, subject(item, node.key()), problem_of);
    if (read) items.push_back(std::move(*read));
  }
  target.*member = std::move(items);
}

template <auto member>
void range(Checker& checker, const yaml::Node& node, auto& target) {
  if (!is_of_kind(checker, node, yaml::Kind::scalar, subject(node))) return;
  const bool is_kubernetes = node.key() == "kubernetes";
  try {
    auto read =
        is_kubernetes ? mesh::GivenRange::parse(node.text()) : mesh::parse_istio(node.text());
    if (!read.range.empty()) {
      target.*member = std::move(read);
    } else {
      checker.complain(node.place(),
                       fmt::format("'{}' is {}, which holds no version", node.key(), shown(node)),
                       "leave it out, or write 'any'");
    }
  } catch (const Error& error) {
    checker.complain(node.place(),
                     is_kubernetes ? for_kubernetes(error.what()) : std::string(error.what()));
  }
}

template <auto member>
void boolean(Checker& checker, const yaml::Node& node, auto& target) {
  const auto word = node.text();
  const bool is_true = word == "true";
  if (!node.quoted() && (is_true || word == "false")) {
    target.*member = is_true;
    return;
  }
  const auto lower = lower_case(word);
  std::string fix;
  if (lower == "true" || lower == "yes" || lower == "on") fix = "write true";
  if (lower == "false" || lower == "no" || lower == "off") fix = "write false";
  checker.complain(node.place(),
                   fmt::format("'{}' is true or false, not {}", node.key(), written(node)),
                   std::move(fix));
}

/// The value that a word stands for; null, with a complaint, if it is none of them.
template <typename Value, std::size_t count>
const Value* choice_of(Checker& checker, const yaml::Node& node, const Words<Value, count>& words) {
  for (const auto& [word, value] : words) {
    if (node.text() == word) return &value;
  }
  const auto names = names_in(words);
  checker.complain(
      node.place(),
      fmt::format("'{}' is one of {}, not {}", node.key(), fmt::join(names, ", "), shown(node)),
      meant(node.text(), names));
  return nullptr;
}

template <auto member, const auto& words>
void choice(Checker& checker, const yaml::Node& node, auto& target) {
  if (const auto* value = choice_of(checker, node, words)) target.*member = *value;
}

}  // namespace cassmesh::config
