#include "environment.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <utility>

namespace cassmesh::render {

using yaml::Value;

namespace {

Value pod_ip_reference() {
  return Value::mapping(
      {{"fieldRef", Value::mapping({{"fieldPath", Value::string("status.podIP")}})}});
}

class Environment {
 public:
  Environment(const spec::ClusterSpec& spec, const Plan& plan) : spec_(spec), plan_(plan) {}

  Value make(const StatefulSetPlan& set) const {
    auto env = Value::sequence();
    env.add(Value::mapping({{"name", Value::string("POD_IP")}, {"valueFrom", pod_ip_reference()}}));
    for (const auto& [name, key] : flavour(plan_.flavour).variables) {
      auto text = variable_text(key, set);
      if (!text.empty()) add_variable(env, name, escape_for_kubelet(text));
    }
    addresses(env);
    for (const auto& [none, variable, comment] : spec_.value("env").entries) env.add(variable);
    return env;
  }

 private:
  std::string variable_text(std::string_view key, const StatefulSetPlan& set) const {
    if (key == "seeds") return fmt::format("{}", fmt::join(plan_.seeds, ","));
    if (key == "cluster.rack") return set.rack;
    // A port is the image's own default, or left out of the Service only.
    if (key.starts_with("ports.") &&
        (spec_.integer(key) == 0 || spec_.text(key) == spec::fallback(key).text)) {
      return {};
    }
    return spec_.text(key);
  }

  void addresses(Value& env) const {
    const auto& variables = flavour(plan_.flavour).image.addresses;
    const auto add = [&](std::string_view name, std::string value,
                         std::vector<std::string> comment = {}) {
      if (!name.empty()) add_variable(env, name, std::move(value), std::move(comment));
    };
    if (plan_.listen == Listen::pod_ip) {
      add(variables.listen, "$(POD_IP)");
    } else {
      add(variables.listen, "127.0.0.1", {"Where the sidecars of Istio up to 1.9 deliver."});
    }
    if (plan_.listen == Listen::both) {
      add(variables.listen_on_broadcast, "true",
          {"And at the pod's IP, where all others deliver."});
    }
    add(variables.broadcast, "$(POD_IP)", {"What peers and drivers dial."});
    add(variables.broadcast_rpc, "$(POD_IP)");
  }

  const spec::ClusterSpec& spec_;
  const Plan& plan_;
};

}  // namespace

void add_variable(Value& env, std::string_view name, std::string value,
                  std::vector<std::string> comment) {
  env.add(Value::mapping({{"name", Value::string(std::string(name))},
                          {"value", Value::string(std::move(value))}}),
          std::move(comment));
}

Value container_environment(const spec::ClusterSpec& spec, const Plan& plan,
                            const StatefulSetPlan& set) {
  return Environment(spec, plan).make(set);
}

}  // namespace cassmesh::render
