// What can be read of the files with certainty. Whoever changes them in a way that is not
// understood here (another program, a script that is mounted, an init container) makes them
// unknown, never what they were before.

#include "configuration.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

#include "../text.hpp"
#include "overrides.hpp"
#include "programs.hpp"
#include "releases.hpp"

namespace cassmesh::cassandra {
namespace {

using State = Told::State;

constexpr std::string_view settings_name = "cassandra.yaml";

std::string_view file_name(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string_view without_quotes(std::string_view text) {
  text = trim(text);
  const bool quoted = text.size() > 1 && (text.front() == '"' || text.front() == '\'') &&
                      text.front() == text.back();
  return quoted ? text.substr(1, text.size() - 2) : text;
}

/// What stands behind `key` and a separator in a line, its comment and quotes aside; nothing if the
/// line is about something else.
std::optional<std::string_view> value_in(std::string_view line, std::string_view key,
                                         char separator) {
  line = trim(line);
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (!line.starts_with(key)) return std::nullopt;
  line = trim(line.substr(key.size()));
  if (!line.starts_with(separator)) return std::nullopt;
  line.remove_prefix(1);
  return without_quotes(line.substr(0, line.find(" #")));
}

/// The same for the lines of a text that are not indented: of several the last.
std::optional<std::string_view> value_in_text(std::string_view text, std::string_view key,
                                              char separator) {
  std::optional<std::string_view> found;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    const auto line = text.substr(begin, end - begin);
    begin = end + 1;
    if (line.starts_with(' ') || line.starts_with('\t')) continue;
    if (const auto value = value_in(line, key, separator)) found = value;
  }
  return found;
}

bool comments_out(const Edit& edit, std::string_view key) {
  return find_word(edit.pattern, key) != std::string_view::npos &&
         (edit.text.empty() || edit.text.starts_with('#'));
}

/// Whether a volume is a ConfigMap of the files, so that all that is in it is known.
bool is_known(const Setup& setup, const yaml::Node& volume) {
  const auto name = volume["configMap"]["name"].text();
  return !name.empty() &&
         setup.objects().find("ConfigMap", setup.set().name_space(), name) != nullptr;
}

/// The volume of that name; missing for a claim of the StatefulSet's.
yaml::Node volume_named(const Setup& setup, std::string_view name) {
  for (const auto& volume : setup.set().pod_spec()["volumes"]) {
    if (volume["name"].text() == name) return volume;
  }
  return {};
}

/// Whether an image goes by the official one's name, tags and variables.
bool is_like_official(const Setup& setup) {
  const bool starts = setup.starts_as_usual() || setup.start_command_has("docker-entrypoint.sh");
  return setup.image().flavour == Flavour::custom && starts &&
         release_of(setup.container()["image"].text()) &&
         setup.variable("CASSANDRA_LISTEN_ADDRESS");
}

}  // namespace

Configuration::Configuration(const Setup& setup) : setup_(setup) {
  const auto idle = ineffective_overrides(setup);
  for (const auto& edit : setup.edits()) {
    if (std::ranges::find(idle, &edit, &Ineffective::edit) == idle.end()) edits_.push_back(&edit);
  }
  look_at_mounts();
}

void Configuration::look_at_mounts() {
  const auto& folder = setup_.settings_folder();
  const auto whole = fmt::format("{}/{}", folder, settings_name);
  // A ConfigMap's file that lies there is known, whatever lies beneath it.
  if (folder.empty() || setup_.settings_file().path() == whole) return;
  for (const auto& mount : setup_.container()["volumeMounts"]) {
    auto path = mount["mountPath"].text();
    while (path.ends_with('/')) path.remove_suffix(1);
    const bool is_over = path == folder || path == whole;
    if (is_over && !is_known(setup_, volume_named(setup_, mount["name"].text())))
      settings_are_hidden_ = true;
  }
}

Told Configuration::setting(std::string_view key) const {
  if (const auto edit = edited_setting(key)) return *edit;
  auto told = brought(key);
  if (is_mentioned(key) || is_edited_blindly(told.value)) told.state = State::unknown;
  return told;
}

std::optional<Told> Configuration::edited_setting(std::string_view key) const {
  return edited(settings_name, key, ':');
}

/// Source: conf/cassandra.yaml of Cassandra 3.11, 4.0, 4.1 and 5.0.
Told Configuration::brought(std::string_view key) const {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> defaults{{
      {"endpoint_snitch", "SimpleSnitch"},
      {"listen_address", "localhost"},
      {"rpc_address", "localhost"},
  }};
  if (settings_are_hidden_) return {.state = State::unknown, .by = "a volume"};
  if (replaces_settings()) return in_settings_file(key);
  if (key == "listen_on_broadcast_address" && is_like_official(setup_)) return {};
  const bool is_own =
      setup_.image().flavour == Flavour::official && starts_cassandra_itself(setup_.container());
  if (setup_.image().flavour == Flavour::custom || !(setup_.starts_as_usual() || is_own))
    return {.state = State::unknown, .by = std::string(setup_.image().words)};
  for (const auto& [name, value] : defaults) {
    if (name == key) {
      return {.state = State::something,
              .value = std::string(value),
              .by = fmt::format("the cassandra.yaml of {}", setup_.image().words)};
    }
  }
  return {};
}

Told Configuration::in_settings_file(std::string_view key) const {
  const auto& file = setup_.settings_file();
  const auto value = file[key];
  const bool is_read = file.is_readable() && (!value || value.is_null() || value.is_scalar());
  if (is_read && value.text().empty()) return {};
  auto told = is_read ? told_by_shell(setup_, value.text(), file.text())
                      : Told{.state = State::unknown, .at = file.text()};
  told.object = file.map();
  told.by = k8s::described(*file.map());
  return told;
}

Told Configuration::mounted(const MountedFile& file, std::string_view key) const {
  const auto value = value_in_text(file.text.text(), key, '=');
  if (!value || value->empty()) return {};
  auto told = told_by_shell(setup_, *value, file.text);
  told.object = file.map;
  told.by = k8s::described(*file.map);
  return told;
}

std::optional<Told> Configuration::edited(std::string_view file, std::string_view key,
                                          char separator) const {
  std::optional<Told> told;
  const auto take = [&](const Edit& edit) {
    if (file_name(edit.file) != file) return;
    const auto value = value_in(edit.text, key, separator);
    if (value && !value->empty()) {
      told = told_by_shell(setup_, *value, edit.node);
    } else if (value || comments_out(edit, key)) {
      told = Told{.object = &setup_.set(), .at = edit.node};
    }
  };
  for (const auto& line : setup_.calls().lines) take(line);
  for (const auto* edit : edits_) take(*edit);
  return told;
}

/// Whether an edit that names no key changes a value: `s/localhost/$POD_IP/`.
bool Configuration::is_edited_blindly(std::string_view value) const {
  return std::ranges::any_of(edits_, [&](const Edit* edit) {
    return file_name(edit->file) == settings_name && !edit->pattern.empty() &&
           value.find(edit->pattern) != std::string_view::npos;
  });
}

bool Configuration::is_mentioned(std::string_view word) const {
  if (!setup_.start_command_has(word)) return false;
  const auto has_word = [&](const Edit& edit) {
    return find_word(edit.written, word) != std::string_view::npos;
  };
  return std::ranges::none_of(setup_.edits(), has_word) &&
         std::ranges::none_of(setup_.calls().lines, has_word);
}

Told Configuration::property(std::string_view file, std::string_view key) const {
  if (const auto edit = edited(file, key, '=')) return *edit;
  if (const auto* brought = setup_.mounted_file(file)) return mounted(*brought, key);
  return {};
}

std::optional<Told> Configuration::script_line(std::string_view name) const {
  const auto script = file_name(setup_.image().script);
  std::optional<Told> told;
  for (const auto* edit : edits_) {
    const auto file = file_name(edit->file);
    if (script.empty() ? file == settings_name : file != script) continue;
    if (const auto value = value_in(edit->text, name, '=')) {
      told = told_by_shell(setup_, *value, edit->node);
    } else if (!script.empty() && edit->text.find('=') == std::string::npos) {
      told = Told{.state = State::unknown, .at = edit->node, .by = "the start command"};
    }
  }
  if (!told && is_mentioned(name)) told = Told{.state = State::unknown, .by = "the start command"};
  return told;
}

}  // namespace cassmesh::cassandra
