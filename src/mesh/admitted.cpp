#include "admitted.hpp"

#include <algorithm>
#include <functional>
#include <set>
#include <string>

#include "../cassandra/setup.hpp"
#include "policies.hpp"
#include "principals.hpp"

namespace cassmesh::mesh {
namespace {

/// Whether an AuthorizationPolicy decides over the pods of a ring, and lets somebody in.
bool admits_to(const k8s::Object& policy, const Ring& ring, const Settings& settings) {
  if (policy.name_space() != ring.name_space && policy.name_space() != settings.root_namespace)
    return false;
  const auto action = policy["spec"]["action"];
  if (action && action.text() != "ALLOW") return false;
  if (is_dry_run(policy) || has_targets(policy)) return false;
  const auto labels = policy["spec"]["selector"]["matchLabels"];
  return std::ranges::any_of(ring.stateful_sets,
                             [&](const k8s::Object* set) { return k8s::selects(labels, *set); });
}

/// Where drivers connect to the nodes of a ring: one number, unless the racks differ.
std::set<std::string, std::less<>> cql_ports(const Ring& ring, const k8s::ObjectSet& objects) {
  std::set<std::string, std::less<>> ports;
  for (const auto* set : ring.stateful_sets) {
    if (const auto container = cassandra_container(*set))
      ports.insert(cassandra::Setup(*container, objects).setting("native_transport_port", "9042"));
  }
  return ports;
}

class Admission {
 public:
  Admission(const k8s::ObjectSet& objects, Ring& ring)
      : objects_(objects), ring_(ring), cql_ports_(cql_ports(ring, objects)) {}

  /// A rule of a policy that stands in that namespace.
  void add(const yaml::Node& rule, std::string_view policy_namespace) {
    if (!opens_cql(rule)) return;
    for (const auto& from : rule["from"]) add_source(from["source"], policy_namespace);
  }

 private:
  /// Whether a rule leaves a CQL port open: it names no ports, or one of these.
  bool opens_cql(const yaml::Node& rule) const {
    const auto to = rule["to"];
    return to.size() == 0 || std::ranges::any_of(to, [&](const yaml::Node& each) {
             const auto ports = each["operation"]["ports"];
             return ports.size() == 0 || std::ranges::any_of(ports, [&](const yaml::Node& port) {
                      return port.text() == "*" || cql_ports_.contains(port.text());
                    });
           });
  }

  bool is_own(const Account& account) const {
    return account.name_space == ring_.name_space &&
           (account.name.empty() ||
            std::ranges::any_of(ring_.stateful_sets, [&](const k8s::Object* set) {
              return service_account_of(*set) == account.name;
            }));
  }

  void add_source(const yaml::Node& source, std::string_view policy_namespace) {
    for (const auto& word : source["serviceAccounts"]) {
      const auto account = account_of(word.text(), policy_namespace);
      if (!account.name.empty()) add(account, word);
    }
    for (const auto& principal : source["principals"]) {
      if (const auto account = account_of(principal.text())) add(*account, principal);
    }
    for (const auto& name_space : source["namespaces"]) {
      const auto text = name_space.text();
      if (!text.empty() && text.find('*') == std::string_view::npos) add(Account{text}, name_space);
    }
  }

  void add(const Account& account, const yaml::Node& evidence) {
    const bool known = std::ranges::any_of(ring_.clients, [&](const Client& client) {
      return client.name_space == account.name_space &&
             (account.name.empty() || client.service_account == account.name);
    });
    if (known || is_own(account)) return;
    ring_.clients.push_back({.workload = only_workload_of(account),
                             .name_space = std::string(account.name_space),
                             .service_account = std::string(account.name),
                             .evidence = evidence});
  }

  /// The workload that runs under an account, if there is exactly one.
  const k8s::Object* only_workload_of(const Account& account) const {
    const k8s::Object* only = nullptr;
    if (account.name.empty()) return nullptr;
    for (const auto* workload : objects_.workloads(account.name_space)) {
      if (service_account_of(*workload) != account.name) continue;
      if (only != nullptr) return nullptr;
      only = workload;
    }
    return only;
  }

  const k8s::ObjectSet& objects_;
  Ring& ring_;
  std::set<std::string, std::less<>> cql_ports_;
};

}  // namespace

std::string_view service_account_of(const k8s::Object& workload) {
  const auto spec = workload.pod_spec();
  for (const auto* key : {"serviceAccountName", "serviceAccount"}) {
    if (const auto name = spec[key].text(); !name.empty()) return name;
  }
  return "default";
}

void add_admitted(const k8s::ObjectSet& objects, const Settings& settings, Ring& ring) {
  Admission admission(objects, ring);
  for (const auto* policy : objects.of("AuthorizationPolicy")) {
    if (!admits_to(*policy, ring, settings)) continue;
    for (const auto& rule : (*policy)["spec"]["rules"]) admission.add(rule, policy->name_space());
  }
}

}  // namespace cassmesh::mesh
