// Of the values in Kubernetes' own shapes only what Kubernetes would refuse later, or what works
// against the mesh, is looked at.

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <utility>

#include "../spec/check.hpp"
#include "../text.hpp"
#include "clashes.hpp"
#include "complaints.hpp"

namespace cassmesh::render {
namespace {

using yaml::Value;

/// User and group of the sidecar: what runs as them is not redirected.
constexpr std::string_view sidecar_user = "1337";

class KubernetesClashes {
 public:
  KubernetesClashes(const spec::ClusterSpec& spec, const Plan& plan, std::vector<Finding>& problems)
      : spec_(spec), plan_(plan), complain_(spec, problems) {}

  void find() {
    resources();
    node_selectors();
    security_contexts();
    environment();
  }

 private:
  void resources() {
    const auto& resources = spec_.value("resources");
    for (const auto* group : {"requests", "limits"}) {
      for (const auto& [name, amount, comment] : resources[group].entries) {
        if (const auto number = quantity(amount.text); number && *number >= Quantity{}) continue;
        complain_.at(amount.origin.place(),
                     fmt::format("'{}' is no quantity, as in 500m or 2Gi", amount.text));
      }
    }
    for (const auto& [name, request, comment] : resources["requests"].entries) {
      const auto& limit = resources["limits"][name];
      const auto least = quantity(request.text);
      const auto most = quantity(limit.text);
      if (!least || !most || *least <= *most) continue;
      complain_.at(request.origin.place(),
                   fmt::format("a request of {} {} is more than its limit of {}", request.text,
                               name, limit.text),
                   "raise the limit, or lower the request", {{limit.origin.place(), "the limit"}});
    }
  }

  void node_selectors() {
    texts("nodeSelector", spec_.value("nodeSelector"));
    for (const auto& [none, rack, comment] : spec_.value("racks").entries) {
      texts("racks[].nodeSelector", rack["nodeSelector"]);
    }
  }

  void texts(std::string_view path, const Value& mapping) {
    for (const auto& [name, value, comment] : mapping.entries) {
      if (value.kind == Value::Kind::scalar && !value.typed) continue;
      if (value.kind == Value::Kind::scalar) {
        complain_.at(value.origin.place(),
                     fmt::format("'{}' in '{}' is a text, not {}", name, path, value.text),
                     fmt::format("write it in quotes: \"{}\"", value.text));
      } else {
        complain_.at(place_of(value),
                     fmt::format("'{}' in '{}' is a text, not a {}", name, path,
                                 value.is_mapping() ? "mapping" : "list"),
                     value.origin ? "" : "write a dot that belongs to the key as '\\.'");
      }
    }
  }

  void security_contexts() {
    if (plan_.mode != MeshMode::sidecar) return;
    for (const auto* path : {"podSecurityContext", "securityContext"}) {
      for (const auto* key : {"runAsUser", "runAsGroup"}) {
        const auto& id = spec_.value(path)[key];
        if (id.text != sidecar_user) continue;
        complain_.at(
            id.origin.place(),
            fmt::format("'{}: {}' is the sidecar's own, and its traffic goes past the mesh", key,
                        id.text),
            "choose another number");
      }
    }
  }

  void environment() {
    std::set<std::string_view> seen;
    for (const auto& [none, variable, comment] : spec_.value("env").entries) {
      const auto& name = variable["name"];
      if (name.text.empty()) {
        complain_.at(variable.origin.place(), "an environment variable has a name",
                     "as in {name: TZ, value: UTC}");
        continue;
      }
      const auto place = name.origin.place();
      if (name.text.find('=') != std::string::npos) {
        complain_.at(place,
                     fmt::format("'{}' has a '=', which no name of a variable can have", name.text),
                     "put what follows it into 'value'");
      }
      if (!seen.insert(name.text).second) {
        complain_.at(place, fmt::format("there are two variables '{}'", name.text),
                     "remove one of the two");
      }
      variable_value(variable);
    }
  }

  void variable_value(const Value& variable) {
    const auto& value = variable["value"];
    if (value.kind == Value::Kind::scalar && value.typed) {
      complain_.at(value.origin.place(),
                   fmt::format("the value of a variable is a text, not {}", value.text),
                   fmt::format("write it in quotes: \"{}\"", value.text));
    } else if (value.is_mapping() || value.is_sequence()) {
      complain_.at(value.origin.place(),
                   fmt::format("the value of a variable is a text, not {}", shown(value.origin)));
    }
    if (!value.text.empty() && variable["valueFrom"]) {
      complain_.at(value.origin.place(), "a variable has 'value' or 'valueFrom', not both",
                   "remove one of the two",
                   {{variable["valueFrom"].origin.place(), "the other one"}});
    }
  }

  const spec::ClusterSpec& spec_;
  const Plan& plan_;
  Complaints complain_;
};

}  // namespace

void find_kubernetes_clashes(const spec::ClusterSpec& spec, const Plan& plan,
                             std::vector<Finding>& problems) {
  KubernetesClashes(spec, plan, problems).find();
}

}  // namespace cassmesh::render
