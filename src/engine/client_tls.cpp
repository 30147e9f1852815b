#include "client_tls.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "../mesh/subsets.hpp"
#include "cassmesh/hosts.hpp"

namespace cassmesh::engine {
namespace {

using mesh::Capability;

/// Which DestinationRule counts.
class Lookup {
 public:
  Lookup(const Model& model, const Workload* client, const Service& service, const Moment& version)
      : model_(model), client_(client), service_(service), version_(version) {}

  /// The rules of one host that are merged, those that count first; none if none is for the host.
  std::vector<const k8s::Object*> find() const {
    if (!version_.has(Capability::destination_rule_lookup_by_namespace))
      return most_specific([](const k8s::Object& /*any*/) { return true; });
    const auto own = client_ == nullptr ? std::string_view() : client_->name_space;
    const std::string_view root = model_.settings->root_namespace;
    const auto home = service_.object != nullptr ? service_.object->name_space()
                                                 : std::string_view(model_.ring->name_space);
    // The root namespace's own clients don't begin with the rules that are for the whole mesh.
    for (const auto name_space : {own == root ? std::string_view() : own, home, root}) {
      if (name_space.empty()) continue;
      auto found =
          most_specific([&](const k8s::Object& rule) { return rule.name_space() == name_space; });
      if (!found.empty()) return found;
    }
    return {};
  }

 private:
  bool counts(const k8s::Object& rule) const {
    const auto own = client_ == nullptr ? std::string_view() : client_->name_space;
    if (version_.has(Capability::export_to) &&
        !mesh::audience(rule, *model_.settings).includes(own))
      return false;
    const auto selector = rule["spec"]["workloadSelector"];
    if (!selector || !version_.has(Capability::destination_rule_workload_selector)) return true;
    return client_ != nullptr && client_->object != nullptr &&
           k8s::selects(selector["matchLabels"], *client_->object);
  }

  template <typename Wanted>
  std::vector<const k8s::Object*> most_specific(const Wanted& wanted) const {
    std::vector<const k8s::Object*> found;
    std::string best;
    for (const auto* rule : model_.objects.destination_rules) {
      if (!wanted(*rule) || !counts(*rule)) continue;
      auto host = mesh::full_host((*rule)["spec"]["host"].text(), rule->name_space(),
                                  model_.settings->cluster_domain);
      if (!mesh::covers(host, service_.host)) continue;
      if (found.empty() || (host != best && mesh::more_specific(host, best))) {
        found.clear();
        best = std::move(host);
        found.push_back(rule);
      } else if (host == best) {
        found.push_back(rule);
      }
    }
    put_selected_first(found);
    return found;
  }

  /// One that selects the client goes before those for all.
  void put_selected_first(std::vector<const k8s::Object*>& rules) const {
    if (!version_.has(Capability::destination_rule_workload_selector)) return;
    std::stable_partition(rules.begin(), rules.end(), [](const k8s::Object* rule) {
      return static_cast<bool>((*rule)["spec"]["workloadSelector"]);
    });
  }

  const Model& model_;
  const Workload* client_;
  const Service& service_;
  const Moment& version_;
};

/// Of settings for a port nothing is inherited; of those for a subset, what it leaves out.
yaml::Node tls_of(const yaml::Node& policy, int port, const yaml::Node& otherwise) {
  for (const auto& level : policy["portLevelSettings"]) {
    if (level["port"]["number"].text() == std::to_string(port)) return level["tls"];
  }
  const auto tls = policy["tls"];
  return tls.is_mapping() ? tls : otherwise;
}

/// Of rules for one host the first with a trafficPolicy counts; if none has any, the first.
const k8s::Object* first_with_policy(const std::vector<const k8s::Object*>& rules) {
  const auto found = std::ranges::find_if(
      rules, [](const k8s::Object* rule) { return (*rule)["spec"]["trafficPolicy"].is_mapping(); });
  return found == rules.end() ? rules.front() : *found;
}

/// A subset's own policy goes over that of its host.
void apply_subset(const std::vector<const k8s::Object*>& rules, std::string_view subset, int port,
                  TlsSetting& setting) {
  for (const auto* rule : rules) {
    const auto each = mesh::subset_of(*rule, subset);
    if (!each) continue;
    setting.rule = rule;
    setting.tls = tls_of(each["trafficPolicy"], port, setting.tls);
    return;
  }
}

}  // namespace

TlsSetting tls_setting(const Model& model, const Workload* client, const Service& service, int port,
                       std::string_view subset, const Moment& version) {
  const auto rules = Lookup(model, client, service, version).find();
  if (rules.empty()) return {};
  TlsSetting found{.rule = first_with_policy(rules)};
  found.tls = tls_of((*found.rule)["spec"]["trafficPolicy"], port, {});
  if (!subset.empty()) apply_subset(rules, subset, port, found);
  const auto mode = found.tls["mode"];
  const auto host = (*found.rule)["spec"]["host"];
  found.at = mode ? mode : found.tls ? found.tls : host;
  return found;
}

}  // namespace cassmesh::engine
