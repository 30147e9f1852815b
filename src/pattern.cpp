// An expression becomes a list of steps; all ways through it are gone at once (Thompson's
// algorithm), so none is gone twice. See https://swtch.com/~rsc/regexp/regexp2.html.

#include "pattern.hpp"

#include <bitset>
#include <cstddef>
#include <vector>

namespace cassmesh {
namespace {

using Class = std::bitset<256>;

struct Step {
  enum class Kind { one_of, fork, jump };
  Kind kind = Kind::jump;
  Class characters{};
  std::size_t to = 0;     ///< of a jump and a fork
  std::size_t other = 0;  ///< of a fork
};

using Steps = std::vector<Step>;

std::size_t index_of(char c) {
  return static_cast<unsigned char>(c);
}

Class range(char first, char last) {
  Class characters;
  for (auto i = index_of(first); i <= index_of(last); ++i) characters.set(i);
  return characters;
}

/// What follows a backslash; nothing if that is not known here.
std::optional<Class> escaped(char c) {
  const auto word = range('a', 'z') | range('A', 'Z') | range('0', '9') | range('_', '_');
  const auto space = range(' ', ' ') | range('\t', '\r');
  switch (c) {
    case 'd':
      return range('0', '9');
    case 'D':
      return ~range('0', '9');
    case 'w':
      return word;
    case 'W':
      return ~word;
    case 's':
      return space;
    case 'S':
      return ~space;
    default:
      break;
  }
  const bool means_something = (word & range(c, c)).any();
  return means_something ? std::nullopt : std::optional(range(c, c));
}

/// Reads an expression by recursive descent; `bad_` once it is none.
class Compiler {
 public:
  explicit Compiler(std::string_view pattern) : rest_(pattern) {}

  std::optional<Steps> compile() {
    auto steps = alternatives();
    if (bad_ || !rest_.empty()) return std::nullopt;
    return steps;
  }

 private:
  static constexpr int deepest = 50;

  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  char take_any() {
    bad_ = bad_ || rest_.empty();
    if (bad_) return '\0';
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  /// Puts steps behind others; jumps count from where they stand.
  static void append(Steps& target, const Steps& more) {
    target.insert(target.end(), more.begin(), more.end());
  }

  Steps alternatives() {
    bad_ = bad_ || ++depth_ > deepest;
    auto steps = sequence();
    while (!bad_ && take('|')) {
      const auto other = sequence();
      Steps both{{.kind = Step::Kind::fork, .to = 1, .other = steps.size() + 2}};
      append(both, steps);
      both.push_back({.kind = Step::Kind::jump, .to = other.size() + 1});
      append(both, other);
      steps = std::move(both);
    }
    --depth_;
    return steps;
  }

  Steps sequence() {
    Steps steps;
    while (!bad_ && !rest_.empty() && rest_.front() != '|' && rest_.front() != ')')
      append(steps, repeated(one()));
    return steps;
  }

  Steps repeated(Steps steps) {
    while (!bad_ && !rest_.empty() && std::string_view("*+?").find(rest_.front()) != rest_.npos) {
      const char how = take_any();
      const auto size = steps.size();
      Steps around;
      if (how != '+') around.push_back({.kind = Step::Kind::fork, .to = 1, .other = size + 1});
      if (how == '*') around.front().other = size + 2;
      append(around, steps);
      // Backward: sizes wrap around, and so does the addition that uses them.
      if (how == '*') around.push_back({.kind = Step::Kind::jump, .to = 0 - (size + 1)});
      if (how == '+') around.push_back({.kind = Step::Kind::fork, .to = 0 - size, .other = 1});
      steps = std::move(around);
    }
    return steps;
  }

  Steps one() {
    const char c = take_any();
    if (c == '(') return group();
    if (c == '[') return {{.kind = Step::Kind::one_of, .characters = char_class()}};
    if (c == '.') return {{.kind = Step::Kind::one_of, .characters = ~range('\n', '\n')}};
    if (c == '\\') return {{.kind = Step::Kind::one_of, .characters = escape()}};
    // Anchors at both ends say what holds anyway; elsewhere, and what repeats nothing, is left out.
    bad_ = bad_ || std::string_view("*+?{}^$").find(c) != std::string_view::npos;
    return {{.kind = Step::Kind::one_of, .characters = range(c, c)}};
  }

  Steps group() {
    if (take('?')) bad_ = bad_ || !take(':');
    auto steps = alternatives();
    bad_ = bad_ || !take(')');
    return steps;
  }

  Class escape() {
    const auto characters = escaped(take_any());
    bad_ = bad_ || !characters;
    return characters.value_or(Class());
  }

  Class char_class() {
    Class characters;
    const bool negated = take('^');
    bool is_first = true;
    while (!bad_ && (is_first || !rest_.starts_with(']'))) {
      is_first = false;
      const char first = take_any();
      bad_ = bad_ || (first == '[' && rest_.starts_with(':'));
      if (first == '\\') {
        characters |= escape();
      } else if (rest_.size() > 1 && rest_[0] == '-' && rest_[1] != ']') {
        take('-');
        const char last = take_any();
        bad_ = bad_ || last == '\\' || index_of(last) < index_of(first);
        if (!bad_) characters |= range(first, last);
      } else {
        characters |= range(first, first);
      }
    }
    take_any();
    return negated ? ~characters : characters;
  }

  std::string_view rest_;
  int depth_ = 0;
  bool bad_ = false;
};

/// The steps that one can stand at.
class Places {
 public:
  explicit Places(const Steps& steps) : steps_(&steps), known_(steps.size() + 1) {}

  void add(std::size_t place) {
    std::vector<std::size_t> open{place};
    while (!open.empty()) {
      const auto at = open.back();
      open.pop_back();
      if (known_[at]) continue;
      known_[at] = true;
      if (at == steps_->size() || (*steps_)[at].kind == Step::Kind::one_of) {
        places_.push_back(at);
        continue;
      }
      open.push_back(at + (*steps_)[at].to);
      if ((*steps_)[at].kind == Step::Kind::fork) open.push_back(at + (*steps_)[at].other);
    }
  }

  Places after(char c) const {
    Places next(*steps_);
    for (const auto at : places_) {
      if (at < steps_->size() && (*steps_)[at].characters[index_of(c)]) next.add(at + 1);
    }
    return next;
  }

  bool is_at_end() const { return known_[steps_->size()]; }

 private:
  const Steps* steps_;
  std::vector<bool> known_;
  std::vector<std::size_t> places_;
};

}  // namespace

std::optional<bool> pattern_matches(std::string_view pattern, std::string_view text) {
  constexpr std::size_t longest = 1000;
  if (pattern.starts_with('^')) pattern.remove_prefix(1);
  if (pattern.ends_with('$') && !pattern.ends_with("\\$")) pattern.remove_suffix(1);
  if (pattern.size() > longest || text.size() > longest) return std::nullopt;
  const auto steps = Compiler(pattern).compile();
  if (!steps) return std::nullopt;
  Places places(*steps);
  places.add(0);
  for (const char c : text) places = places.after(c);
  return places.is_at_end();
}

}  // namespace cassmesh
