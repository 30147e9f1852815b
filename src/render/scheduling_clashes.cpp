// What Kubernetes' API server would refuse of the keys that say where the pods run: fields that
// must be there, and those that exclude one another. Whatever else is in them passes.
// Source: kubernetes/kubernetes pkg/apis/core/validation/validation.go (validateTolerations,
// validateAffinity, validateTopologySpreadConstraints) and pkg/apis/policy/validation at v1.31.0.

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <span>
#include <utility>

#include "../shown.hpp"
#include "../text.hpp"
#include "clashes.hpp"
#include "complaints.hpp"

namespace cassmesh::render {
namespace {

using yaml::Value;

constexpr std::string_view required_terms = "requiredDuringSchedulingIgnoredDuringExecution";
constexpr std::string_view preferred_terms = "preferredDuringSchedulingIgnoredDuringExecution";

bool is_there(const Value& value) {
  return value && value.kind != Value::Kind::null &&
         (value.kind != Value::Kind::scalar || !value.text.empty());
}

class SchedulingClashes {
 public:
  SchedulingClashes(const spec::ClusterSpec& spec, std::vector<Finding>& problems)
      : spec_(spec), complain_(spec, problems) {}

  void find() {
    for (const auto& [none, secret, comment] : spec_.value("imagePullSecrets").entries) {
      if (is_mapping("imagePullSecrets", secret))
        needs("imagePullSecrets", secret, "name", "name: registry");
    }
    for (const auto& [none, toleration, comment] : spec_.value("tolerations").entries) {
      if (is_mapping("tolerations", toleration)) tolerates(toleration);
    }
    spread();
    affinity();
    budget();
  }

 private:
  bool is_mapping(std::string_view list, const Value& item) {
    if (item.is_mapping()) return true;
    complain_.at(place_of(item),
                 fmt::format("an item of '{}' is a mapping, not {}", list, shown(item.origin)));
    return false;
  }

  bool needs(std::string_view holder, const Value& item, std::string_view field,
             std::string_view example) {
    if (is_there(item[field])) return true;
    complain_.at(place_of(item), fmt::format("an item of '{}' lacks its '{}'", holder, field),
                 fmt::format("add '{}', as in '{}'", field, example));
    return false;
  }

  void one_of(std::string_view holder, const Value& value, std::string_view field,
              std::span<const std::string_view> choices) {
    if (!is_there(value) || std::ranges::find(choices, value.text) != choices.end()) return;
    const auto near = closest(value.text, choices);
    complain_.at(place_of(value),
                 fmt::format("the '{}' of '{}' is one of {}, not {}", field, holder,
                             fmt::join(choices, ", "), shown(value.origin)),
                 near.empty() ? "" : fmt::format("did you mean '{}'?", near));
  }

  /// A whole number above zero, and up to `most` if that is.
  void number(std::string_view holder, const Value& value, std::string_view field, int most = 0) {
    int number = 0;
    const auto* end = value.text.data() + value.text.size();
    const auto read = std::from_chars(value.text.data(), end, number);
    const bool whole = value.typed && read.ec == std::errc() && read.ptr == end;
    if (!is_there(value) || (whole && number > 0 && (most == 0 || number <= most))) return;
    complain_.at(place_of(value),
                 fmt::format("the '{}' of '{}' is a whole number {}, not {}", field, holder,
                             most == 0 ? "above zero" : fmt::format("from 1 to {}", most),
                             written(value.origin)));
  }

  void tolerates(const Value& toleration) {
    constexpr std::array<std::string_view, 3> effects{"NoSchedule", "PreferNoSchedule",
                                                      "NoExecute"};
    const auto& effect = toleration["effect"];
    const bool exists = toleration["operator"].text == "Exists";
    one_of("tolerations", effect, "effect", effects);
    if (toleration["key"].text.empty() && !exists) {
      complain_.at(place_of(toleration), "a toleration without a 'key' needs 'operator: Exists'",
                   "add the taint's 'key', or the operator to tolerate every taint");
    }
    if (const auto& value = toleration["value"]; exists && is_there(value)) {
      complain_.at(place_of(value), "a toleration by 'Exists' has no 'value'",
                   "remove it, or set 'operator' to Equal",
                   {{place_of(toleration["operator"]), "the operator"}});
    }
    if (const auto& seconds = toleration["tolerationSeconds"];
        is_there(seconds) && effect.text != "NoExecute") {
      complain_.at(place_of(seconds), "only the effect NoExecute is tolerated for a time",
                   "remove it, or set 'effect' to NoExecute");
    }
  }

  void spread() {
    constexpr std::string_view list = "topologySpreadConstraints";
    constexpr std::array<std::string_view, 2> ways{"DoNotSchedule", "ScheduleAnyway"};
    std::set<std::pair<std::string_view, std::string_view>> seen;
    for (const auto& [none, constraint, comment] : spec_.value(list).entries) {
      if (!is_mapping(list, constraint)) continue;
      needs(list, constraint, "maxSkew", "maxSkew: 1");
      const bool keyed =
          needs(list, constraint, "topologyKey", "topologyKey: topology.kubernetes.io/zone");
      const bool told =
          needs(list, constraint, "whenUnsatisfiable", "whenUnsatisfiable: ScheduleAnyway");
      number(list, constraint["maxSkew"], "maxSkew");
      one_of(list, constraint["whenUnsatisfiable"], "whenUnsatisfiable", ways);
      const auto& key = constraint["topologyKey"].text;
      if (!keyed || !told || seen.emplace(key, constraint["whenUnsatisfiable"].text).second)
        continue;
      complain_.at(place_of(constraint["topologyKey"]),
                   fmt::format("there are two constraints for '{}' with the same "
                               "'whenUnsatisfiable'",
                               key),
                   "remove one of the two");
    }
  }

  void affinity() {
    const auto& affinity = spec_.value("affinity");
    constexpr std::array<std::string_view, 3> kinds{"nodeAffinity", "podAffinity",
                                                    "podAntiAffinity"};
    known_keys("affinity", affinity, kinds);
    for (const auto& [kind, terms, comment] : affinity.entries) {
      constexpr std::array<std::string_view, 2> strengths{required_terms, preferred_terms};
      known_keys(kind, terms, strengths);
      if (kind == "nodeAffinity") {
        node_terms(terms);
      } else {
        pod_terms(terms);
      }
    }
  }

  void known_keys(std::string_view holder, const Value& mapping,
                  std::span<const std::string_view> keys) {
    if (!mapping.is_mapping()) return;
    for (const auto& [key, value, comment] : mapping.entries) {
      if (std::ranges::find(keys, key) != keys.end()) continue;
      const auto near = closest(key, keys);
      complain_.at(value.origin ? value.origin.key_where() : place_of(value),
                   fmt::format("unknown key '{}' in '{}'", cut(key), holder),
                   near.empty() ? fmt::format("the keys here are {}", fmt::join(keys, ", "))
                                : fmt::format("did you mean '{}'?", near));
    }
  }

  void node_terms(const Value& terms) {
    if (const auto& required = terms[required_terms]; required.is_mapping()) {
      if (required["nodeSelectorTerms"].entries.empty()) {
        complain_.at(
            place_of(required),
            fmt::format("'{}' of 'nodeAffinity' lacks its 'nodeSelectorTerms'", required_terms),
            "put its terms into the list 'nodeSelectorTerms'");
      }
    }
    for (const auto& [none, term, comment] : terms[preferred_terms].entries) {
      weighted(term, "preference");
    }
  }

  void pod_terms(const Value& terms) {
    constexpr std::string_view example = "topologyKey: kubernetes.io/hostname";
    for (const auto& [none, term, comment] : terms[required_terms].entries) {
      if (is_mapping(required_terms, term)) needs(required_terms, term, "topologyKey", example);
    }
    for (const auto& [none, term, comment] : terms[preferred_terms].entries) {
      const auto& inner = term["podAffinityTerm"];
      if (weighted(term, "podAffinityTerm") && inner.is_mapping())
        needs("podAffinityTerm", inner, "topologyKey", example);
    }
  }

  bool weighted(const Value& term, std::string_view what) {
    if (!is_mapping(preferred_terms, term)) return false;
    needs(preferred_terms, term, "weight", "weight: 100");
    number(preferred_terms, term["weight"], "weight", most_weight);
    return needs(preferred_terms, term, what, fmt::format("{}: {{…}}", what));
  }

  void budget() {
    const auto& budget = spec_.value("podDisruptionBudget");
    const auto& least = budget["minAvailable"];
    const auto& most = budget["maxUnavailable"];
    if (is_there(least) && is_there(most)) {
      complain_.at(place_of(least),
                   "a disruption budget has 'minAvailable' or 'maxUnavailable', not both",
                   "remove one of the two", {{place_of(most), "the other one"}});
    }
    for (const auto* field : {"minAvailable", "maxUnavailable"}) {
      const auto& value = budget[field];
      if (!is_there(value) || is_share(value)) continue;
      const bool quoted = !value.text.empty() && std::ranges::all_of(value.text, is_digit);
      complain_.at(
          place_of(value),
          fmt::format("'{}' is a number of pods or a share of them, as in 1 or 30%, not {}", field,
                      written(value.origin)),
          quoted ? fmt::format("write it without quotes: {}", value.text) : "");
    }
  }

  /// A whole number, or a percentage up to 100.
  static bool is_share(const Value& value) {
    auto digits = std::string_view(value.text);
    const bool percent = digits.ends_with('%');
    if (percent) digits.remove_suffix(1);
    if (digits.empty() || !std::ranges::all_of(digits, is_digit)) return false;
    return percent ? digits.size() < 3 || digits == "100" : value.typed;
  }

  static constexpr int most_weight = 100;

  const spec::ClusterSpec& spec_;
  Complaints complain_;
};

}  // namespace

void find_scheduling_clashes(const spec::ClusterSpec& spec, std::vector<Finding>& problems) {
  SchedulingClashes(spec, problems).find();
}

}  // namespace cassmesh::render
