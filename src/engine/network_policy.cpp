#include "network_policy.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string>

#include "../mesh/pods.hpp"
#include "../text.hpp"

namespace cassmesh::engine {
namespace {

std::string_view field_of(Direction direction) {
  return direction == Direction::ingress ? "ingress" : "egress";
}

bool is_about(const k8s::Object& policy, Direction direction) {
  const auto spec = policy["spec"];
  const auto types = spec["policyTypes"];
  if (types.size() == 0) return direction == Direction::ingress || spec["egress"].size() > 0;
  return std::ranges::any_of(types, [&](const yaml::Node& type) {
    return type.text() == (direction == Direction::ingress ? "Ingress" : "Egress");
  });
}

/// Whether a name of a container's port stands for a number.
Match is_named(std::string_view name, int port, const Workload& pod) {
  if (pod.object == nullptr) return Match::unknown;
  return match_if(k8s::container_port(*pod.object, name) == port);
}

Match is_port(const yaml::Node& entry, int port, const Workload& pod) {
  const auto protocol = entry["protocol"].text();
  if (!protocol.empty() && protocol != "TCP") return Match::no;
  const auto text = entry["port"].text();
  if (text.empty()) return Match::yes;  // all of the protocol
  const auto first = whole_number(text);
  if (!first) return is_named(text, port, pod);
  const auto last = entry["endPort"] ? whole_number(entry["endPort"].text()) : first;
  return match_if(first <= port && port <= last);
}

/// The labels of a namespace, as far as the files tell.
class NamespaceLabels {
 public:
  NamespaceLabels(std::string_view name, const k8s::ObjectSet& objects)
      : name_(name), object_(objects.find("Namespace", {}, name)) {}

  Match meet(const yaml::Node& selector) const {
    const auto has = [&](const yaml::Node& label) {
      return meets(
          label.key(), [&](std::string_view value) { return value == label.text(); }, false);
    };
    const auto holds = [&](const yaml::Node& expression) { return meet_expression(expression); };
    return both(each(selector["matchLabels"], has), each(selector["matchExpressions"], holds));
  }

 private:
  template <typename Condition>
  Match meets(std::string_view key, Condition condition, bool if_absent) const {
    // The API server puts this one on each namespace.
    if (key == "kubernetes.io/metadata.name")
      return name_.empty() ? Match::unknown : match_if(condition(name_));
    if (object_ == nullptr) return Match::unknown;
    const auto label = object_->labels()[key];
    return match_if(label ? condition(label.text()) : if_absent);
  }

  Match meet_expression(const yaml::Node& expression) const {
    const auto key = expression["key"].text();
    const auto operation = expression["operator"].text();
    const auto is_in = [&](std::string_view value) {
      return std::ranges::any_of(expression["values"],
                                 [&](const yaml::Node& each) { return each.text() == value; });
    };
    if (operation == "In") return meets(key, is_in, false);
    if (operation == "NotIn")
      return meets(
          key, [&](std::string_view value) { return !is_in(value); }, true);
    const bool exists = operation == "Exists";
    return meets(
        key, [&](std::string_view) { return exists; }, !exists);
  }

  std::string_view name_;
  const k8s::Object* object_;
};

/// Whether a selector asks for labels that no template has to hold.
bool asks_for_run_time(const yaml::Node& selector) {
  const auto is_key = [](const yaml::Node& expression) {
    return mesh::is_set_at_run_time(expression["key"].text());
  };
  return std::ranges::any_of(selector["matchLabels"], mesh::is_set_at_run_time, &yaml::Node::key) ||
         std::ranges::any_of(selector["matchExpressions"], is_key);
}

Match selects_pod(const yaml::Node& selector, const Workload& pod) {
  if (selector["matchLabels"].size() == 0 && selector["matchExpressions"].size() == 0)
    return Match::yes;
  if (pod.object == nullptr) return Match::unknown;
  if (k8s::label_selector_selects(selector, *pod.object)) return Match::yes;
  return asks_for_run_time(selector) ? Match::unknown : Match::no;
}

class Passing {
 public:
  Passing(const k8s::Object& policy, Direction direction, const Workload* other, const Model& model)
      : policy_(policy),
        peers_(direction == Direction::ingress ? "from" : "to"),
        other_(other),
        model_(model) {}

  Match peers(const yaml::Node& rule) const {
    const auto entries = rule[peers_];
    if (entries.size() == 0) return Match::yes;
    return some(entries, [&](const yaml::Node& peer) { return is_peer(peer); });
  }

 private:
  Match is_peer(const yaml::Node& peer) const {
    if (const auto block = peer["ipBlock"]) {
      const auto covered = covers_pods(block["cidr"].text());
      return block["except"].size() == 0 ? covered : Match::unknown;
    }
    if (other_ == nullptr || other_->name_space.empty()) return Match::unknown;
    const auto namespaces = peer["namespaceSelector"];
    const auto in_namespace =
        namespaces ? NamespaceLabels(other_->name_space, *model_.all).meet(namespaces)
                   : match_if(other_->name_space == policy_.name_space());
    return both(in_namespace, selects_pod(peer["podSelector"], *other_));
  }

  const k8s::Object& policy_;
  std::string_view peers_;
  const Workload* other_;
  const Model& model_;
};

/// What all policies that isolate a pod come to.
class Gate {
 public:
  Gate(Flow& flow, Direction direction, const Workload& guarded, const Workload* other, int port)
      : flow_(flow), direction_(direction), guarded_(guarded), other_(other), port_(port) {}

  void pass() {
    const auto policies = network_policies_of(flow_.model, guarded_, direction_);
    if (policies.empty()) return;
    policy_ = policies.front();
    for (const auto* policy : policies) meet(*policy);
    if (best_.match == Match::yes) {
      flow_.hop(Step::network_policy, {policy_, best_.rule}, "{} lets {}", name(), connection());
    } else if (best_.match == Match::unknown) {
      flow_.doubt(Step::network_policy, {policy_, best_.rule}, "{} lets {}", name(), connection());
    } else {
      refuse(policies.size());
    }
  }

 private:
  void meet(const k8s::Object& policy) {
    const auto& pod = direction_ == Direction::ingress ? guarded_ : *other_;
    const auto found = passage(policy, direction_, other_, pod, port_, flow_.model);
    const auto rank = [](const Passage& it) { return std::pair(it.match, it.opens_port); };
    if (rank(found) <= rank(best_)) return;
    policy_ = &policy;
    best_ = found;
  }

  void refuse(std::size_t count) {
    const auto spec = (*policy_)["spec"];
    const auto rules = spec[field_of(direction_)];
    const auto at = best_.rule ? best_.rule : rules ? rules : spec;
    const auto others = count == 1   ? std::string()
                        : count == 2 ? std::string(" (nor does 1 other)")
                                     : fmt::format(" (nor do {} others)", count - 1);
    flow_.fail(Outcome::denied, Step::network_policy, {policy_, at}, "{} does not let {}{}", name(),
               connection(), others);
  }

  std::string name() const { return k8s::described(*policy_); }

  /// `Deployment 'shop/web' in at port 7000`.
  std::string connection() const {
    if (direction_ == Direction::ingress)
      return fmt::format("{} in at port {}", other_ == nullptr ? "somebody" : other_->described,
                         port_);
    return fmt::format("{} out to port {}", guarded_.described, port_);
  }

  Flow& flow_;
  Direction direction_;
  const Workload& guarded_;
  const Workload* other_;
  int port_;
  const k8s::Object* policy_ = nullptr;  ///< the one that comes nearest
  Passage best_{};
};

/// The port that a connection has outside of the pods' proxies.
int outer_port(const Flow& flow) {
  const bool by_hbone = flow.client == Proxy::ambient && flow.wire == Wire::mtls &&
                        flow.version.is_in(flow.route.target->injection.ambient);
  return by_hbone ? hbone_port : flow.route.port;
}

}  // namespace

std::vector<const k8s::Object*> network_policies_of(const Model& model, const Workload& workload,
                                                    Direction direction) {
  std::vector<const k8s::Object*> policies;
  if (workload.object == nullptr) return policies;
  for (const auto* policy : model.objects.network_policies) {
    if (policy->name_space() == workload.name_space && is_about(*policy, direction) &&
        k8s::label_selector_selects((*policy)["spec"]["podSelector"], *workload.object))
      policies.push_back(policy);
  }
  return policies;
}

Passage passage(const k8s::Object& policy, Direction direction, const Workload* other,
                const Workload& pod, int port, const Model& model) {
  const Passing passing(policy, direction, other, model);
  Passage best;
  for (const auto& rule : policy["spec"][field_of(direction)]) {
    const auto ports = rule["ports"];
    const auto opens = ports.size() == 0 ? Match::yes : some(ports, [&](const yaml::Node& entry) {
      return is_port(entry, port, pod);
    });
    const auto match = both(opens, passing.peers(rule));
    const int opens_port = opens == Match::no ? 0 : ports.size() == 0 ? 1 : 2;
    if (std::pair(best.match, best.opens_port) < std::pair(match, opens_port))
      best = {.match = match, .opens_port = opens_port, .rule = rule};
  }
  return best;
}

void pass_network_policy(Flow& flow) {
  const auto& route = flow.route;
  // A node lets its kubelet in, and a pod itself, whatever policies say.
  if (route.is_probe || route.is_self || route.dialled == Route::Dialled::loopback) return;
  const auto port = outer_port(flow);
  if (route.source != nullptr)
    Gate(flow, Direction::egress, *route.source, route.target, port).pass();
  Gate(flow, Direction::ingress, *route.target, route.source, port).pass();
}

}  // namespace cassmesh::engine
