#include "wildcards.hpp"

#include <algorithm>
#include <array>

#include "../place.hpp"
#include "../text.hpp"
#include "overrides.hpp"
#include "words.hpp"

namespace cassmesh::cassandra {
namespace {

constexpr std::array addresses{"0.0.0.0", "::", "0:0:0:0:0:0:0:0"};

/// The settings that take no wildcard.
constexpr std::array settings{"listen_address", "broadcast_address", "broadcast_rpc_address"};

/// The wildcard that a text is, quotes aside; empty if it is none.
std::string_view wildcard(std::string_view text) {
  text = trim(text);
  if (text.size() > 1 && (text.front() == '"' || text.front() == '\'') &&
      text.front() == text.back())
    text = text.substr(1, text.size() - 2);
  const auto found = std::ranges::find_if(addresses, [&](const char* one) { return text == one; });
  return found == addresses.end() ? std::string_view() : std::string_view(*found);
}

/// A variable that reaches a setting.
struct Reach {
  std::string_view variable;
  std::string_view setting;
};

constexpr std::array<Reach, 3> by_official{{
    {"CASSANDRA_LISTEN_ADDRESS", "listen_address"},
    {"CASSANDRA_BROADCAST_ADDRESS", "broadcast_address"},
    {"CASSANDRA_BROADCAST_RPC_ADDRESS", "broadcast_rpc_address"},
}};
constexpr std::array<Reach, 5> by_bitnami{{
    {"CASSANDRA_HOST", "listen_address"},
    {"CASSANDRA_BROADCAST_ADDRESS", "broadcast_address"},
    {"CASSANDRA_CFG_YAML_LISTEN_ADDRESS", "listen_address"},
    {"CASSANDRA_CFG_YAML_BROADCAST_ADDRESS", "broadcast_address"},
    {"CASSANDRA_CFG_YAML_BROADCAST_RPC_ADDRESS", "broadcast_rpc_address"},
}};

class Search {
 public:
  explicit Search(const Setup& setup) : setup_(setup) {}

  std::vector<Wildcard> find() {
    const auto flavour = setup_.image().flavour;
    // What google-samples images are told by these has no effect at all.
    if (flavour == Flavour::bitnami) by_variables(by_bitnami);
    if (flavour == Flavour::official || flavour == Flavour::custom) by_variables(by_official);
    const auto idle = ineffective_overrides(setup_);
    for (const auto& edit : setup_.edits()) {
      if (std::ranges::find(idle, &edit, &Ineffective::edit) == idle.end()) by_edit(edit);
    }
    by_file();
    return std::move(found_);
  }

 private:
  template <typename Table>
  void by_variables(const Table& table) {
    for (const auto& [name, setting] : table) {
      const auto variable = setup_.variable(name);
      const auto value = variable["value"];
      if (const auto address = wildcard(value.text()); !address.empty())
        found_.push_back({setting, address, &setup_.set(), value.place()});
    }
  }

  /// `listen_address: 0.0.0.0`, or `CASSANDRA_LISTEN_ADDRESS="0.0.0.0"` in a start script.
  void by_edit(const Edit& edit) {
    const auto text = std::string_view(edit.text);
    const auto end = std::min(text.find_first_of(":="), text.size());
    auto key = text.substr(0, end);
    const auto address = end == text.size() ? "" : wildcard(text.substr(end + 1));
    for (const auto& [name, setting] : by_official) {
      if ((key == name || key == setting) && !address.empty())
        found_.push_back({setting, address, &setup_.set(), place_of(edit.node, edit.written)});
    }
  }

  /// A mounted cassandra.yaml, unless the start script writes the setting anew.
  void by_file() {
    const auto& file = setup_.settings_file();
    const auto& written = setup_.image().always_written;
    for (const std::string_view setting : settings) {
      const bool is_written = std::ranges::find(written, setting) != written.end();
      if (is_written && setup_.starts_as_usual()) continue;
      if (const auto address = wildcard(file[setting].text()); !address.empty())
        found_.push_back(
            {setting, address, file.map(), place_of(file.text(), file.written(setting))});
    }
  }

  const Setup& setup_;
  std::vector<Wildcard> found_;
};

}  // namespace

std::vector<Wildcard> wildcards(const Setup& setup) {
  return Search(setup).find();
}

}  // namespace cassmesh::cassandra
