// Which of a variable, a file and the start command wins, image by image.

#include "settings.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string>

#include "../text.hpp"
#include "programs.hpp"
#include "variables.hpp"

namespace cassmesh::cassandra {
namespace {

using State = Told::State;

bool contains(const std::vector<std::string_view>& list, std::string_view text) {
  return std::ranges::find(list, text) != list.end();
}

Told unknown(std::string_view by) {
  return {.state = State::unknown, .by = std::string(by)};
}

/// The official image's word for the pod's IP.
Told without_auto(Told told) {
  if (told.is("auto")) told.value = own_address;
  return told;
}

}  // namespace

bool is_scylla(const Setup& setup) {
  const auto name = image_name(setup.container()["image"].text()).name;
  return lower_case(name).find("scylla") != std::string::npos;
}

Settings::Settings(const Setup& setup)
    : setup_(setup),
      files_(setup),
      starts_itself_(!is_scylla(setup) && starts_cassandra_itself(setup.container()) &&
                     (files_.replaces_settings() || setup.image().flavour == Flavour::official)) {}

Told Settings::operator[](std::string_view key) const {
  // Nobody writes anything anew: what the file says counts, the usual too.
  if (starts_itself_) return files_.setting(key);
  if (setup_.image().flavour == Flavour::custom || !setup_.starts_as_usual())
    return unknown_script(key);
  return by_start_script(key);
}

Told Settings::by_start_script(std::string_view key) const {
  switch (setup_.image().flavour) {
    case Flavour::google_samples:
      return google_samples(key);
    case Flavour::official:
      return official(key);
    case Flavour::bitnami:
      return bitnami(key);
    case Flavour::custom:
      break;
  }
  return unknown_script(key);
}

Told Settings::by_image(std::string_view value) const {
  return {.state = State::something,
          .value = std::string(value),
          .by = fmt::format("the start script of {}", setup_.image().words)};
}

bool Settings::names_racks() const {
  return variable("CASSANDRA_DC").is_value() && variable("CASSANDRA_RACK").is_value();
}

/// Source: Image::source, the lines that assign the variables and the loop that writes them.
Told Settings::google_samples(std::string_view key) const {
  const auto& image = setup_.image();
  if (!contains(image.from_variables, key)) return files_.setting(key);
  const auto name = variable_of("CASSANDRA_", key);
  if (const auto line = files_.script_line(name)) return *line;
  if (contains(image.overwritten, name)) {
    const auto own = variable("POD_IP");
    // Without it the script takes the host name.
    const bool is_other = own.is_unknown() || (own.is_value() && !own.is(own_address));
    return is_other ? own : by_image(own_address);
  }
  if (key == "endpoint_snitch" && names_racks()) return by_image(image.fixed_snitch);
  auto told = variable(name);
  if (told.is_value() || told.is_unknown()) return told;
  if (key == "rpc_address") return by_image("0.0.0.0");
  return key == "endpoint_snitch" ? by_image("SimpleSnitch") : files_.setting(key);
}

/// What the start script's variable holds when it comes to be written; an empty one is not.
/// Source: Image::source: `${X='default'}` leaves an empty variable alone, `${X:=default}` does
/// not.
Told Settings::official_variable(std::string_view key) const {
  auto told = without_auto(variable(variable_of("CASSANDRA_", key)));
  const bool is_unset = told.state == State::nothing;
  if (key == "listen_address" && is_unset) return by_image(own_address);
  if (key == "broadcast_address" && is_unset) return official_variable("listen_address");
  if (key == "broadcast_rpc_address" && !told.is_value() && !told.is_unknown())
    return official_variable("broadcast_address");
  if (key == "rpc_address" && is_unset) return by_image("0.0.0.0");
  return told;
}

Told Settings::official(std::string_view key) const {
  if (contains(setup_.image().from_variables, key)) {
    auto told = official_variable(key);
    if (told.is_value() || told.is_unknown()) return told;
  }
  return files_.setting(key);
}

/// Arguments that the entrypoint runs come behind what it writes; a command in its place comes
/// before, and what it changes is gone.
Told Settings::bitnami(std::string_view key) const {
  if (files_.settings_are_hidden()) return unknown("a volume");
  if (files_.replaces_settings()) return files_.setting(key);
  const auto edit = files_.edited_setting(key);
  if (edit && setup_.container()["command"].size() > 0) return unknown(edit->by);
  const auto name = variable_of("CASSANDRA_CFG_YAML_", key);
  auto told = variable(name);
  if (!told.is_value() && !told.is_unknown()) told = bitnami_default(key);
  const bool is_same = edit && told.state == edit->state && told.value == edit->value;
  return edit && !is_same ? *edit : told;
}

/// Source: Image::source, cassandra_setup_cluster.
Told Settings::bitnami_default(std::string_view key) const {
  const auto given = [&](const char* name, std::string_view otherwise) {
    auto told = variable(name);
    if (told.is_value() || told.is_unknown()) return told;
    if (variable(fmt::format("{}_FILE", name)).is_value()) return unknown(name);
    return otherwise.empty() ? Told{} : by_image(otherwise);
  };
  if (key == "broadcast_address") return given("CASSANDRA_BROADCAST_ADDRESS", {});
  if (key == "endpoint_snitch") return given("CASSANDRA_ENDPOINT_SNITCH", "SimpleSnitch");
  const bool is_host = key == "listen_address" || key == "broadcast_rpc_address";
  if (!is_host && key != "rpc_address") return {};
  auto remote = given("CASSANDRA_ENABLE_REMOTE_CONNECTIONS", "true");
  if (!remote.is("true")) {
    remote.value = "127.0.0.1";
    return remote;
  }
  return is_host ? given("CASSANDRA_HOST", own_address) : by_image("0.0.0.0");
}

/// `--listen-address 127.0.0.1`, `--listen-address=127.0.0.1`.
Told Settings::scylla_argument(std::string_view key) const {
  std::string option = "--";
  for (const char letter : key) option += letter == '_' ? '-' : letter;
  Told told;
  bool is_next = false;
  for (const auto* list : {"command", "args"}) {
    for (const auto& word : setup_.container()[list]) {
      const auto text = word.text();
      const bool has_value =
          text.starts_with(option) && text.substr(option.size()).starts_with('=');
      if (is_next || has_value)
        told = told_by_shell(setup_, is_next ? text : text.substr(option.size() + 1), word);
      is_next = text == option;
    }
  }
  return told;
}

/// What files say on purpose, as far as start scripts leave it alone.
Told Settings::deliberate(std::string_view key) const {
  auto told = files_.setting(key);
  // Everybody's copy of the file says so, and start scripts write something else.
  const bool is_usual = told.is("localhost") || (told.state == State::nothing && !told.at);
  const bool is_left_alone = key == "listen_on_broadcast_address";
  if (is_usual && !is_left_alone) told.state = State::unknown;
  return told;
}

/// Whether an unknown image is likely to know a variable: those of the official image.
bool Settings::may_read(std::string_view key) const {
  constexpr std::array known{"broadcast_address", "broadcast_rpc_address", "endpoint_snitch",
                             "listen_address", "rpc_address"};
  return setup_.image().flavour == Flavour::custom &&
         (setup_.starts_as_usual() || setup_.start_command_has("docker-entrypoint.sh")) &&
         std::ranges::any_of(known, [&](const char* each) { return key == each; });
}

/// What an image that we do not know, or a start command of somebody's own, makes of it: only what
/// is said on purpose, and that nothing contradicts.
Told Settings::unknown_script(std::string_view key) const {
  if (is_scylla(setup_)) {
    if (auto told = scylla_argument(key); told.state != State::nothing) return told;
  }
  const auto name = variable_of("CASSANDRA_", key);
  if (auto line = files_.script_line(name)) return *line;
  auto file = deliberate(key);
  if (!may_read(key)) return file;
  auto told = without_auto(variable(name));
  if (told.is_unknown()) return told;
  if (!told.is_value()) return file;
  return file.is_value() && file.value != told.value ? unknown(setup_.image().words) : told;
}

/// Source: GossipingPropertyFileSnitch of Cassandra; Image::source of Bitnami's images
/// (cassandra_setup_from_environment_variables), of google-samples (which write the file anew).
Told Settings::prefer_local() const {
  constexpr std::string_view file = "cassandra-rackdc.properties";
  constexpr std::string_view snitch = "GossipingPropertyFileSnitch";
  const auto chosen = (*this)["endpoint_snitch"];
  const auto flavour = setup_.image().flavour;
  if (!chosen.is_value() || !std::string_view(chosen.value).ends_with(snitch)) return {};
  if (flavour == Flavour::google_samples && setup_.starts_as_usual() && names_racks()) return {};
  if (flavour == Flavour::bitnami || flavour == Flavour::custom) {
    auto told = variable("CASSANDRA_CFG_RACKDC_PREFER_LOCAL");
    if (told.state != State::nothing) return told;
  }
  return files_.property(file, "prefer_local");
}

/// Source: conf/cassandra-env.sh of Cassandra 3.11, 4.0, 4.1 and 5.0.
Told Settings::local_jmx() const {
  constexpr std::string_view file = "cassandra-env.sh";
  const auto& image = setup_.image();
  if (image.flavour == Flavour::google_samples) {
    auto open = variable("CASSANDRA_OPEN_JMX");
    if (open.is_unknown()) return open;
    if (open.is("true")) {
      open.value = "no";
      return open;
    }
  }
  const auto* replaced = setup_.mounted_file(file);
  auto told = replaced != nullptr ? unknown(k8s::described(*replaced->map))
                                  : files_.property(file, "LOCAL_JMX");
  if (told.state == State::nothing) told = variable("LOCAL_JMX");
  constexpr std::array others{"jmxremote", "cassandra.jmx.remote.port", "cassandra.jmx.local.port"};
  const bool may_be_other =
      image.flavour == Flavour::custom || setup_.variable("CASSANDRA_CFG_ENV_LOCAL_JMX") ||
      setup_.start_command_has("LOCAL_JMX") ||
      std::ranges::any_of(others, [&](const char* word) { return setup_.mentions(word); });
  if (told.state == State::nothing && may_be_other) return unknown(image.words);
  return told;
}

}  // namespace cassmesh::cassandra
