// A shell reader that knows words, quotes and operators, and no more: enough to find `sed` and
// `echo` with their files. What it does not understand makes no Edit.

#include "script.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <utility>

#include "../text.hpp"

namespace cassmesh::cassandra {
namespace {

constexpr std::size_t most_edits = 1000;  // files times scripts: no start script has so many

struct Word {
  std::string text;
  bool is_operator = false;
};

bool is_space(char letter) {
  return letter == ' ' || letter == '\t' || letter == '\r';
}

bool is_operator(char letter) {
  constexpr std::string_view operators = "\n;&|()<>";
  return operators.find(letter) != std::string_view::npos;
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::vector<Word> words() {
    while (at_ < text_.size()) {
      if (is_space(text_[at_])) {
        ++at_;
      } else if (text_[at_] == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (is_operator(text_[at_])) {
        operation();
      } else {
        word();
      }
    }
    return std::move(words_);
  }

 private:
  void operation() {
    const auto begin = at_++;
    if (at_ < text_.size() && text_[at_] == text_[begin] && text_[begin] != '\n') ++at_;
    words_.push_back({std::string(text_.substr(begin, at_ - begin)), true});
  }

  void word() {
    std::string text;
    for (; at_ < text_.size() && !is_space(text_[at_]) && !is_operator(text_[at_]); ++at_) {
      const char letter = text_[at_];
      if (letter == '\'') {
        single_quoted(text);
      } else if (letter == '"') {
        double_quoted(text);
      } else if (letter == '\\' && at_ + 1 < text_.size()) {
        if (text_[++at_] != '\n') text += text_[at_];
      } else {
        text += letter;
      }
    }
    words_.push_back({std::move(text)});
  }

  /// Leave `at_` at the closing quote, or at the last letter if there is none.
  void single_quoted(std::string& text) {
    const auto end = std::min(text_.find('\'', at_ + 1), text_.size() - 1);
    for (++at_; at_ < end; ++at_) text += text_[at_];
    at_ = end;
  }

  void double_quoted(std::string& text) {
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      constexpr std::string_view escapable = "\"\\$`\n";
      const bool escaped = text_[at_] == '\\' && at_ + 1 < text_.size() &&
                           escapable.find(text_[at_ + 1]) != std::string_view::npos;
      text += text_[escaped ? ++at_ : at_];
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Word> words_;
};

/// What sed puts there: `\"` is `"`. What means more to it (`\1`, `\n`, `\&`) stays as it is.
std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char next = at + 1 < text.size() ? text[at + 1] : 'n';
    const bool means_more = is_letter(next) || is_digit(next) || next == '&' || next == '\n';
    if (text[at] == '\\' && !means_more) ++at;
    out += text[at];
  }
  return out;
}

/// Splits `s/PATTERN/TEXT/g`; false if the script is anything else.
bool read_substitution(std::string_view script, Edit& edit) {
  if (script.size() < 4 || script[0] != 's') return false;
  const char delimiter = script[1];
  std::string* parts[] = {&edit.pattern, &edit.text};
  std::size_t at = 2;
  for (auto* part : parts) {
    for (; at < script.size() && script[at] != delimiter; ++at) {
      if (script[at] == '\\' && at + 1 < script.size() && script[at + 1] == delimiter) ++at;
      *part += script[at];
    }
    if (at == script.size()) return false;
    ++at;
  }
  edit.text = unescaped(edit.text);
  return script.find_first_not_of("gIp", at) == std::string_view::npos;
}

class Reader {
 public:
  Reader(const yaml::Node& node, std::vector<Edit>& edits) : node_(node), edits_(edits) {}

  void read() {
    const auto words = Lexer(node_.text()).words();
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (words[i].is_operator) continue;
      const auto name = std::string_view(words[i].text);
      if (name == "sed" || name.ends_with("/sed")) sed(words, i);
      if (name == "echo") echo(words, i);
    }
  }

 private:
  /// What stands behind `sed`: with `-e` each script has its own, else the first word is one.
  struct SedWords {
    std::vector<std::string> scripts{};
    std::vector<std::string> others{};
    bool in_place = false;

    void add_option(const std::string& word) {
      in_place = in_place || word.starts_with("--in-place") ||
                 (word[1] != '-' && word.find('i') != std::string::npos);
    }
  };

  void sed(const std::vector<Word>& words, std::size_t& i) {
    SedWords all;
    for (++i; i < words.size() && !words[i].is_operator; ++i) {
      const auto& word = words[i].text;
      const bool announces = word == "-e" || word == "--expression";
      if (announces && i + 1 < words.size() && !words[i + 1].is_operator) {
        all.scripts.push_back(words[++i].text);
      } else if (word.starts_with('-') && word.size() > 1) {
        all.add_option(word);
      } else {
        all.others.push_back(word);
      }
    }
    if (!all.in_place || all.others.empty()) return;
    if (all.scripts.empty()) {
      all.scripts.push_back(all.others.front());
      all.others.erase(all.others.begin());
    }
    for (const auto& file : all.others) {
      for (const auto& script : all.scripts) add(file, script);
    }
  }

  void add(const std::string& file, const std::string& script) {
    if (edits_.size() == most_edits) return;
    Edit edit{.file = file, .pattern = {}, .text = {}, .written = script, .node = node_};
    if (read_substitution(script, edit)) edits_.push_back(std::move(edit));
  }

  void echo(const std::vector<Word>& words, std::size_t& i) {
    std::string text;
    for (++i; i < words.size() && !words[i].is_operator; ++i) {
      if (words[i].text == "-e" || words[i].text == "-n") continue;
      text += (text.empty() ? "" : " ") + words[i].text;
    }
    const bool to_file = i + 1 < words.size() && words[i].text.starts_with('>');
    if (!to_file || words[i + 1].is_operator) return;
    edits_.push_back(
        {.file = words[i + 1].text, .pattern = {}, .text = text, .written = text, .node = node_});
  }

  yaml::Node node_;
  std::vector<Edit>& edits_;
};

bool is_name(std::string_view text) {
  const auto is_part = [](char letter) {
    return is_letter(letter) || is_digit(letter) || letter == '_';
  };
  return !text.empty() && !is_digit(text.front()) && std::ranges::all_of(text, is_part);
}

/// What may stand before a command without being one.
bool announces_command(std::string_view word) {
  constexpr std::array words{"{",    "!",      "do", "else", "env",
                             "exec", "export", "if", "then", "while"};
  return std::ranges::any_of(words, [&](const char* each) { return word == each; });
}

/// Finds what a script calls and what it sets, which only the first words of its commands tell.
class Commands {
 public:
  explicit Commands(const yaml::Node& node) : node_(node), words_(Lexer(node.text()).words()) {
    for (std::size_t i = 0; i + 2 < words_.size(); ++i) {
      if (!words_[i].is_operator && is_operator(i + 1, "(") && is_operator(i + 2, ")"))
        functions_.insert(words_[i].text);
    }
  }

  void read(Calls& calls) const {
    bool begins = true;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      const auto& [text, is_sign] = words_[i];
      if (is_sign) {
        begins = text.front() != '<' && text.front() != '>';
      } else if (begins) {
        begins = announces_command(text) || assigns(text, calls.assignments);
        if (!begins) call(i, calls.lines);
      }
    }
  }

 private:
  bool is_operator(std::size_t index, std::string_view text) const {
    return words_[index].is_operator && words_[index].text == text;
  }

  bool assigns(std::string_view word, std::vector<Assignment>& assignments) const {
    const auto equals = word.find('=');
    if (equals == std::string_view::npos || !is_name(word.substr(0, equals))) return false;
    assignments.push_back({.name = std::string(word.substr(0, equals)),
                           .value = std::string(word.substr(equals + 1)),
                           .node = node_});
    return true;
  }

  void call(std::size_t index, std::vector<Edit>& lines) const {
    if (!functions_.contains(words_[index].text) || index + 2 >= words_.size() ||
        lines.size() == most_edits)
      return;
    const auto& [file, is_sign] = words_[index + 1];
    const auto& [line, ends] = words_[index + 2];
    if (is_sign || ends || file.find('/') == std::string::npos) return;
    lines.push_back({.file = file, .pattern = {}, .text = line, .written = line, .node = node_});
  }

  yaml::Node node_;
  std::vector<Word> words_;
  std::set<std::string, std::less<>> functions_;
};

}  // namespace

Calls calls(const yaml::Node& container) {
  Calls all;
  for (const auto* key : {"command", "args"}) {
    for (const auto& text : container[key]) Commands(text).read(all);
  }
  return all;
}

std::vector<Edit> edits(const yaml::Node& container) {
  std::vector<Edit> all;
  for (const auto* key : {"command", "args"}) {
    for (const auto& text : container[key]) Reader(text, all).read();
  }
  return all;
}

}  // namespace cassmesh::cassandra
