// What people set and no start script looks at. A variable counts only if its name is that of a
// setting of Cassandra, if its value is not what Cassandra does anyway, and if nothing else in the
// pod mentions it, as everybody may have variables and scripts of his own.

#include "overrides.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>

#include "../place.hpp"
#include "../text.hpp"

namespace cassmesh::cassandra {
namespace {

/// A setting of cassandra.yaml that people try to reach by a variable.
struct Setting {
  std::string_view key;
  std::string_view usual;        ///< Cassandra's default; empty: nothing is
  bool is_commented_out = true;  ///< in the file that images bring
};

/// Source: apache/cassandra conf/cassandra.yaml at cassandra-3.11.2, 4.0.14, 4.1.7 and 5.0.1.
constexpr std::array<Setting, 20> settings{{
    {"authenticator", "AllowAllAuthenticator", false},
    {"authorizer", "AllowAllAuthorizer", false},
    {"auto_bootstrap", "true"},
    {"broadcast_address", ""},
    {"broadcast_rpc_address", ""},
    {"cluster_name", "Test Cluster", false},
    {"endpoint_snitch", "SimpleSnitch", false},
    {"internode_encryption", "none", false},
    {"listen_address", "localhost", false},
    {"listen_interface", ""},
    {"listen_on_broadcast_address", "false"},
    {"native_transport_port", "9042", false},
    {"num_tokens", "", false},
    {"partitioner", "org.apache.cassandra.dht.Murmur3Partitioner", false},
    {"rpc_address", "localhost", false},
    {"rpc_interface", ""},
    {"ssl_storage_port", "7001", false},
    {"start_native_transport", "true", false},
    {"start_rpc", "false", false},
    {"storage_port", "7000", false},
}};

constexpr std::string_view prefix = "CASSANDRA_";
constexpr std::string_view bitnami_prefix = "CASSANDRA_CFG_";
constexpr std::string_view bitnami_setting_prefix = "CASSANDRA_CFG_YAML_";

bool contains(const std::vector<std::string_view>& list, std::string_view text) {
  return std::ranges::find(list, text) != list.end();
}

const Setting* find_setting(std::string_view key) {
  const auto found = std::ranges::find(settings, key, &Setting::key);
  return found == settings.end() ? nullptr : &*found;
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
    if (image_.flavour == Flavour::custom || !setup_.starts_as_usual()) return {};
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

  void look_at_variable(const yaml::Node& variable) {
    const auto name = variable["name"].text();
    if (!name.starts_with(prefix) || setup_.mentions(name)) return;
    const auto place = variable["name"].place();
    if (contains(image_.overwritten, name)) {
      if (setup_.is_pod_ip(variable)) return;
      add(place,
          fmt::format("'{}' has no effect: the start script of {} sets it to the pod's IP", name,
                      image_.words),
          fmt::format("remove it, or replace its line in {} before that runs", image_.script));
    } else if (name == "CASSANDRA_ENDPOINT_SNITCH" && !image_.fixed_snitch.empty()) {
      snitch(variable, place);
    } else if (is_interface(name)) {
      add(place,
          fmt::format("with '{}' Cassandra does not start: the start script of {} sets the address "
                      "too, and only one of the two may be set",
                      name, image_.words),
          "remove it");
    } else {
      unread(variable, place);
    }
  }

  void snitch(const yaml::Node& variable, const Place& place) {
    if (!setup_.variable("CASSANDRA_DC") || !setup_.variable("CASSANDRA_RACK") ||
        variable["value"].text() == image_.fixed_snitch)
      return;
    add(place,
        fmt::format("'CASSANDRA_ENDPOINT_SNITCH' has no effect: as datacenter and rack are given, "
                    "the start script of {} sets {}",
                    image_.words, image_.fixed_snitch),
        "remove it");
  }

  /// Whether a variable sets `listen_interface` or `rpc_interface`, where the address is always
  /// set.
  bool is_interface(std::string_view name) const {
    const bool by_bitnami =
        image_.flavour == Flavour::bitnami && name.starts_with(bitnami_setting_prefix);
    const auto key =
        lower_case(name.substr(by_bitnami ? bitnami_setting_prefix.size() : prefix.size()));
    return (key == "listen_interface" || key == "rpc_interface") &&
           (by_bitnami || contains(image_.from_variables, key));
  }

  void unread(const yaml::Node& variable, const Place& place) {
    const auto name = variable["name"].text();
    const bool is_bitnami = image_.flavour == Flavour::bitnami;
    const auto say = [&](std::string fix) {
      add(place,
          fmt::format("'{}' has no effect: the start script of {} does not read it", name,
                      image_.words),
          std::move(fix));
      // Which is what Cassandra does anyway; a ring without it forms as well.
      found_.back().is_harmless = name == "CASSANDRA_AUTO_BOOTSTRAP";
    };
    if (name == (is_bitnami ? "CASSANDRA_DC" : "CASSANDRA_DATACENTER")) {
      say(fmt::format("set '{}'", is_bitnami ? "CASSANDRA_DATACENTER" : "CASSANDRA_DC"));
      return;
    }
    if (name.starts_with(bitnami_prefix) && !is_bitnami) {
      say("remove it: only Bitnami's image reads it");
      return;
    }
    const auto key = lower_case(name.substr(prefix.size()));
    const auto* setting = find_setting(key);
    if (setting == nullptr || contains(image_.from_variables, key)) return;
    const auto value = setup_.value(variable);
    if (value && (value->empty() || *value == setting->usual)) return;
    say(is_bitnami
            ? fmt::format("set '{}{}'", bitnami_setting_prefix, name.substr(prefix.size()))
            : fmt::format("write '{}' into {} before the start script runs", key, image_.settings));
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
    std::string variable(prefix);
    for (const char letter : key)
      variable += is_lower(letter) ? static_cast<char>(letter - 'a' + 'A') : letter;
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
