#include "complaint.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string>

#include "guard.hpp"
#include "scan.hpp"

namespace cassmesh::yaml::detail {
namespace {

/// A message of yaml-cpp's (YAML::ErrorMsg in its exceptions.h) and ours, in which `{}` is the text
/// that the place covers.
struct Wording {
  std::string_view theirs;
  std::string_view message;
  std::string_view fix;
};

constexpr auto wordings = std::to_array<Wording>({
    {"end of map not found", "'{}' stands where a key is due",
     "indent it like the keys around it, or quote the whole value before it"},
    {"end of sequence not found", "'{}' stands where a list item is due",
     "begin it with '- ', or correct the indentation"},
    {"end of map flow not found", "'{}' stands where ',' or '}}' is due",
     "separate the entries with ',', or quote the value"},
    {"end of sequence flow not found", "'{}' stands where ',' or ']' is due",
     "separate the items with ',', or quote the value"},
    {"illegal flow end", "'{}' closes a bracket that is not open",
     "delete the bracket, or quote the value"},
    {"illegal block entry", "a list item cannot begin with '{}' here",
     "begin the list on a line of its own"},
    {"illegal map key", "a key cannot begin with '{}' here", "begin the key on a line of its own"},
    {"unknown token", "a value cannot begin with '{}'", quote_it},
    {"illegal document indicator", "'{}' ends the document inside quotes",
     "close the quote before it, or indent the line"},
    {"illegal EOF in scalar", "the quote is never closed", "close the quote"},
    {"illegal tab", "a tab stands where only spaces may indent", "indent with spaces"},
    {"bad file", "values are nested deeper than 500 levels here", "nest them less deeply"},
    {"the referenced anchor is not defined", "the alias '{}' has no anchor in this document",
     "define the anchor before it, or quote the value if it is text"},
    {"alias not found after *", "no name follows the '*'", quote_it},
    {"anchor not found after &", "no name follows the '&'", quote_it},
    {"illegal character found while scanning alias", "the alias cannot hold '{}'", quote_it},
    {"illegal character found while scanning anchor", "the anchor cannot hold '{}'", quote_it},
    {"illegal character found while scanning tag", "the tag cannot hold '{}'", quote_it},
    {"cannot assign multiple anchors", "this is a second anchor for one value",
     "delete one of the anchors"},
    {"cannot assign multiple tags", "this is a second tag for one value", "delete one of the tags"},
    {"tag handle with no suffix", "no name follows the '!' of the tag", quote_it},
    {"end of verbatim tag not found", "the tag's '<' is not closed by '>'",
     "close the tag with '>', or quote the value if it is text"},
    {"cannot set zero indentation", "a block of text cannot be indented by 0",
     "write a number from 1 to 9, or none"},
    {"unexpected character in block scalar",
     "'{}' stands after the sign that begins a block of text",
     "move it to the next line, or quote the value"},
    {"unknown escape character", "'{}' is no escape in double quotes",
     "double the backslash, or use single quotes"},
    {"bad character found while scanning hex", "'{}' has too few hexadecimal digits",
     "complete the escape, or double the backslash"},
    {"invalid unicode", "'{}' is no Unicode character", "write the character itself"},
});

std::size_t line_begin(std::string_view text, std::size_t offset) {
  return offset - column(text, offset);
}

/// The tab in the indentation of the line of `offset`; npos if there is none.
std::size_t tab_before(std::string_view text, std::size_t offset) {
  const std::size_t begin = line_begin(text, offset);
  const std::size_t first = std::min(text.find_first_not_of(" \t", begin), text.size());
  const std::size_t tab = text.find('\t', begin);
  return tab < first ? tab : std::string_view::npos;
}

/// A ':' where no key can be: a second one on the line, or after a text of several lines.
Invalid misplaced_colon(std::string_view text, std::size_t offset) {
  const std::size_t line = line_begin(text, offset);
  const std::string_view before = text.substr(line, offset - line);
  if (before.find(": ") != std::string_view::npos) {
    return {offset, offset + 1, "a second ': ' stands in this line",
            "quote the value that holds ': '"};
  }
  const std::size_t begin = line + std::min(before.find_first_not_of(" -?"), before.size());
  if (begin == offset) {
    return {offset, offset + 1, "no key stands before this ':'",
            "write the key and the ':' on one line"};
  }
  return {begin, offset,
          fmt::format("'{}' cannot be a key here", excerpt(text.substr(begin, offset - begin))),
          "indent it like the keys around it, or write ':' after the key above"};
}

/// Where the text begins that a complaint is about: yaml-cpp stops after an escape.
std::size_t begin_of(std::string_view text, std::string_view message, std::size_t offset) {
  if (!message.starts_with("invalid unicode") && !message.starts_with("unknown escape") &&
      !message.starts_with("bad character")) {
    return offset;
  }
  return std::min(text.substr(0, offset).rfind('\\'), offset);
}

}  // namespace

Invalid reword(std::string_view text, std::string_view message, std::size_t offset,
               std::size_t unclosed) {
  if (offset > unclosed) return never_closed(text, unclosed);
  if (const std::size_t tab = tab_before(text, offset); tab != std::string_view::npos) {
    return {tab, tab + 1, "a tab stands where only spaces may indent", "indent with spaces"};
  }
  if (message == "illegal map value") return misplaced_colon(text, offset);
  const std::size_t begin = begin_of(text, message, offset);
  std::size_t end = begin < offset ? offset : line_end(text, offset);
  if (message.starts_with("the referenced anchor")) end = end_of_property(text, offset);
  const std::string what = excerpt(text.substr(begin, end - begin));
  const auto* const known = std::ranges::find_if(
      wordings, [&](const Wording& wording) { return message.starts_with(wording.theirs); });
  if (known == wordings.end()) {
    return {begin, end, fmt::format("'{}' is no valid YAML here", what), "correct the syntax"};
  }
  return {begin, end, fmt::format(fmt::runtime(known->message), what), std::string(known->fix)};
}

Invalid never_closed(std::string_view text, std::size_t offset) {
  const char sign = text[offset];
  if (sign == '"' || sign == '\'') {
    return {offset, line_end(text, offset), "this quote is never closed", "close the quote"};
  }
  const char closing = sign == '[' ? ']' : '}';
  return {offset, offset + 1, fmt::format("this '{}' is never closed", sign),
          fmt::format("close it with '{}'", closing)};
}

Invalid bad_first(std::string_view text, std::size_t offset) {
  return {offset, offset + 1,
          fmt::format("a value in brackets cannot begin with '{}'", text[offset]),
          std::string(quote_it)};
}

Invalid key_on_lines(std::string_view text, std::size_t offset) {
  return {offset, line_end(text, offset),
          fmt::format("'{}' begins a key of several lines", excerpt(text.substr(offset))),
          "write the key on one line"};
}

Invalid missing_value(std::string_view text, std::size_t offset, std::size_t unclosed) {
  if (offset > unclosed) return never_closed(text, unclosed);
  return {offset, offset + 1, "a value is missing before ','", "delete the ','"};
}

Invalid bare_word(std::string_view text, std::size_t begin, std::size_t end) {
  const std::string word = excerpt(text.substr(begin, end - begin));
  return {begin, end, fmt::format("'{}' stands where a key is due", word),
          fmt::format("write '{}:', or indent it to continue the value above", word)};
}

}  // namespace cassmesh::yaml::detail
