#include "templates.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "../files.hpp"
#include "../text.hpp"
#include "cassmesh/error.hpp"
#include "cassmesh/yaml.hpp"

namespace cassmesh::render {
namespace {

/// The YAML files of a folder, by name.
std::set<std::filesystem::path> yaml_files(const std::filesystem::path& folder) {
  std::set<std::filesystem::path> found;
  std::error_code error;
  std::filesystem::directory_iterator entry(folder, error);
  if (error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory) {
    throw Error(fmt::format("{}: no such folder of templates", folder.generic_string()));
  }
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const auto name = entry->path().filename().string();
    if (name.ends_with(".yaml") || name.ends_with(".yml")) found.insert(entry->path());
  }
  if (error) {
    throw Error(fmt::format("{}: cannot be read: {}", folder.generic_string(), error.message()));
  }
  return found;
}

/// Where the line begins on which byte `offset` stands.
std::size_t line_start(std::string_view text, std::size_t offset) {
  const auto before = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  return before == std::string_view::npos ? 0 : before + 1;
}

/// The text of a line of comment; nothing if it is none.
std::optional<std::string> comment_text(std::string_view line) {
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  if (!line.starts_with('#')) return std::nullopt;
  line.remove_prefix(line.starts_with("# ") ? 2 : 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return std::string(line);
}

/// The lines of comment directly above the line on which a key or, behind its dash, an item stands
/// at `offset`, if it is the first thing there.
std::vector<std::string> comment_above(const yaml::Node& node, std::size_t offset, bool is_key) {
  const auto text = node.source().text();
  auto start = line_start(text, offset);
  const auto lead = text.substr(start, offset - start);
  if (lead.find_first_not_of(" -") != std::string_view::npos) return {};
  if (std::ranges::count(lead, '-') != (is_key ? 0 : 1)) return {};
  std::vector<std::string> lines;
  while (start > 0) {
    const auto end = start - 1;
    start = line_start(text, end);
    const auto comment = comment_text(text.substr(start, end - start));
    if (!comment) break;
    lines.push_back(*comment);
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
        return without_origin(node);
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

  /// A template is none of the user's files, and its nodes are gone when it is filled in.
  static yaml::Value without_origin(const yaml::Node& node) {
    auto value = yaml::Value::from(node);
    value.origin = {};
    return value;
  }

  yaml::Value scalar(const yaml::Node& node) {
    const auto text = node.text();
    if (text.starts_with("${") && text.find('}') == text.size() - 1) {
      return look_up(text.substr(2, text.size() - 3), node.where());
    }
    auto value = without_origin(node);
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

/// What tells an object from others: the keys, and the texts that stand there, empty if none does.
using Identity = std::array<std::pair<std::string_view, std::string>, 3>;

Identity identity(const yaml::Value& object) {
  return {{{"apiVersion", object["apiVersion"].text},
           {"kind", object["kind"].text},
           {"metadata.name", object["metadata"]["name"].text}}};
}

/// That of the program's own template.
Identity built_in_identity(std::string_view name) {
  const auto all = embedded_templates();
  const auto found = std::ranges::find(all, name, &EmbeddedTemplate::name);
  const Source source(1, std::string(name), std::string(found->text));
  const auto documents = yaml::parse(source);
  return identity(yaml::Value::from(documents.front().root()));
}

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
  const auto found = yaml_files(*overrides);
  for (const auto& file : found) {
    const auto name = file.filename().string();
    if (!texts_.contains(name)) {
      const auto near = closest(name, known);
      throw Error(fmt::format(
          "{}: no template has this name{}; the templates are {}", file.generic_string(),
          near.empty() ? "" : fmt::format(": did you mean '{}'?", near), fmt::join(known, ", ")));
    }
    names_[name] = file.generic_string();
    texts_[name] = files::read_file(file);
  }
  if (found.empty()) {
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
  auto filled = Filler(values, source).fill(object->root());
  const auto parts = identity(filled);
  const auto missing = std::ranges::find(parts, "", &Identity::value_type::second);
  if (missing != parts.end()) {
    const auto index = static_cast<std::size_t>(missing - parts.begin());
    throw Error(fmt::format("{}: has no {}: the built-in template has '{}' there", source.name(),
                            missing->first, built_in_identity(name)[index].second));
  }
  return filled;
}

std::set<std::string, std::less<>> Templates::placeholders(std::string_view name) const {
  const Source source(1, names_.find(name)->second, texts_.find(name)->second);
  std::set<std::string, std::less<>> names;
  const auto documents = yaml::parse(source);
  for (const auto& document : documents) collect(document.root(), names);
  return names;
}

}  // namespace cassmesh::render
