// Variables as the start script finds them. Secrets (`envFrom` too) are not looked for addresses.

#include "environment.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "../text.hpp"

namespace cassmesh::cassandra {
namespace {

using State = Told::State;

constexpr std::string_view start_command = "the start command";

bool is_own_name(const yaml::Node& variable) {
  return variable["valueFrom"]["fieldRef"]["fieldPath"].text() == "metadata.name";
}

/// Whether a value is the pod's own name, alone or completed: `$(POD_NAME).cassandra.data.svc`.
bool begins_with_own_name(const Setup& setup, const yaml::Node& entry) {
  const auto text = entry["value"].text();
  const auto close = text.find(')');
  if (!text.starts_with("$(") || close == std::string_view::npos) return false;
  const auto rest = text.substr(close + 1);
  return (rest.empty() || rest.starts_with('.')) &&
         is_own_name(setup.referred(text.substr(2, close - 2), entry));
}

Told of_entry(const Setup& setup, const yaml::Node& entry) {
  const auto from = entry["valueFrom"];
  Told told{.state = State::something,
            .object = &setup.set(),
            .at = from ? from : entry["value"],
            .by = std::string(entry["name"].text())};
  if (!told.at) told.at = entry["name"];
  if (setup.is_pod_ip(entry) || is_own_name(entry) || begins_with_own_name(setup, entry)) {
    told.value = own_address;
    return told;
  }
  auto value = setup.value(entry);
  if (!value) told.state = State::unknown;
  told.value = std::move(value).value_or(std::string());
  const auto reference = from["configMapKeyRef"];
  const auto* map =
      setup.objects().find("ConfigMap", setup.set().name_space(), reference["name"].text());
  if (reference && map != nullptr) {
    told.object = map;
    told.at = (*map)["data"][reference["key"].text()];
  }
  return told;
}

/// By `envFrom`: of several that have the variable the last.
Told of_maps(const Setup& setup, std::string_view name) {
  Told told;
  for (const auto& source : setup.container()["envFrom"]) {
    const auto reference = source["configMapRef"];
    const auto prefix = source["prefix"].text();
    if (!reference || !name.starts_with(prefix)) continue;
    const auto* map =
        setup.objects().find("ConfigMap", setup.set().name_space(), reference["name"].text());
    if (map == nullptr) {
      told = {.state = State::unknown, .by = std::string(name)};
    } else if (const auto text = (*map)["data"][name.substr(prefix.size())]) {
      told = {.state = State::something,
              .value = std::string(text.text()),
              .object = map,
              .at = text,
              .by = std::string(name)};
    }
  }
  return told;
}

/// The variable that `$NAME`, `${NAME}`, `${NAME:-default}` or the kubelet's `$(NAME)` is; empty
/// for anything else.
std::string_view variable_in(std::string_view word) {
  if (!word.starts_with('$')) return {};
  word.remove_prefix(1);
  const bool in_braces = word.starts_with('{') && word.ends_with('}');
  const bool in_parentheses = word.starts_with('(') && word.ends_with(')');
  if (in_braces || in_parentheses) word = word.substr(1, word.size() - 2);
  if (in_braces) word = word.substr(0, word.find(":-"));
  const bool is_name = std::ranges::all_of(
      word, [](char letter) { return is_letter(letter) || is_digit(letter) || letter == '_'; });
  return is_name ? word : std::string_view();
}

Told of_container(const Setup& setup, std::string_view name) {
  const auto entry = setup.variable(name);
  return entry ? of_entry(setup, entry) : of_maps(setup, name);
}

}  // namespace

Told told_by_shell(const Setup& setup, std::string_view word, const yaml::Node& at) {
  constexpr std::array own{"$HOSTNAME",     "${HOSTNAME}",    "$(hostname)",   "$(hostname -i)",
                           "`hostname -i`", "$(hostname -I)", "$(hostname -f)"};
  Told told{.state = State::something,
            .object = &setup.set(),
            .at = at,
            .by = std::string(start_command)};
  word = trim(word);
  const bool quoted = word.size() > 1 && (word.front() == '"' || word.front() == '\'') &&
                      word.front() == word.back();
  if (quoted) word = word.substr(1, word.size() - 2);
  if (std::ranges::any_of(own, [&](const char* each) { return word == each; })) {
    told.value = own_address;
  } else if (const auto name = variable_in(word); !name.empty()) {
    const auto meant = of_container(setup, name);
    told.state = meant.is_value() ? State::something : State::unknown;
    told.value = meant.value;
  } else {
    if (word.find_first_of("$`") != std::string_view::npos) told.state = State::unknown;
    told.value = word;
  }
  return told;
}

Told told_by_variable(const Setup& setup, std::string_view name) {
  const auto& all = setup.calls().assignments;
  const auto last = std::find_if(all.rbegin(), all.rend(),
                                 [&](const Assignment& each) { return each.name == name; });
  if (last != all.rend()) return told_by_shell(setup, last->value, last->node);
  return of_container(setup, name);
}

}  // namespace cassmesh::cassandra
