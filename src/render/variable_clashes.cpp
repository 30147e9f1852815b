// Variables that cassmesh sets itself, that would undo what it sets, or that do nothing: the last
// are those that lint would find in the manifest.

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "../cassandra/setup.hpp"
#include "../cassandra/variables.hpp"
#include "clashes.hpp"
#include "complaints.hpp"

namespace cassmesh::render {
namespace {

using yaml::Value;

/// The image whose start script runs: a known image is itself, whatever the spec calls it.
const cassandra::Image& started_image(const spec::ClusterSpec& spec, const Plan& plan) {
  const auto by_name = cassandra::image_facts(spec.text("image")).flavour;
  return cassandra::image(by_name == FlavourName::custom ? plan.flavour : by_name);
}

class VariableClashes {
 public:
  VariableClashes(const spec::ClusterSpec& spec, const Plan& plan, std::vector<Finding>& problems)
      : spec_(spec),
        flavour_(flavour(plan.flavour)),
        image_(started_image(spec, plan)),
        complain_(spec, problems) {}

  void find() {
    for (const auto& [none, variable, comment] : spec_.value("env").entries) {
      if (variable["name"].text.empty()) continue;
      if (set_by_us(variable) || says_other_port(variable)) continue;
      without_effect(variable);
    }
    remote_jmx();
  }

 private:
  /// The key of the spec that sets what the variable `name` does; null if there is none.
  const Variable* setter_of(std::string_view name) const { return setter_of(name, flavour_); }

  static const Variable* setter_of(std::string_view name, const Flavour& flavour) {
    for (const auto* variables : {&flavour.variables, &flavour.twins}) {
      const auto found = std::ranges::find(*variables, name, &Variable::name);
      if (found != variables->end()) return &*found;
    }
    return nullptr;
  }

  static bool contains(const std::vector<std::string_view>& list, std::string_view name) {
    return std::ranges::find(list, name) != list.end();
  }

  bool set_by_us(const Value& variable) {
    const auto& name = variable["name"].text;
    const auto place = variable["name"].origin.place();
    const auto* own = setter_of(name);
    if (own != nullptr) {
      complain_.at(place, fmt::format("'{}' is set by '{}'", name, own->key),
                   fmt::format("set '{}' instead", own->key));
    } else if (name == "POD_IP") {
      complain_.at(place, "'POD_IP' is set to the pod's IP already", "remove it");
    } else if (contains(flavour_.passwords, name)) {
      complain_.at(place,
                   fmt::format("with '{}' {} would wait for ever at its first start", name,
                               flavour_.image.words),
                   "remove it; change the password by CQL once the ring is up");
    } else if (contains(flavour_.reserved, name)) {
      complain_.at(place,
                   fmt::format("'{}' would work against the listen address that is rendered", name),
                   "use 'listen'");
    } else {
      return false;
    }
    return true;
  }

  /// An image of the user's own may well take a port from the variables of Bitnami's.
  bool says_other_port(const Value& variable) {
    if (image_.flavour != FlavourName::custom) return false;
    const auto* port = setter_of(variable["name"].text, flavour(FlavourName::bitnami));
    const auto value = value_of(variable);
    if (port == nullptr || !port->key.starts_with("ports.") || !value ||
        *value == spec_.text(port->key))
      return false;
    complain_.at(variable["value"].origin.place(),
                 fmt::format("'{}' says port {}, but '{}' is {}", port->name, *value, port->key,
                             spec_.text(port->key)),
                 fmt::format("set '{}' to it, or remove it", port->key));
    return true;
  }

  void without_effect(const Value& variable) {
    const auto& name = variable["name"].text;
    if (is_used(name)) return;
    const auto ignored = cassandra::why_ignored(
        image_, {.name = name, .value = value_of(variable), .names_racks = true});
    if (!ignored) return;
    complain_.at(variable["name"].origin.place(), ignored->message, remedy(*ignored));
  }

  /// The value that the container sees; nothing if only the cluster knows it.
  static std::optional<std::string> value_of(const Value& variable) {
    const auto& value = variable["value"];
    const bool refers = variable["valueFrom"] || value.text.find("$(") != std::string::npos;
    return refers ? std::nullopt : std::optional(value.text);
  }

  /// Whether another variable or a patch mentions it, as for a start script of the user's own.
  bool is_used(std::string_view name) const {
    return has_text(spec_.value("env"), name) || has_text(spec_.value("patches"), name);
  }

  /// Whether a text of `value` has the word; the names of variables are none.
  static bool has_text(const Value& value, std::string_view word) {
    if (value.kind == Value::Kind::scalar)
      return cassandra::find_word(value.text, word) != std::string_view::npos;
    return std::ranges::any_of(value.entries, [&](const yaml::Entry& entry) {
      return entry.key != "name" && has_text(entry.value, word);
    });
  }

  std::string remedy(const cassandra::Ignored& ignored) const {
    constexpr std::array<Variable, 4> keys{{{"listen_on_broadcast_address", "listen"},
                                            {"native_transport_port", "ports.cql"},
                                            {"ssl_storage_port", "ports.internodeTls"},
                                            {"storage_port", "ports.internode"}}};
    const auto key = std::ranges::find(keys, ignored.setting, &Variable::name);
    if (key != keys.end()) return fmt::format("set '{}' instead", key->key);
    if (!ignored.setting.empty()) {
      return fmt::format("remove it; set '{}' in {} of an image that is made from this one",
                         ignored.setting, image_.settings);
    }
    if (ignored.instead.empty()) return ignored.fix;
    const auto* own = setter_of(ignored.instead);
    if (own != nullptr) return fmt::format("set '{}' instead", own->key);
    return contains(flavour_.reserved, ignored.instead) ? "use 'listen'"
                                                        : fmt::format("set '{}'", ignored.instead);
  }

  /// With JMX open to other pods nodetool needs a password too, in the probe and before the stop.
  /// Source: apache/cassandra conf/cassandra-env.sh at 3.11.2 to 5.0.1.
  void remote_jmx() {
    if (image_.flavour == FlavourName::custom) return;  // whose nodetool may know the password
    for (const auto& [none, variable, comment] : spec_.value("env").entries) {
      if (variable["name"].text != "LOCAL_JMX") continue;
      const auto value = value_of(variable);
      if (!value || value->empty() || *value == "yes" || has_own_access()) continue;
      complain_.at(
          variable["value"].origin.place(),
          fmt::format("with LOCAL_JMX={} JMX asks for a password that nodetool has not: no node "
                      "becomes Ready",
                      *value),
          "remove it; or patch 'readinessProbe' and 'preStop' to `nodetool -u … -pwf …` and mount "
          "jmxremote.password; or set JVM_EXTRA_OPTS to "
          "-Dcom.sun.management.jmxremote.authenticate=false");
    }
  }

  /// Whether nodetool gets in: without a password, or as the user's own patches have it.
  bool has_own_access() const {
    const auto is_open = [&](const yaml::Entry& each) {
      const auto& name = each.value["name"].text;
      const auto& value = each.value["value"].text;
      return (name == "JVM_EXTRA_OPTS" &&
              value.find("jmxremote.authenticate=false") != std::string::npos) ||
             (name == "CASSANDRA_OPEN_JMX" && value == "true" &&
              image_.flavour == FlavourName::google_samples);
    };
    const auto& patches = spec_.value("patches");
    return std::ranges::any_of(spec_.value("env").entries, is_open) ||
           (has_key(patches, "readinessProbe") && has_key(patches, "preStop"));
  }

  static bool has_key(const Value& value, std::string_view key) {
    return std::ranges::any_of(value.entries, [&](const yaml::Entry& entry) {
      return entry.key == key || has_key(entry.value, key);
    });
  }

  const spec::ClusterSpec& spec_;
  const Flavour& flavour_;
  const cassandra::Image& image_;
  Complaints complain_;
};

}  // namespace

void find_variable_clashes(const spec::ClusterSpec& spec, const Plan& plan,
                           std::vector<Finding>& problems) {
  VariableClashes(spec, plan, problems).find();
}

}  // namespace cassmesh::render
