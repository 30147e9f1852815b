#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// Small pure functions on text: names and numbers as Kubernetes and the JVM read them, and UTF-8.
namespace cassmesh {

/// As ASCII and Kubernetes know letters and digits, whatever the locale.
constexpr bool is_lower(char letter) {
  return letter >= 'a' && letter <= 'z';
}
constexpr bool is_upper(char letter) {
  return letter >= 'A' && letter <= 'Z';
}
constexpr bool is_letter(char letter) {
  return is_lower(letter) || is_upper(letter);
}
constexpr bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}

/// With the letters A to Z in lower case, in every locale.
constexpr char lower_case(char letter) {
  return is_upper(letter) ? static_cast<char>(letter - 'A' + 'a') : letter;
}
std::string lower_case(std::string_view text);

/// Without spaces and tabs at both ends.
std::string_view trim(std::string_view text);

/// The number that a whole text is, with digits and perhaps a '-' in front; nothing if it is none
/// from `least` to `most`.
std::optional<int> whole_number(std::string_view text, int least = 0,
                                int most = std::numeric_limits<int>::max());

/// The same for what counts in names and indexes: digits without zeros in front.
std::optional<int> ordinal(std::string_view text);

/// The last part of a key's path: `cluster.name` is `name`, `racks[].zone` is `zone`.
constexpr std::string_view last_part(std::string_view path) {
  return path.substr(path.rfind('.') + 1);
}

/// The words of a text in lines of at most `columns` bytes that each begin with `prefix` and end in
/// a line end. A longer word has a line of its own; a text without words is one line.
std::string wrapped(std::string_view text, std::string_view prefix, std::size_t columns = 96);

/// How many letters one has to be changed, left out, put in or swapped with its neighbour to make
/// the other of it. Costs the product of their lengths.
std::size_t slips(std::string_view one, std::string_view other);

/// The candidate that `word` was meant to be, for "did you mean"; empty if none is near. Ignores
/// case, counts swapped neighbours as one slip, and takes one that starts with the other as near.
std::string_view closest(std::string_view word, std::span<const std::string_view> candidates);

// What is wrong with a name, by the rules of k8s.io/apimachinery/pkg/util/validation: a predicate
// for a message (`is longer than 63 characters (70)`), or nothing if the name is right.

/// `metadata.name` of a Namespace or a container: lower-case letters, digits and '-'.
std::optional<std::string> dns_label_problem(std::string_view name);
/// `metadata.name` of a Service: a DNS label that starts with a letter.
std::optional<std::string> dns_1035_label_problem(std::string_view name);
/// `metadata.name` of most other objects: DNS labels with dots between them, 253 in all.
std::optional<std::string> dns_subdomain_problem(std::string_view name);
/// The key of a label or an annotation: `name` or `dns.prefix/name`.
std::optional<std::string> label_key_problem(std::string_view key);
/// The value of a label; it may be empty.
std::optional<std::string> label_value_problem(std::string_view value);

/// An amount of CPU, memory or storage: `whole` + `nanos` / 10^9, where 0 <= `nanos` < 10^9.
struct Quantity {
  std::int64_t whole = 0;
  std::int32_t nanos = 0;
  auto operator<=>(const Quantity&) const = default;
};

/// Reads `1Gi`, `500m`, `1e3`, `+0.5` as Kubernetes does: what is finer than 10^-9 is rounded away
/// from zero, what is above 2^63-1 is cut to that. Nothing if Kubernetes refuses the text.
std::optional<Quantity> quantity(std::string_view text);

/// As Go's strconv.ParseBool reads it; nothing if that refuses the text.
std::optional<bool> go_bool(std::string_view text);

/// Reads a heap size as `-Xmx` takes it (`512M`, `8g`, `1024k`, bytes); nothing if the JVM refuses
/// it or it is 2^63 or more.
std::optional<std::int64_t> jvm_bytes(std::string_view text);

/// The character at the start of a text: its bytes, and whether they are UTF-8. What is not is
/// taken one byte at a time.
struct CodePoint {
  char32_t value = 0;
  std::size_t size = 0;
  bool valid = false;
};

/// The first character of a text that is not empty.
CodePoint first_code_point(std::string_view text);

/// Columns that a terminal takes for it: 2 for CJK and emoji, 0 for combining marks, else 1.
std::size_t display_width(char32_t character);
std::size_t display_width(std::string_view text);

bool valid_utf8(std::string_view text);

}  // namespace cassmesh
