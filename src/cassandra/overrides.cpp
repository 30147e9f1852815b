// What people set and no start script looks at. A variable counts only if nothing else in the pod
// mentions it, as everybody may have scripts of his own.

#include "overrides.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "../place.hpp"
#include "../text.hpp"
#include "variables.hpp"

namespace cassmesh::cassandra {
namespace {

constexpr std::string_view prefix = "CASSANDRA_";

bool contains(const std::vector<std::string_view>& list, std::string_view text) {
  return std::ranges::find(list, text) != list.end();
}

/// The variables that a start script assigns at the start of a line, by their settings.
bool script_assigns(const Image& image, std::string_view variable) {
  constexpr std::array others{
      "CASSANDRA_CFG",        "CASSANDRA_CONF_DIR", "CASSANDRA_DC",
      "CASSANDRA_GC_STDOUT",  "CASSANDRA_OPEN_JMX", "CASSANDRA_RACK",
      "CASSANDRA_RING_DELAY", "CASSANDRA_SEEDS",    "CASSANDRA_MIGRATION_WAIT"};
  if (std::ranges::any_of(others, [&](const char* other) { return variable == other; }))
    return true;
  return variable.starts_with(prefix) &&
         contains(image.from_variables, lower_case(variable.substr(prefix.size())));
}

class Search {
 public:
  explicit Search(const Setup& setup) : setup_(setup), image_(setup.image()) {}

  std::vector<Ineffective> find() {
    for (const auto& variable : setup_.container()["env"]) look_at_references(variable);
    if (image_.flavour == Flavour::custom || !setup_.starts_as_usual()) return std::move(found_);
    for (const auto& variable : setup_.container()["env"]) look_at_variable(variable);
    for (std::size_t i = 0; i < setup_.edits().size(); ++i) look_at_edit(i);
    dumb_init();
    return std::move(found_);
  }

 private:
  void add(const Place& place, std::string message, std::string fix) {
    found_.push_back({.place = place, .message = std::move(message), .fix = std::move(fix)});
  }

  void add(const Edit& edit, std::string message, std::string fix) {
    add(place_of(edit.node, edit.written), std::move(message), std::move(fix));
    found_.back().edit = &edit;
  }

  void look_at_references(const yaml::Node& variable) {
    const auto name = setup_.referred_too_early(variable);
    if (name.empty()) return;
    add(place_of(variable["value"], fmt::format("$({})", name)),
        fmt::format("'$({})' stays as it is written: {} is defined only behind it", name, name),
        fmt::format("move {} before it", name));
  }

  void look_at_variable(const yaml::Node& variable) {
    const auto name = variable["name"].text();
    if (setup_.mentions(name)) return;
    const auto ignored = why_ignored(image_, {.name = name,
                                              .value = setup_.value(variable),
                                              .is_pod_ip = setup_.is_pod_ip(variable),
                                              .names_racks = setup_.variable("CASSANDRA_DC") &&
                                                             setup_.variable("CASSANDRA_RACK")});
    if (!ignored) return;
    add(variable["name"].place(), ignored->message,
        !ignored->instead.empty()  ? fmt::format("set '{}'", ignored->instead)
        : ignored->setting.empty() ? ignored->fix
                                   : fmt::format("write '{}' into {} before the start script runs",
                                                 ignored->setting, image_.settings));
    found_.back().is_harmless = ignored->is_harmless;
  }

  void look_at_edit(std::size_t index) {
    const auto& edit = setup_.edits()[index];
    const auto file = std::string_view(edit.file);
    // Bitnami's script makes the file itself, from what is not known here.
    if (file == image_.settings && image_.flavour != Flavour::bitnami) {
      if (!matches_nothing(index)) undone(edit);
    } else if (file == image_.script && file.starts_with('/')) {
      edit_of_script(edit);
    }
  }

  /// An anchored pattern for a line that is commented out, or for a comment that is none.
  bool matches_nothing(std::size_t index) {
    const auto& edit = setup_.edits()[index];
    auto pattern = std::string_view(edit.pattern);
    if (!pattern.starts_with('^')) return false;
    pattern.remove_prefix(1);
    const bool wants_comment = pattern.starts_with("# ");
    if (wants_comment) pattern.remove_prefix(2);
    const auto* setting = find_setting(pattern.substr(0, pattern.find(':')));
    if (setting == nullptr || setting->key == "auto_bootstrap" ||
        pattern.find(':') == std::string_view::npos || wants_comment == setting->is_commented_out ||
        edited_before(index, setting->key))
      return false;
    add(edit,
        fmt::format("'{}' matches no line of {}, where '{}' is {}commented out", edit.pattern,
                    edit.file, setting->key, wants_comment ? "not " : ""),
        fmt::format("match '^(# )?{}:' with sed -E", setting->key));
    return true;
  }

  bool edited_before(std::size_t index, std::string_view key) const {
    const auto& all = setup_.edits();
    return std::any_of(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(index),
                       [&](const Edit& edit) {
                         return edit.pattern.find(key) != std::string::npos ||
                                edit.text.find(key) != std::string::npos;
                       });
  }

  /// The start script writes the setting anew, from a variable that says something else.
  void undone(const Edit& edit) {
    const auto key = std::string_view(edit.text).substr(0, edit.text.find(':'));
    if (!contains(image_.always_written, key)) return;
    const auto variable = variable_of(prefix, key);
    if (setup_.variable(variable) || touches_script(variable)) return;
    add(edit,
        fmt::format("what sets '{}' in {} is undone: the start script of {} writes it anew", key,
                    edit.file, image_.words),
        contains(image_.overwritten, variable)
            ? fmt::format("replace the line '{}=' in {}", variable, image_.script)
            : fmt::format("set '{}'", variable));
  }

  bool touches_script(std::string_view variable) const {
    return std::ranges::any_of(setup_.edits(), [&](const Edit& edit) {
      return edit.file == image_.script && edit.written.find(variable) != std::string::npos;
    });
  }

  /// Lines of a start script are known by the variables that they assign.
  void edit_of_script(const Edit& edit) {
    const auto pattern = std::string_view(edit.pattern);
    if (!pattern.starts_with('^')) return;
    const auto end =
        pattern.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz", 1);
    const auto word = pattern.substr(1, end == std::string_view::npos ? end : end - 1);
    if (word.empty() || end == std::string_view::npos) return;
    const bool assigns = pattern[end] == '=' && word.starts_with(prefix);
    const bool is_setting = pattern[end] == ':' && find_setting(word) != nullptr;
    if (!(assigns && !script_assigns(image_, word)) && !is_setting) return;
    std::vector<std::string_view> candidates(image_.overwritten);
    const auto near = closest(word, candidates);
    add(edit, fmt::format("'{}' matches no line of {}", edit.pattern, edit.file),
        near.empty() ? fmt::format("change {} instead", image_.settings)
                     : fmt::format("match '^{}='", near));
  }

  void dumb_init() {
    const auto path = dumb_init_of(setup_.tag());
    if (image_.flavour != Flavour::google_samples || path.empty()) return;
    for (const auto& word : setup_.container()["command"]) {
      const auto text = word.text();
      if (!text.ends_with("/dumb-init") || !text.starts_with('/') || text == path) continue;
      add(word.place(),
          fmt::format("'{}' is not in the image of tag '{}', so the container does not start", text,
                      setup_.tag()),
          fmt::format("write '{}'", path));
    }
  }

  const Setup& setup_;
  const Image& image_;
  std::vector<Ineffective> found_;
};

}  // namespace

std::vector<Ineffective> ineffective_overrides(const Setup& setup) {
  return Search(setup).find();
}

}  // namespace cassmesh::cassandra
