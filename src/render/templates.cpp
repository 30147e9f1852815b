#include "templates.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>
#include <vector>

#include "../text.hpp"
#include "cassmesh/error.hpp"
#include "cassmesh/yaml.hpp"

namespace cassmesh::render {
namespace {

std::string read_template(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in && !in.eof()) throw Error(fmt::format("{}: cannot be read", path.generic_string()));
  return text;
}

/// The lines of comment directly above the line on which a key or, behind its dash, an item stands
/// at `offset`, if it is the first thing there.
std::vector<std::string> comment_above(const yaml::Node& node, std::size_t offset, bool is_key) {
  const auto text = node.source().text();
  auto line_start = text.rfind('\n', offset == 0 ? 0 : offset - 1);
  line_start = line_start == std::string_view::npos ? 0 : line_start + 1;
  const auto lead = text.substr(line_start, offset - line_start);
  if (lead.find_first_not_of(" -") != std::string_view::npos) return {};
  if (std::ranges::count(lead, '-') != (is_key ? 0 : 1)) return {};
  std::vector<std::string> lines;
  while (line_start > 0) {
    const auto end = line_start - 1;
    const auto before = end == 0 ? std::string_view::npos : text.rfind('\n', end - 1);
    const auto start = before == std::string_view::npos ? 0 : before + 1;
    auto line = text.substr(start, end - start);
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    if (!line.starts_with('#')) break;
    line.remove_prefix(line.starts_with("# ") ? 2 : 1);
    lines.emplace_back(line);
    line_start = start;
  }
  std::ranges::reverse(lines);
  return lines;
}

class Filler {
 public:
  Filler(const Values& values, const Source& source) : values_(values), source_(source) {}

  yaml::Value fill(const yaml::Node& node) {
    switch (node.kind()) {
      case yaml::Kind::scalar:
        return scalar(node);
      case yaml::Kind::mapping:
      case yaml::Kind::sequence:
        return collection(node);
      default:
        return yaml::Value::from(node);
    }
  }

 private:
  yaml::Value collection(const yaml::Node& node) {
    const bool mapping = node.is_mapping();
    auto filled = mapping ? yaml::Value::mapping() : yaml::Value::sequence();
    for (const auto child : node) {
      auto value = fill(child);
      if (!value) continue;
      yaml::Entry entry{.key = mapping ? replace(child.key(), child.key_where()) : std::string(),
                        .value = std::move(value),
                        .comment = comment_above(
                            child, mapping ? child.key_offset() : child.begin_offset(), mapping)};
      filled.entries.push_back(std::move(entry));
    }
    // What lost all its children was made of placeholders alone: it goes with them.
    if (filled.entries.empty() && node.size() > 0) return {};
    return filled;
  }

  yaml::Value scalar(const yaml::Node& node) {
    const auto text = node.text();
    if (text.starts_with("${") && text.find('}') == text.size() - 1) {
      return look_up(text.substr(2, text.size() - 3), node.where());
    }
    auto value = yaml::Value::from(node);
    value.origin = {};
    value.text = replace(text, node.where());
    return value;
  }

  std::string replace(std::string_view text, const Place& place) {
    std::string out;
    while (true) {
      const auto start = text.find("${");
      out += text.substr(0, start);
      if (start == std::string_view::npos) return out;
      const auto end = text.find('}', start);
      if (end == std::string_view::npos) fail(place, "placeholder without a closing '}'");
      const auto& value = look_up(text.substr(start + 2, end - start - 2), place);
      if (value.kind != yaml::Value::Kind::scalar) {
        fail(place, fmt::format("'{}' is no text and stands within one",
                                text.substr(start, end - start + 1)));
      }
      out += value.text;
      text.remove_prefix(end + 1);
    }
  }

  const yaml::Value& look_up(std::string_view name, const Place& place) {
    const auto found = values_.find(name);
    if (found != values_.end()) return found->second;
    std::vector<std::string_view> known;
    known.reserve(values_.size());
    for (const auto& [key, value] : values_) known.emplace_back(key);
    const auto near = closest(name, known);
    fail(place, fmt::format(
                    "unknown placeholder '${{{}}}'{}", name,
                    near.empty() ? std::string() : fmt::format(": did you mean '${{{}}}'?", near)));
  }

  [[noreturn]] void fail(const Place& place, const std::string& message) {
    const auto at = place.at;
    throw Error(fmt::format("{}:{}:{}: {}", source_.name(), at.line, at.column, message));
  }

  const Values& values_;
  const Source& source_;
};

void collect(const yaml::Node& node, std::set<std::string, std::less<>>& names) {
  for (auto text : {node.key(), node.text()}) {
    for (auto start = text.find("${"); start != std::string_view::npos; start = text.find("${")) {
      const auto end = text.find('}', start);
      if (end == std::string_view::npos) break;
      names.emplace(text.substr(start + 2, end - start - 2));
      text.remove_prefix(end);
    }
  }
  for (const auto child : node) collect(child, names);
}

}  // namespace

Templates::Templates(const std::optional<std::filesystem::path>& overrides) {
  std::vector<std::string_view> known;
  for (const auto& [name, text] : embedded_templates()) {
    names_.emplace(name, fmt::format("templates/{}", name));
    texts_.emplace(name, text);
    known.push_back(name);
  }
  if (!overrides) return;
  if (!std::filesystem::is_directory(*overrides)) {
    throw Error(fmt::format("{}: no such folder of templates", overrides->generic_string()));
  }
  bool found = false;
  for (const auto& file : std::filesystem::directory_iterator(*overrides)) {
    const auto name = file.path().filename().string();
    if (!name.ends_with(".yaml") && !name.ends_with(".yml")) continue;
    if (!texts_.contains(name)) {
      const auto near = closest(name, known);
      throw Error(fmt::format(
          "{}: no template has this name{}; the templates are {}", file.path().generic_string(),
          near.empty() ? "" : fmt::format(": did you mean '{}'?", near), fmt::join(known, ", ")));
    }
    names_[name] = file.path().generic_string();
    texts_[name] = read_template(file.path());
    found = true;
  }
  if (!found) {
    throw Error(fmt::format("{}: holds no template; the templates are {}",
                            overrides->generic_string(), fmt::join(known, ", ")));
  }
}

yaml::Value Templates::fill(std::string_view name, const Values& values) const {
  const Source source(1, names_.find(name)->second, texts_.find(name)->second);
  const auto documents = yaml::parse(source);
  for (const auto& document : documents) {
    for (const auto& problem : document.problems()) {
      throw Error(fmt::format("{}:{}:{}: {}", source.name(), problem.place.at.line,
                              problem.place.at.column, problem.message));
    }
  }
  const auto objects = std::ranges::count_if(
      documents, [](const yaml::Document& document) { return document.root().is_mapping(); });
  if (objects != 1) {
    throw Error(
        fmt::format("{}: a template holds one object, this one {}", source.name(), objects));
  }
  const auto object = std::ranges::find_if(
      documents, [](const yaml::Document& document) { return document.root().is_mapping(); });
  return Filler(values, source).fill(object->root());
}

std::set<std::string, std::less<>> Templates::placeholders(std::string_view name) const {
  const Source source(1, names_.find(name)->second, texts_.find(name)->second);
  std::set<std::string, std::less<>> names;
  const auto documents = yaml::parse(source);
  for (const auto& document : documents) collect(document.root(), names);
  return names;
}

}  // namespace cassmesh::render
