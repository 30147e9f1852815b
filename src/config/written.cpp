#include "written.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "../text.hpp"
#include "cassmesh/report.hpp"

namespace cassmesh::config {
namespace {

constexpr std::size_t widest = 96;  ///< of a line, in bytes

/// A text as it can stand in `[…]` as well.
std::string word(const yaml::Value& value) {
  if (value.typed) return value.text;
  auto text = yaml::quoted(value.text);
  // Where nothing is escaped, single quotes read better.
  if (text == fmt::format("\"{}\"", value.text) && !value.text.empty() &&
      text.find('\'') == std::string::npos)
    return fmt::format("'{}'", value.text);
  const bool is_plain = text == value.text;
  return is_plain && text.find_first_of(",[]{}") != std::string::npos ? fmt::format("'{}'", text)
                                                                      : text;
}

}  // namespace

std::string on_one_line(const yaml::Value& value) {
  using Kind = yaml::Value::Kind;
  if (value.kind == Kind::scalar) return word(value);
  if (value.kind != Kind::sequence && value.kind != Kind::mapping) return {};
  std::string items;
  for (const auto& [key, item, comment] : value.entries) {
    if (!items.empty()) items += ", ";
    items += (key.empty() ? "" : key + ": ") + on_one_line(item);
  }
  return value.is_sequence() ? fmt::format("[{}]", items) : fmt::format("{{{}}}", items);
}

std::vector<std::string> as_items(const yaml::Value& list) {
  std::vector<std::string> lines;
  for (const auto& item : list.entries) {
    bool first = true;
    for (const auto& [key, value, comment] : item.value.entries) {
      const auto begin = fmt::format("{} {}:", first ? "-" : " ", key);
      first = false;
      const auto line = fmt::format("{} {}", begin, on_one_line(value));
      if (line.size() <= widest || !value.is_sequence()) {
        lines.push_back(line);
        continue;
      }
      lines.push_back(begin);
      for (const auto& each : value.entries)
        lines.push_back(fmt::format("    - {}", on_one_line(each.value)));
    }
  }
  return lines;
}

std::string joined(const std::vector<Line>& lines) {
  constexpr std::size_t most = 40;
  std::size_t width = 0;
  for (const auto& line : lines) {
    const auto wide = display_width(line.text);
    if (wide <= most && !line.remark.empty()) width = std::max(width, wide);
  }
  std::string out;
  for (const auto& [text, remark] : lines) {
    out += text;
    if (!remark.empty()) {
      if (!text.empty())
        out.append(std::max(width, display_width(text)) - display_width(text), ' ');
      out += fmt::format("{}# {}", text.empty() ? "" : "  ", report::printable(remark));
    }
    out += '\n';
  }
  return out;
}

}  // namespace cassmesh::config
