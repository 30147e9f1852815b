#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cassmesh/config.hpp"
#include "cassmesh/yaml.hpp"

/// What the checks of a configuration's values have in common. They all say what is wrong.
namespace cassmesh::config {

/// Checks values and says what is wrong with them.
class Checker {
 public:
  Checker(const std::vector<std::string_view>& rules, std::vector<Finding>& problems)
      : rules_(rules), problems_(problems) {}

  void complain(const Place& place, std::string message, std::string fix = {},
                std::vector<Related> related = {}) {
    problems_.push_back({.rule = invalid_config,
                         .severity = Severity::error,
                         .message = std::move(message),
                         .place = place,
                         .related = std::move(related),
                         .fix = std::move(fix)});
  }

  /// Remembers where a key, or a rule, is set.
  void note(std::string_view path, const yaml::Node& node) {
    places_.insert_or_assign(std::string(path), node.key_where());
  }

  std::span<const std::string_view> rules() const { return rules_; }
  std::map<std::string, Place, std::less<>> take_places() { return std::move(places_); }

 private:
  const std::vector<std::string_view>& rules_;
  std::vector<Finding>& problems_;
  std::map<std::string, Place, std::less<>> places_{};
};

/// "did you mean", or nothing if no word is near.
std::string meant(std::string_view word, std::span<const std::string_view> words);

/// False, with a complaint, if the value is no text, list or mapping as it should be.
bool is_of_kind(Checker& checker, const yaml::Node& node, yaml::Kind kind, std::string_view what);

/// What is wrong with a range, where it is one of Kubernetes: its versions look alike.
std::string for_kubernetes(std::string message);

/// `'meshMode'`, or `an item of 'exclude'`.
std::string subject(const yaml::Node& node, std::string_view list = {});

/// A text as it can be written in a list.
std::string written_again(const yaml::Node& text);

using Seen = std::map<std::string_view, yaml::Node>;

/// False, with a complaint, if the mapping has the key already.
bool is_first(Checker& checker, const yaml::Node& child, Seen& seen);

// What texts must look like: each gives what is wrong, as the end of a sentence that begins with
// the text, or nothing.
using Problem = std::optional<std::string>(std::string_view);
Problem no_problem;
Problem glob_problem;
Problem audience_problem;

/// A text without a problem; nothing, with a complaint, if it has one.
std::optional<std::string> text_of(Checker& checker, const yaml::Node& node,
                                   const std::string& what, Problem* problem_of);

}  // namespace cassmesh::config
