#include "forms.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string>

#include "../mesh/asked_versions.hpp"
#include "../text.hpp"
#include "cassmesh/error.hpp"

namespace cassmesh::spec::forms {
namespace {

constexpr int longest_label = 63;
constexpr int longest_subdomain = 253;
/// A StatefulSet's pods carry the label `controller-revision-hash: <name>-<hash>`, which has 63
/// characters. Source: kubernetes/kubernetes#64023.
constexpr int longest_stateful_set = 52;

constexpr std::string_view label_pattern = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";

bool is_alphanumeric(char c) {
  return is_digit(c) || is_letter(c);
}

std::string object_name_problem(std::string_view text) {
  if (auto problem = dns_1035_label_problem(text)) return *problem;
  if (text.size() <= longest_stateful_set) return {};
  return fmt::format(
      "is longer than {} characters ({}), the most that a StatefulSet's name can have",
      longest_stateful_set, text.size());
}

std::string label_problem(std::string_view text) {
  return dns_label_problem(text).value_or("");
}

std::string subdomain_problem(std::string_view text) {
  return dns_subdomain_problem(text).value_or("");
}

std::string label_value_form_problem(std::string_view text) {
  return text.empty() ? "is empty" : label_value_problem(text).value_or("");
}

/// Letters and digits, with `inner` ones between them.
bool is_word(std::string_view text, std::string_view inner) {
  return !text.empty() && is_alphanumeric(text.front()) && is_alphanumeric(text.back()) &&
         std::ranges::all_of(text, [&](char c) {
           return is_alphanumeric(c) || inner.find(c) != std::string_view::npos;
         });
}

bool has_capital(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// `host:port/path/name:tag@algorithm:digest`.
/// Source: github.com/distribution/reference regexp.go.
bool is_digest(std::string_view text) {
  constexpr std::size_t shortest = 32;
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return false;
  const auto hash = text.substr(colon + 1);
  return is_word(text.substr(0, colon), "+._-") && is_word(hash, "") && hash.size() >= shortest;
}

bool is_tag(std::string_view text) {
  constexpr std::size_t longest = 128;
  const auto valid = [](char c) { return is_alphanumeric(c) || c == '_' || c == '.' || c == '-'; };
  return !text.empty() && text.size() <= longest && std::ranges::all_of(text, valid);
}

/// What is wrong with the name of an image, without tag and digest; its first part may be a host.
std::string image_name_problem(std::string_view name) {
  for (bool first = true, last = false; !last; first = false) {
    const auto slash = name.find('/');
    last = slash == std::string_view::npos;
    const auto part = name.substr(0, slash);
    const bool host = first && !last;
    if (!is_word(part, host ? "._-:" : "._-")) {
      return "is no image reference, as in 'registry/name:tag'";
    }
    if (!host && has_capital(part)) {
      return "has a capital letter in its name, which images never have";
    }
    name.remove_prefix(last ? 0 : slash + 1);
  }
  return {};
}

std::string image_problem(std::string_view text) {
  if (text.empty()) return "is empty";
  const auto at = text.find('@');
  if (at != std::string_view::npos && !is_digest(text.substr(at + 1))) {
    return "has no digest after its '@', as in '@sha256:…'";
  }
  auto name = text.substr(0, at);
  const auto colon = name.rfind(':');
  if (colon != std::string_view::npos && name.find('/', colon) == std::string_view::npos) {
    if (!is_tag(name.substr(colon + 1))) return "has no tag after its ':'";
    name = name.substr(0, colon);
  }
  return image_name_problem(name);
}

/// The digits at the front of a text, at most four.
std::size_t leading_number(std::string_view text) {
  constexpr std::size_t longest = 4;
  const auto end = std::ranges::find_if_not(text, is_digit) - text.begin();
  return static_cast<std::size_t>(end) <= longest ? static_cast<std::size_t>(end) : 0;
}

std::string version_problem(std::string_view text) {
  constexpr auto no_version = "is no version of Cassandra, as in 4.1.3";
  for (int numbers = 1; numbers <= 3; ++numbers) {
    const auto size = leading_number(text);
    if (size == 0) break;
    text.remove_prefix(size);
    if (text.empty()) return {};
    const bool suffix = text.front() == '-' && numbers > 1;  // 4.0-beta4
    if (suffix) return is_word(text.substr(1), ".") ? "" : no_version;
    if (text.front() != '.') break;
    text.remove_prefix(1);
  }
  return no_version;
}

std::string range_problem(std::string_view text) {
  try {
    const auto range = mesh::parse_istio(text).range;
    return range.empty() ? ": 'none' leaves no version; without a mesh, set 'mesh.mode' to none"
                         : "";
  } catch (const Error& error) {
    return std::string(": ") + error.what();
  }
}

std::string quantity_problem(std::string_view text) {
  const auto amount = cassmesh::quantity(text);
  if (!amount) return "is no quantity, as in 10Gi";
  return *amount > Quantity{} ? "" : "is not above zero";
}

std::string heap_problem(std::string_view text) {
  const auto bytes = jvm_bytes(text);
  if (!bytes) return "is no size of a heap, as in 512M or 8G";
  constexpr std::int64_t least_heap = std::int64_t{1} << 20;
  return *bytes >= least_heap ? "" : "is below 1M: add a unit, as in 512M";
}

std::string class_problem(std::string_view text) {
  const auto valid = [](char c) { return is_alphanumeric(c) || c == '_' || c == '$' || c == '.'; };
  if (text.empty() || is_digit(text.front()) || !std::ranges::all_of(text, valid)) {
    return "is no name of a Java class, as in GossipingPropertyFileSnitch";
  }
  return {};
}

/// Control characters, and what YAML takes for the end of a line.
bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029 || c == 0xFEFF;
}

std::string line_problem(std::string_view text) {
  if (text.empty()) return "is empty";
  if (text.find('\n') != std::string_view::npos) return "has more than one line";
  if (text.front() == ' ' || text.back() == ' ') return "begins or ends with a blank";
  for (auto rest = text; !rest.empty();) {
    const auto [character, size, valid] = first_code_point(rest);
    if (is_control(character)) return "has a control character";
    rest.remove_prefix(size);
  }
  return {};
}

}  // namespace

const Form object_name{"^[a-z]([-a-z0-9]*[a-z0-9])?$", longest_stateful_set, object_name_problem};
const Form dns_label{label_pattern, longest_label, label_problem};
const Form dns_subdomain{"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$", longest_subdomain, subdomain_problem};
const Form label_value{"^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$", longest_label,
                       label_value_form_problem};
const Form image{"^[A-Za-z0-9][-A-Za-z0-9_./:@+]*$", 0, image_problem};
const Form cassandra_version{"^[0-9]+(\\.[0-9]+){0,2}(-[A-Za-z0-9.]+)?$", 0, version_problem};
const Form istio_range{"^[0-9a-z., ]+$", 0, range_problem};
const Form quantity{"^\\+?[0-9.]+([eE][+-]?[0-9]+|[numkMGTPE]|[KMGTPE]i)?$", 0, quantity_problem};
const Form heap_size{"^[0-9]+[kKmMgGtT]?$", 0, heap_problem};
const Form class_name{"^[A-Za-z_$][A-Za-z0-9_.$]*$", 0, class_problem};
const Form one_line{"^[^\\n]+$", 0, line_problem};

}  // namespace cassmesh::spec::forms
