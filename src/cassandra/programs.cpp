// Enough of a shell to know the first word of each of a script's commands. What stands in `$(...)`
// or backquotes is a word as it is written, and commands of its own.

#include "programs.hpp"

#include <algorithm>
#include <array>

#include "../text.hpp"

namespace cassmesh::cassandra {
namespace {

constexpr int deepest_substitution = 3;

template <std::size_t size>
bool is_one_of(const std::array<std::string_view, size>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

std::string_view file_name(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

/// Splits a script into commands, each a list of words without their quotes.
class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {}

  std::vector<std::vector<std::string>> split() {
    while (at_ < text_.size()) {
      const char letter = text_[at_];
      if (letter == '#' && !has_word_) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (separators.find(letter) != std::string_view::npos) {
        end_command();
        ++at_;
      } else if (letter == ' ' || letter == '\t' || letter == '\r') {
        end_word();
        ++at_;
      } else {
        take(letter);
      }
    }
    end_command();
    return std::move(commands_);
  }

  /// The scripts that stand in `$(...)` and backquotes.
  const std::vector<std::string>& inner() const { return inner_; }

 private:
  static constexpr std::string_view separators = "\n;&|()<>";

  void take(char letter) {
    has_word_ = true;
    if (letter == '\'') {
      const auto end = std::min(text_.find('\'', at_ + 1), text_.size());
      word_ += text_.substr(at_ + 1, end - at_ - 1);
      at_ = end + 1;
    } else if (letter == '"') {
      for (++at_; at_ < text_.size() && text_[at_] != '"';) take_quoted();
      ++at_;
    } else {
      take_quoted();
    }
  }

  /// One letter, or one substitution.
  void take_quoted() {
    const auto rest = text_.substr(at_);
    if (rest.starts_with("$(")) return substitute(close_of(rest), 2);
    if (rest.front() == '`') return substitute(rest.find('`', 1), 1);
    if (rest.front() == '\\' && rest.size() > 1) ++at_;
    word_ += text_[at_++];
  }

  static std::size_t close_of(std::string_view text) {
    int depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '(') ++depth;
      if (text[i] == ')' && --depth == 0) return i;
    }
    return std::string_view::npos;
  }

  void substitute(std::size_t close, std::size_t opening) {
    const auto rest = text_.substr(at_);
    const auto size = close == std::string_view::npos ? rest.size() : close + 1;
    word_ += rest.substr(0, size);
    if (size > opening) inner_.emplace_back(rest.substr(opening, size - opening - 1));
    at_ += size;
  }

  void end_word() {
    if (has_word_) command_.push_back(std::move(word_));
    word_.clear();
    has_word_ = false;
  }

  void end_command() {
    end_word();
    if (!command_.empty()) commands_.push_back(std::move(command_));
    command_.clear();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool has_word_ = false;
  std::string word_;
  std::vector<std::string> command_;
  std::vector<std::vector<std::string>> commands_;
  std::vector<std::string> inner_;
};

bool is_assignment(std::string_view word) {
  const auto equals = word.find('=');
  return equals != std::string_view::npos && equals > 0 &&
         std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(equals),
                     [](char each) { return is_letter(each) || is_digit(each) || each == '_'; });
}

bool is_shell(std::string_view word) {
  constexpr std::array<std::string_view, 5> shells{"ash", "bash", "dash", "ksh", "sh"};
  return is_one_of(shells, file_name(word));
}

class Collector {
 public:
  void add_command(std::vector<std::string> words, int depth) {
    constexpr std::array<std::string_view, 17> starters{
        "!",    "{",     "do",   "dumb-init", "elif",    "else", "env",  "exec", "if",
        "nice", "nohup", "sudo", "then",      "timeout", "tini", "time", "until"};
    constexpr std::array<std::string_view, 1> conditions{"while"};
    while (!words.empty()) {
      const auto name = std::string(file_name(words.front()));
      const bool starts = is_one_of(starters, name) || is_one_of(conditions, name);
      if (!starts && !is_assignment(words.front())) break;
      words.erase(words.begin());
      if (starts) drop_options(name, words);
    }
    if (words.empty() || words.front().empty()) return;
    if (const auto script = script_of(words); !script.empty()) return add_script(script, depth - 1);
    Program program{.name = std::string(file_name(words.front()))};
    program.arguments.assign(words.begin() + 1, words.end());
    found.push_back(std::move(program));
  }

  void add_script(const std::string& script, int depth) {
    if (depth < 0) return;
    Splitter splitter(script);
    for (auto& command : splitter.split()) add_command(std::move(command), depth);
    for (const auto& inner : splitter.inner()) add_script(inner, depth - 1);
  }

  std::vector<Program> found;

 private:
  /// What stands between a starter and what it starts.
  static void drop_options(std::string_view starter, std::vector<std::string>& words) {
    while (!words.empty() && words.front().starts_with('-')) words.erase(words.begin());
    if (starter == "timeout" && !words.empty()) words.erase(words.begin());
  }

  /// What a shell is given by `-c`, or `-ec`.
  static std::string script_of(const std::vector<std::string>& words) {
    if (!is_shell(words.front())) return {};
    for (std::size_t i = 1; i + 1 < words.size(); ++i) {
      const auto& word = words[i];
      if (!word.starts_with('-')) return {};
      if (!word.starts_with("--") && word.ends_with('c')) return words[i + 1];
    }
    return {};
  }
};

}  // namespace

std::vector<Program> programs(const std::vector<std::string_view>& words) {
  Collector collector;
  collector.add_command({words.begin(), words.end()}, deepest_substitution);
  return std::move(collector.found);
}

std::vector<std::string_view> start_words(const yaml::Node& container) {
  std::vector<std::string_view> words;
  for (const auto* list : {"command", "args"}) {
    for (const auto& word : container[list]) words.push_back(word.text());
  }
  return words;
}

bool starts_cassandra_itself(const yaml::Node& container) {
  constexpr std::array<std::string_view, 9> others{"cd",  "echo",  "export", "mkdir", "sed",
                                                   "set", "sleep", "true",   "ulimit"};
  if (container["command"].size() == 0) return false;
  const auto all = programs(start_words(container));
  const auto is_it = [](const Program& each) { return each.name == "cassandra"; };
  return std::ranges::any_of(all, is_it) && std::ranges::all_of(all, [&](const Program& each) {
           return is_it(each) || is_one_of(others, each.name);
         });
}

bool runs_no_node(const yaml::Node& container) {
  constexpr std::array<std::string_view, 18> others{
      ":",    "cat",   "cqlsh",         "date", "done", "echo", "exit", "fi",   "nodetool",
      "read", "sleep", "sstableloader", "tail", "tee",  "trap", "true", "wait", "watch"};
  const auto words = start_words(container);
  const auto all = programs(words);
  return !all.empty() && !words.front().starts_with('-') &&
         std::ranges::all_of(all,
                             [&](const Program& each) { return is_one_of(others, each.name); });
}

}  // namespace cassmesh::cassandra
