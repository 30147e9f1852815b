#include "words.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string>

#include "../place.hpp"
#include "../text.hpp"

namespace cassmesh::cassandra {
namespace {

constexpr std::string_view listen_on_broadcast = "listen_on_broadcast_address: true";

std::string variable_for(std::string_view key) {
  std::string name = "CASSANDRA_";
  for (const char letter : key)
    name += is_lower(letter) ? static_cast<char>(letter - 'a' + 'A') : letter;
  return name;
}

/// All three images have the line, commented out.
std::string sed_for_second_address(const Setup& setup) {
  return fmt::format("sed -i 's/^# listen_on_broadcast_address:.*/{}/' {}", listen_on_broadcast,
                     setup.image().settings);
}

std::string for_google_samples(const Setup& setup, bool listens_at_loopback) {
  constexpr std::string_view first =
      "sed -i 's/^CASSANDRA_LISTEN_ADDRESS=.*/CASSANDRA_LISTEN_ADDRESS=\"127.0.0.1\"/' /run.sh && ";
  return fmt::format("run this before /run.sh{}: {}{}", listens_at_loopback ? ", too" : "",
                     listens_at_loopback ? "" : first, sed_for_second_address(setup));
}

std::string for_official(const Setup& setup, bool listens_at_loopback) {
  constexpr std::string_view first =
      "set CASSANDRA_LISTEN_ADDRESS to 127.0.0.1 and CASSANDRA_BROADCAST_ADDRESS to the pod's IP "
      "(fieldRef status.podIP), and ";
  const auto sed = sed_for_second_address(setup);
  const bool has_command = setup.container()["command"].size() > 0;
  return fmt::format("{}{}", listens_at_loopback ? "" : first,
                     has_command ? fmt::format("run this before docker-entrypoint.sh: {}", sed)
                                 : fmt::format("let the command be [bash, -c, \"{} && exec "
                                               "docker-entrypoint.sh cassandra -f\"]",
                                               sed));
}

std::string for_bitnami(const Setup& setup, bool listens_at_loopback) {
  const auto& names = setup.image().addresses;
  if (listens_at_loopback) return fmt::format("set {} to 'true'", names.listen_on_broadcast);
  return fmt::format("set {} to 127.0.0.1, {} to the pod's IP and {} to 'true'", names.listen,
                     names.broadcast, names.listen_on_broadcast);
}

}  // namespace

std::string_view line_that_sets(std::string_view text, std::string_view key) {
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    auto line = text.substr(begin, end - begin);
    begin = end + 1;
    if (!line.starts_with(key)) continue;
    const auto rest = trim(line.substr(key.size()));
    if (!rest.starts_with(':') && !rest.starts_with('=')) continue;
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line.substr(0, line.find(" #"));
  }
  return {};
}

Place words_that_set(const Setup& setup, const yaml::Node& at, std::string_view key) {
  const auto variable = variable_for(key);
  const auto sets = [&](const Edit& edit) {
    return edit.node == at && (find_word(edit.text, key) != std::string_view::npos ||
                               find_word(edit.text, variable) != std::string_view::npos);
  };
  for (const auto* edits : {&setup.edits(), &setup.calls().lines}) {
    const auto edit = std::ranges::find_if(*edits, sets);
    if (edit != edits->end()) return place_of(at, edit->written);
  }
  for (const auto& [name, value, node] : setup.calls().assignments) {
    if (name == variable && node == at) return place_of(at, name);
  }
  const auto& file = setup.settings_file();
  const bool is_in_file = file && file.text().where() == at.where();
  const auto line = is_in_file ? file.written(key) : trim(line_that_sets(at.text(), key));
  return line.empty() ? at.place() : place_of(at, line);
}

std::string how_to_listen_twice(const Setup& setup, bool listens_at_loopback) {
  const auto flavour = setup.image().flavour;
  const bool is_known = setup.starts_as_usual() && !setup.settings_file();
  if (flavour == Flavour::bitnami) return for_bitnami(setup, listens_at_loopback);
  if (is_known && flavour == Flavour::google_samples)
    return for_google_samples(setup, listens_at_loopback);
  if (is_known && flavour == Flavour::official) return for_official(setup, listens_at_loopback);
  if (listens_at_loopback) return fmt::format("put '{}' into cassandra.yaml", listen_on_broadcast);
  return fmt::format(
      "let cassandra.yaml say 'listen_address: 127.0.0.1', '{}', and broadcast_address the pod's "
      "IP",
      listen_on_broadcast);
}

std::string how_to_listen_at_pod_ip(const Setup& setup) {
  if (setup.image().flavour == Flavour::google_samples && setup.starts_as_usual())
    return "leave /run.sh as it is, which listens at the pod's IP";
  return "listen at the pod's IP";
}

}  // namespace cassmesh::cassandra
