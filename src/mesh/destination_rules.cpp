#include "destination_rules.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "canonical.hpp"
#include "cassmesh/hosts.hpp"

// mergeDestinationRule of istio/istio pilot/pkg/model/destination_rule.go, 1.24.0: rules of one
// namespace with the same host, and the same workloadSelector or none, become one.
namespace cassmesh::mesh {
namespace {

/// A rule that has something first, and where.
struct Owner {
  const k8s::Object* rule = nullptr;
  yaml::Node at{};
  std::string value{};
};

std::set<std::string_view> export_to(const k8s::Object& rule) {
  std::set<std::string_view> names;
  for (const auto& name : rule["spec"]["exportTo"]) names.insert(name.text());
  return names;
}

/// The rules that become one, as they are laid upon each other.
class Merge {
 public:
  Merge(std::string host, const Settings& settings, std::vector<Overlap>& found)
      : host_(std::move(host)), settings_(settings), found_(found) {}

  void add(const k8s::Object& rule) {
    const auto before = found_.size();
    const auto spec = rule["spec"];
    const auto policy = spec["trafficPolicy"];
    if (!yaml::canonical(policy).empty())
      claim(policy_, {.rule = &rule, .at = policy, .value = yaml::canonical(policy)},
            Overlap::Kind::policy);
    for (const auto& subset : spec["subsets"]) {
      const auto name = subset["name"];
      if (!name.text().empty())
        claim(subsets_[name.text()], {.rule = &rule, .at = name, .value = yaml::canonical(subset)},
              Overlap::Kind::subset);
    }
    const auto visibility = spec["exportTo"] ? spec["exportTo"] : spec["host"];
    const bool selects = spec["workloadSelector"].is_mapping();
    if (found_.size() == before && !selects)
      claim(first_, {.rule = &rule, .at = visibility, .value = {}}, Overlap::Kind::visibility);
  }

 private:
  /// Takes what nobody has yet; else somebody loses it.
  void claim(Owner& owner, const Owner& wants, Overlap::Kind kind) {
    if (owner.rule == nullptr) {
      owner = wants;
      return;
    }
    const bool same_words = kind != Overlap::Kind::visibility && owner.value == wants.value;
    if (same_words || are_one(*owner.rule, *wants.rule)) return;
    if (!audience(*owner.rule, settings_).overlaps(audience(*wants.rule, settings_))) return;
    const bool merged = (*wants.rule)["spec"]["workloadSelector"].is_mapping() ||
                        export_to(*owner.rule) == export_to(*wants.rule);
    if (kind == Overlap::Kind::visibility && merged) return;
    found_.push_back({.kind = kind,
                      .order = precedence(*owner.rule, *wants.rule),
                      .host = host_,
                      .first_at = owner.at,
                      .second_at = wants.at,
                      .merged = merged});
  }

  std::string host_;
  const Settings& settings_;
  std::vector<Overlap>& found_;
  Owner first_{};
  Owner policy_{};
  std::map<std::string_view, Owner> subsets_{};
};

}  // namespace

std::vector<Overlap> overlaps(const k8s::ObjectSet& objects, const Settings& settings) {
  using Key = std::tuple<std::string_view, std::string, std::string>;
  std::map<Key, std::vector<const k8s::Object*>> groups;
  for (const auto* rule : objects.of("DestinationRule")) {
    const auto spec = (*rule)["spec"];
    if (spec["host"].text().empty()) continue;
    auto host = full_host(spec["host"].text(), rule->name_space(), settings.cluster_domain);
    groups[{rule->name_space(), std::move(host), yaml::canonical(spec["workloadSelector"])}]
        .push_back(rule);
  }
  std::vector<Overlap> found;
  for (const auto& [key, rules] : groups) {
    Merge merge(std::get<1>(key), settings, found);
    for (const auto* rule : by_precedence(rules)) merge.add(*rule);
  }
  return found;
}

}  // namespace cassmesh::mesh
