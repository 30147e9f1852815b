// Names as Kubernetes takes them, with the letter that is wrong and where it stands.

#include <fmt/core.h>

#include "text.hpp"

namespace cassmesh {
namespace {

constexpr std::size_t longest_label = 63;
constexpr std::size_t longest_subdomain = 253;

bool is_label_letter(char letter) {
  return is_lower(letter) || is_digit(letter);
}
bool is_name_letter(char letter) {
  return is_label_letter(letter) || is_upper(letter);
}

/// What a kind of name is made of.
struct Alphabet {
  bool (*ends)(char letter);  ///< may stand first and last
  std::string_view inside;    ///< may stand between, too
  std::string_view in_words;
};

constexpr Alphabet label_alphabet{is_label_letter, "-", "a-z, 0-9 and '-'"};
constexpr Alphabet subdomain_alphabet{is_label_letter, "-", "a-z, 0-9, '-' and '.'"};
constexpr Alphabet name_alphabet{is_name_letter, "-_.", "a-z, A-Z, 0-9, '-', '_' and '.'"};

/// `start` is where `text` begins in the whole name, for the position that is told.
std::optional<std::string> letters_problem(std::string_view text, const Alphabet& alphabet,
                                           std::size_t start = 0) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char letter = text[i];
    if (alphabet.ends(letter) || alphabet.inside.find(letter) != text.npos) continue;
    const auto position = start + i + 1;
    if (is_upper(letter))
      return fmt::format("has a capital letter '{}' at position {}", letter, position);
    const auto size = first_code_point(text.substr(i)).size;
    return fmt::format("has '{}' at position {}, allowed are {}", text.substr(i, size), position,
                       alphabet.in_words);
  }
  if (!alphabet.ends(text.front())) return fmt::format("starts with '{}'", text.front());
  if (!alphabet.ends(text.back())) return fmt::format("ends with '{}'", text.back());
  return std::nullopt;
}

std::optional<std::string> size_problem(std::string_view text, std::size_t longest) {
  if (text.empty()) return "is empty";
  if (text.size() <= longest) return std::nullopt;
  return fmt::format("is longer than {} characters ({})", longest, text.size());
}

}  // namespace

std::optional<std::string> dns_label_problem(std::string_view name) {
  if (auto problem = size_problem(name, longest_label)) return problem;
  return letters_problem(name, label_alphabet);
}

std::optional<std::string> dns_1035_label_problem(std::string_view name) {
  if (auto problem = dns_label_problem(name)) return problem;
  if (!is_lower(name.front())) return fmt::format("starts with '{}', not a letter", name.front());
  return std::nullopt;
}

std::optional<std::string> dns_subdomain_problem(std::string_view name) {
  if (auto problem = size_problem(name, longest_subdomain)) return problem;
  std::size_t start = 0;
  while (start <= name.size()) {
    const auto label = name.substr(start, name.find('.', start) - start);
    if (label.empty()) return fmt::format("has an empty part at position {}", start + 1);
    if (auto problem = letters_problem(label, subdomain_alphabet, start)) return problem;
    start += label.size() + 1;
  }
  return std::nullopt;
}

std::optional<std::string> label_key_problem(std::string_view key) {
  const auto slash = key.find('/');
  if (slash == key.npos) {
    if (auto problem = size_problem(key, longest_label)) return problem;
    return letters_problem(key, name_alphabet);
  }
  const auto name = key.substr(slash + 1);
  if (name.find('/') != name.npos) return "has more than one '/'";
  if (auto problem = dns_subdomain_problem(key.substr(0, slash))) {
    return "has a prefix that " + *problem;
  }
  if (auto problem = size_problem(name, longest_label)) return "has a name that " + *problem;
  return letters_problem(name, name_alphabet, slash + 1);
}

std::optional<std::string> label_value_problem(std::string_view value) {
  if (value.empty()) return std::nullopt;
  if (auto problem = size_problem(value, longest_label)) return problem;
  return letters_problem(value, name_alphabet);
}

}  // namespace cassmesh
