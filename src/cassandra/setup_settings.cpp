// What Cassandra's settings are told to be by words that need no shell: the ports, and its own TLS.
// Addresses, which start scripts write anew, are in settings.cpp.

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "../text.hpp"
#include "setup.hpp"

namespace cassmesh::cassandra {
namespace {

bool is_word_letter(char letter) {
  return is_letter(letter) || is_digit(letter) || letter == '_';
}

/// A text without what stands behind a `#` at the start of a line or of a word.
std::string without_comments(std::string_view text) {
  std::string out;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    auto line = text.substr(begin, end - begin);
    begin = end + 1;
    for (auto at = line.find('#'); at != std::string_view::npos; at = line.find('#', at + 1)) {
      if (at > 0 && line[at - 1] != ' ' && line[at - 1] != '\t') continue;
      line = line.substr(0, at);
      break;
    }
    out.append(line).append(1, '\n');
  }
  return out;
}

/// The last word that a text without comments sets a key to: `7010` of `storage_port: 7010`, of
/// `s/storage_port: 7000/storage_port: 7010/`; empty if there is none.
std::string word_after(std::string_view text, std::string_view key) {
  std::string found;
  for (auto rest = text;;) {
    auto at = find_word(rest, key);
    if (at == std::string_view::npos) return found;
    rest.remove_prefix(at + key.size());
    at = std::min(rest.find_first_not_of(" :=\"'"), rest.size());
    auto end = at;
    while (end < rest.size() && is_word_letter(rest[end])) ++end;
    if (end > at && at > 0) found = rest.substr(at, end - at);
  }
}

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_digit);
}

/// The variables of Bitnami's image besides `CASSANDRA_CFG_YAML_KEY`, with what they set.
struct Variable {
  std::string_view name;
  std::string_view key;
};
constexpr std::array own_variables{
    Variable{"CASSANDRA_TRANSPORT_PORT_NUMBER", "storage_port"},
    Variable{"CASSANDRA_CQL_PORT_NUMBER", "native_transport_port"},
    Variable{"CASSANDRA_INTERNODE_ENCRYPTION", "internode_encryption"},
    Variable{"CASSANDRA_JMX_PORT_NUMBER", "JMX_PORT"},
};

std::string upper_case(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char letter) {
    return is_lower(letter) ? static_cast<char>(letter - 'a' + 'A') : letter;
  });
  return result;
}

/// What may set a key, the first that is set before the others.
std::vector<std::string> variables_of(std::string_view key, bool is_read_from_file) {
  const bool is_of_file = key != "JMX_PORT";
  if (is_of_file && is_read_from_file) return {};
  std::vector<std::string> names;
  if (is_of_file) names.push_back("CASSANDRA_CFG_YAML_" + upper_case(key));
  for (const auto& [name, sets] : own_variables) {
    if (sets == key) names.emplace_back(name);
  }
  return names;
}

}  // namespace

/// Of the variables of Bitnami's image, which others may have taken over.
std::optional<std::string> Setup::told_by_variables(std::string_view key) const {
  const bool is_bitnami = image_.flavour == Flavour::bitnami;
  if (!is_bitnami && image_.flavour != Flavour::custom) return std::nullopt;
  for (const auto& name : variables_of(key, is_bitnami && static_cast<bool>(settings_file_))) {
    const auto entry = variable(name);
    auto found = entry ? value(entry) : std::nullopt;
    if (found && !found->empty()) return found;
  }
  return std::nullopt;
}

/// By the start command, or by a system property among the variables.
/// Source: DatabaseDescriptor.getStoragePort, getSSLStoragePort, getNativeTransportPort.
std::string Setup::told_by_start(std::string_view key) const {
  std::string found;
  const auto take = [&](std::string_view text, std::string_view word) {
    if (auto told = word_after(without_comments(text), word); is_number(told))
      found = std::move(told);
  };
  const auto property = fmt::format("Dcassandra.{}", key);
  for (const auto& each : container_.node["env"]) take(each["value"].text(), property);
  for (const auto* list : {"command", "args"}) {
    for (const auto& word : container_.node[list]) take(word.text(), key);
  }
  return found;
}

/// By the mounted cassandra.yaml; where nobody can read that, by any mounted file that has the key.
std::string Setup::told_by_files(std::string_view key) const {
  if (settings_file_.is_readable() && key != "JMX_PORT") {
    const auto tls = settings_file_["server_encryption_options"];
    return std::string((key == "internode_encryption" ? tls[key] : settings_file_[key]).text());
  }
  for (const auto& file : mounted_) {
    auto found = word_after(without_comments(file.text.text()), key);
    if (!found.empty()) return found;
  }
  return {};
}

std::string Setup::setting(std::string_view key, std::string_view otherwise) const {
  const auto told = told_by_variables(key);
  for (const auto& text : {told.value_or(std::string()), told_by_start(key), told_by_files(key)}) {
    if (is_number(text)) return text;
  }
  return std::string(otherwise);
}

std::string Setup::internode_encryption() const {
  constexpr std::string_view key = "internode_encryption";
  if (const auto told = told_by_variables(key)) return *told;
  std::string edited;
  for (const auto* edits : {&edits_, &calls_.lines}) {
    for (const auto& edit : *edits) {
      if (auto word = word_after(edit.text, key); !word.empty()) edited = std::move(word);
    }
  }
  return edited.empty() ? told_by_files(key) : edited;
}

bool Setup::has_internode_tls() const {
  constexpr std::array modes{"all", "dc", "rack"};
  return std::ranges::find(modes, internode_encryption()) != modes.end();
}

}  // namespace cassmesh::cassandra
