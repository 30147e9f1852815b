// Globs as in .gitignore (git's documentation, gitignore(5), "Pattern format"), without negation.
// Of several ways to match, `*` and `**` try the shortest first and go back only to the last one of
// their kind: that is enough for globs, and never takes more than length times length steps.

#include <algorithm>
#include <cstddef>
#include <optional>

#include "cassmesh/config.hpp"

namespace cassmesh::config {
namespace {

std::vector<std::string_view> names_in(std::string_view path) {
  std::vector<std::string_view> names;
  while (true) {
    const auto slash = path.find('/');
    names.push_back(path.substr(0, slash));
    if (slash == path.npos) return names;
    path.remove_prefix(slash + 1);
  }
}

/// The patterns of a glob; as git has it, more than two asterisks are two.
std::vector<std::string_view> patterns_in(std::string_view glob) {
  auto patterns = names_in(glob);
  for (auto& pattern : patterns) {
    if (pattern.size() > 2 && pattern.find_first_not_of('*') == pattern.npos) pattern = "**";
  }
  return patterns;
}

/// What one step of a pattern matched: how many of its characters it took, and whether it fits.
struct Step {
  std::size_t size = 1;
  bool fits = false;
};

/// The character of a class at `at`, behind a backslash if there is one.
char class_character(std::string_view pattern, std::size_t& at) {
  if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
  return pattern[at];
}

/// `[a-z]`, `[!abc]`; nothing if it is never closed, so that `[` is a character.
std::optional<Step> match_class(std::string_view pattern, char c) {
  std::size_t at = 1;
  const bool negated = pattern.size() > 1 && (pattern[1] == '!' || pattern[1] == '^');
  if (negated) ++at;
  bool found = false;
  for (const auto first = at; at < pattern.size(); ++at) {
    if (pattern[at] == ']' && at > first) return Step{at + 1, found != negated};
    const auto from = class_character(pattern, at);
    auto to = from;
    if (at + 2 < pattern.size() && pattern[at + 1] == '-' && pattern[at + 2] != ']') {
      at += 2;
      to = class_character(pattern, at);
    }
    found = found || (from <= c && c <= to);
  }
  return std::nullopt;
}

/// Matches one character against the beginning of a pattern that is not empty and has no `*` there.
Step match_one(std::string_view pattern, char c) {
  if (pattern.front() == '?') return {1, true};
  if (pattern.front() == '[') {
    if (const auto step = match_class(pattern, c)) return *step;
  }
  if (pattern.front() == '\\' && pattern.size() > 1) return {2, pattern[1] == c};
  return {1, pattern.front() == c};
}

bool name_matches(std::string_view pattern, std::string_view name) {
  std::size_t at = 0;
  std::size_t from = 0;
  std::optional<std::size_t> behind_star;
  std::size_t retry = 0;
  while (from < name.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      behind_star = ++at;
      retry = from;
      continue;
    }
    const auto step = at < pattern.size() ? match_one(pattern.substr(at), name[from]) : Step{};
    if (step.fits) {
      at += step.size;
      ++from;
    } else if (behind_star) {
      at = *behind_star;
      from = ++retry;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == pattern.npos;
}

/// The same one level up: `**` stands for any number of names.
bool names_match(const std::vector<std::string_view>& patterns,
                 const std::vector<std::string_view>& names, std::size_t count) {
  std::size_t at = 0;
  std::size_t from = 0;
  std::optional<std::size_t> behind_stars;
  std::size_t retry = 0;
  while (from < count) {
    if (at < patterns.size() && patterns[at] == "**") {
      // At the end it stands for what is inside, so for one name at least.
      if (++at == patterns.size()) return true;
      behind_stars = at;
      retry = from;
    } else if (at < patterns.size() && name_matches(patterns[at], names[from])) {
      ++at;
      ++from;
    } else if (behind_stars) {
      at = *behind_stars;
      from = ++retry;
    } else {
      return false;
    }
  }
  return at == patterns.size();
}

/// The patterns of a glob without a `/` at its end; one without any `/` means a name at any depth.
std::vector<std::string_view> patterns_from_root(std::string_view glob) {
  const bool anchored = glob.find('/') != glob.npos;
  if (glob.starts_with('/')) glob.remove_prefix(1);
  auto patterns = patterns_in(glob);
  if (anchored) return patterns;
  if (patterns.back() == "**") patterns.back() = "*";
  patterns.insert(patterns.begin(), "**");
  return patterns;
}

}  // namespace

bool glob_matches(std::string_view glob, std::string_view path) {
  const bool is_folder = path.ends_with('/');
  if (is_folder) path.remove_suffix(1);
  if (path.starts_with("./")) path.remove_prefix(2);
  if (glob == "." || glob == "./") return true;
  if (glob.starts_with("./")) glob.remove_prefix(1);
  const bool only_folders = glob.ends_with('/');
  if (only_folders) glob.remove_suffix(1);
  if (glob.empty() || path.empty()) return false;
  const auto patterns = patterns_from_root(glob);
  const auto names = names_in(path);
  const auto last = only_folders && !is_folder ? names.size() - 1 : names.size();
  for (std::size_t count = 1; count <= last; ++count) {
    if (names_match(patterns, names, count)) return true;
  }
  return false;
}

PathMatcher::PathMatcher(const std::string& config_folder)
    : here_(std::filesystem::current_path()), folder_(here_ / config_folder) {
  folder_ = folder_.lexically_normal();
  if (!folder_.has_filename()) folder_ = folder_.parent_path();
}

std::string PathMatcher::seen_from_config(std::string_view path) const {
  const auto whole = (here_ / path).lexically_normal();
  return whole.lexically_relative(folder_).generic_string();
}

bool PathMatcher::matches(const std::vector<std::string>& globs, std::string_view path) const {
  if (globs.empty()) return false;
  const auto seen = seen_from_config(path);
  return std::ranges::any_of(globs,
                             [&](const std::string& glob) { return glob_matches(glob, seen); });
}

}  // namespace cassmesh::config
