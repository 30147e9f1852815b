#include "environment.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "../text.hpp"

namespace cassmesh::render {

using yaml::Value;

namespace {

Value pod_ip_reference() {
  return Value::mapping(
      {{"fieldRef", Value::mapping({{"fieldPath", Value::string("status.podIP")}})}});
}

/// The CPUs that Cassandra may use: those of the limit, else of the request, begun ones whole. If
/// the spec says nothing of them, as many as cassandra-env.sh assumes in its example.
std::int64_t processors(const spec::ClusterSpec& spec) {
  constexpr std::int64_t usual = 8;
  if (!spec.given("resources")) return usual;
  const auto& resources = spec.value("resources");
  for (const auto* group : {"limits", "requests"}) {
    const auto amount = quantity(resources[group]["cpu"].text);
    if (amount && *amount > Quantity{}) return amount->whole + (amount->nanos > 0 ? 1 : 0);
  }
  return usual;
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
    if (key == "heap.new") return young_generation(spec_);
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

/// Source: apache/cassandra conf/cassandra-env.sh at 3.11.2 to 5.0.1, calculate_heap_sizes.
std::string young_generation(const spec::ClusterSpec& spec) {
  constexpr std::string_view beside_default = "100M";
  constexpr std::int64_t kibibyte = 1024;
  constexpr std::int64_t mebibytes_of_processor = 100;
  if (spec.given("heap.new")) return spec.text("heap.new");
  const auto heap = jvm_bytes(spec.text("heap.max"));
  if (!heap || spec.text("heap.max") == spec::fallback("heap.max").text) {
    return std::string(beside_default);
  }
  const auto quarter = *heap / kibibyte / 4;
  if (quarter < kibibyte) return fmt::format("{}K", quarter);
  return fmt::format("{}M",
                     std::min(quarter / kibibyte, mebibytes_of_processor * processors(spec)));
}

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
