// Writes Values as YAML that every reader understands alike. The care is all in scalars: kubectl
// reads YAML 1.1, in which `on`, `1_000`, `12:30:45` and `2026-11-22` are no strings, other tools
// read 1.2. So a plain scalar is written only where its shape is beyond doubt; everything else is
// quoted.

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "cassmesh/value.hpp"
#include "text.hpp"

namespace cassmesh::yaml {
namespace {

/// Words that YAML 1.1 takes for booleans or null, in any case.
bool is_reserved_word(std::string_view text) {
  static constexpr std::array words{"y",  "n",   "yes",  "no",   "true", "false",
                                    "on", "off", "null", "none", "nan",  "inf"};
  return std::ranges::find(words, lower_case(text)) != words.end();
}

std::size_t skip_digits(std::string_view text, std::size_t i) {
  while (i < text.size() && is_digit(text[i])) ++i;
  return i;
}

/// `1Gi`, `500m`, `1.5G`: a quantity with a suffix that no number of YAML's ends in.
bool is_quantity_with_suffix(std::string_view text) {
  auto i = skip_digits(text, 0);
  if (i < text.size() && text[i] == '.') i = skip_digits(text, i + 1);
  static constexpr std::array suffixes{"Ki", "Mi", "Gi", "Ti", "Pi", "Ei",
                                       "m",  "k",  "M",  "G",  "T",  "P"};
  return std::ranges::find(suffixes, text.substr(i)) != suffixes.end();
}

/// `127.0.0.1`, `3.11.2`: at least three numbers between dots.
bool is_dotted(std::string_view text) {
  int dots = 0;
  for (std::size_t i = 0; i < text.size();) {
    const auto end = skip_digits(text, i);
    if (end == i) return false;
    if (end == text.size()) return dots >= 2;
    if (text[end] != '.') return false;
    ++dots;
    i = end + 1;
  }
  return false;
}

bool is_plain_character(char c) {
  return is_letter(c) || is_digit(c) ||
         std::string_view(" _./@%+,:;=()[]{}$*?!'\"-").find(c) != std::string_view::npos;
}

/// Characters that must not stand raw in YAML, that readers disagree on, or that nobody would see.
bool needs_escape(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0xA0) || c == 0xAD || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
         (c >= 0xFFF0 && c <= 0xFFFF);
}

std::string escaped(char32_t c) {
  switch (c) {
    case '\n':
      return "\\n";
    case '\t':
      return "\\t";
    case '\r':
      return "\\r";
    default:
      break;
  }
  const auto code = static_cast<std::uint32_t>(c);
  if (code <= 0xFF) return fmt::format("\\x{:02X}", code);
  if (code <= 0xFFFF) return fmt::format("\\u{:04X}", code);
  return fmt::format("\\U{:08X}", code);
}

std::string double_quoted(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const auto [c, bytes, valid] = first_code_point(text);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (needs_escape(c)) {
      out += escaped(c);
    } else {
      out += text.substr(0, bytes);
    }
    text.remove_prefix(bytes);
  }
  return out + '"';
}

/// Single quotes read better where double ones would need escapes.
bool fits_single_quotes(std::string_view text) {
  return text.find_first_of("\"\\") != std::string_view::npos &&
         std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~' && c != '\''; });
}

/// True if `text` survives as a literal block: several lines, no blanks at line ends, no first line
/// that would be read as indentation, at most one line feed at the end.
bool fits_literal_block(std::string_view text) {
  if (text.find('\n') == std::string_view::npos || text == "\n") return false;
  if (text.front() == ' ' || text.front() == '\n' || text.ends_with("\n\n")) return false;
  if (text.find(" \n") != std::string_view::npos || text.ends_with(' ')) return false;
  for (auto rest = text; !rest.empty();) {
    const auto [c, bytes, valid] = first_code_point(rest);
    if (c != '\n' && needs_escape(c)) return false;
    rest.remove_prefix(bytes);
  }
  return true;
}

class Writer {
 public:
  std::string take() { return std::move(out_); }

  void children(const Value& value, std::size_t indent) {
    for (const auto& entry : value.entries) {
      comment(entry, indent);
      out_.append(indent, ' ');
      if (value.is_sequence()) {
        item(entry.value, indent);
      } else {
        out_ += quoted(entry.key) + ':';
        field(entry.value, indent);
      }
    }
  }

  void leaf(const Value& value, std::size_t indent) {
    switch (value.kind) {
      case Value::Kind::mapping:
        out_ += "{}\n";
        break;
      case Value::Kind::sequence:
        out_ += "[]\n";
        break;
      case Value::Kind::scalar:
        scalar(value, indent);
        break;
      default:
        out_ += "null\n";
        break;
    }
  }

 private:
  void comment(const Entry& entry, std::size_t indent) {
    for (const auto& line : entry.comment) {
      out_.append(indent, ' ');
      out_ += line.empty() ? "#\n" : "# " + line + '\n';
    }
  }

  void field(const Value& value, std::size_t indent) {
    if (inline_value(value)) {
      out_ += ' ';
      leaf(value, indent + 2);
    } else {
      out_ += '\n';
      children(value, indent + 2);
    }
  }

  void item(const Value& value, std::size_t indent) {
    out_ += "- ";
    if (inline_value(value)) {
      leaf(value, indent + 2);
      return;
    }
    // The first line of a block stands on the dash's own line, unless a comment goes before it.
    if (!value.entries.front().comment.empty()) {
      out_.back() = '\n';
      children(value, indent + 2);
      return;
    }
    const auto start = out_.size();
    children(value, indent + 2);
    out_.erase(start, indent + 2);
  }

  static bool inline_value(const Value& value) {
    return value.entries.empty() || (!value.is_mapping() && !value.is_sequence());
  }

  void scalar(const Value& value, std::size_t indent) {
    if (value.typed) {
      out_ += value.text + '\n';
    } else if (fits_literal_block(value.text)) {
      literal_block(value.text, indent);
    } else {
      out_ += quoted(value.text) + '\n';
    }
  }

  void literal_block(std::string_view text, std::size_t indent) {
    out_ += text.ends_with('\n') ? "|\n" : "|-\n";
    if (text.ends_with('\n')) text.remove_suffix(1);
    while (true) {
      const auto end = text.find('\n');
      const auto line = text.substr(0, end);
      if (!line.empty()) out_.append(indent, ' ');
      out_ += line;
      out_ += '\n';
      if (end == std::string_view::npos) return;
      text.remove_prefix(end + 1);
    }
  }

  std::string out_;
};

}  // namespace

bool plain_is_string(std::string_view text) {
  if (text.empty() || text.back() == ' ' || text.back() == ':') return false;
  if (text.find(": ") != std::string_view::npos || text.find(" #") != std::string_view::npos) {
    return false;
  }
  if (!std::ranges::all_of(text, is_plain_character) || is_reserved_word(text)) return false;
  const char first = text.front();
  if (is_digit(first)) return is_quantity_with_suffix(text) || is_dotted(text);
  if (first == '-')
    return text.size() > 1 && is_letter(text[1]) && !is_reserved_word(text.substr(1));
  return is_letter(first) || first == '/' || first == '_' || first == '$';
}

std::string quoted(std::string_view text) {
  if (plain_is_string(text)) return std::string(text);
  return fits_single_quotes(text) ? fmt::format("'{}'", text) : double_quoted(text);
}

std::string write_yaml(const Value& value) {
  Writer writer;
  if (value.entries.empty()) {
    writer.leaf(value, 2);
  } else {
    writer.children(value, 0);
  }
  return writer.take();
}

}  // namespace cassmesh::yaml
