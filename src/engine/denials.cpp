#include "denials.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <set>

#include "../mesh/principals.hpp"
#include "authorization.hpp"
#include "blame.hpp"

namespace cassmesh::engine {
namespace {

using Cause = Denial::Cause;

bool denies(const Hop& hop) {
  return hop.step == Step::authorization && hop.fails() && hop.by.object != nullptr;
}

/// For what nobody allows.
Cause cause_of(Miss miss) {
  switch (miss) {
    case Miss::http:
      return Cause::http;
    case Miss::no_identity:
      return Cause::no_identity;
    case Miss::none:
    case Miss::port:
    case Miss::condition:
    case Miss::caller:
      return Cause::left_out;
  }
  return Cause::left_out;
}

void explain(Denial& denial, const Hop& hop, const Moment& version) {
  const auto& policy = *hop.by.object;
  denial.at = place(hop.by);
  denial.cause = cause_of(hop.miss);
  if (policy["spec"]["action"].text() != "DENY") return;
  const auto http = field_for_http(denial.at, Reader(version));
  denial.cause = http ? Cause::http : Cause::denied;
  if (http) denial.at = http;
}

class Collector {
 public:
  void add(const Break& each, const Hop& hop, const mesh::Ring* ring) {
    Denial denial{.cause = Cause::denied, .policy = hop.by.object, .effect = {.ring = ring}};
    explain(denial, hop, each.istio.intervals().front().first);
    auto& known = known_for(std::move(denial));
    if (known.effect.breaks.empty() || !is_last(known, each)) known.effect.breaks.push_back(each);
    if (!hop.caller.empty() && std::ranges::find(known.callers, hop.caller) == known.callers.end())
      known.callers.push_back(hop.caller);
  }
  std::vector<Denial> all;

 private:
  Denial& known_for(Denial denial) {
    const auto found = std::ranges::find_if(all, [&](const Denial& each) {
      if (each.policy != denial.policy || each.cause != denial.cause) return false;
      return each.cause == Cause::left_out || each.at == denial.at;
    });
    if (found != all.end()) return *found;
    all.push_back(std::move(denial));
    return all.back();
  }
  /// Both ways of a bootstrap may fail at one policy.
  static bool is_last(const Denial& denial, const Break& each) {
    const auto& last = denial.effect.breaks.back();
    return last.connection == each.connection && last.istio == each.istio;
  }
};

/// The ports at which Cassandra listens, none of which is HTTP.
class OwnPorts {
 public:
  explicit OwnPorts(const Sockets& sockets)
      : ports_{sockets.internode_port, sockets.cql_port, sockets.jmx_port, 7000, 7001, 9142, 9160} {
  }

  /// Whether a list holds no other port. `key`: where an item has its number; empty: it is that.
  bool hold_all(const yaml::Node& list, std::string_view key) const {
    return std::all_of(list.begin(), list.end(), [&](const yaml::Node& item) {
      const auto text = key.empty() ? item.text() : item[key].text();
      return std::ranges::any_of(ports_, [&](int port) { return std::to_string(port) == text; });
    });
  }

 private:
  std::array<int, 7> ports_;
};

/// The ports at which a caller is denied, as a rule writes them: `"7000", "9042"`.
std::string ports_denied(const Denial& denial, std::string_view caller) {
  std::set<int> ports;
  for (const auto& each : denial.effect.breaks) {
    for (const auto& hop : each.hops) {
      if (denies(hop) && hop.by.object == denial.policy && hop.caller == caller)
        ports.insert(each.connection.port);
    }
  }
  std::string text;
  for (const int port : ports) text += fmt::format("{}\"{}\"", text.empty() ? "" : ", ", port);
  return text;
}

}  // namespace

std::vector<Denial> denials(const mesh::Ring& ring, Engine& engine) {
  Collector collector;
  const auto effect = engine.effect(Aspect::authorization, ring);
  for (const auto& each : effect.breaks) {
    for (const auto& hop : each.hops) {
      if (denies(hop)) collector.add(each, hop, effect.ring);
    }
  }
  return std::move(collector.all);
}

yaml::Node place_of_remedy(const Denial& denial) {
  if (denial.cause != Cause::left_out || denial.at.key() != "from" || denial.callers.empty())
    return denial.at;
  const auto caller = mesh::account_of(denial.callers.front());
  for (const auto& rule : (*denial.policy)["spec"]["rules"]) {
    for (const auto& from : rule["from"]) {
      for (const auto& word : from["source"]["principals"]) {
        const auto account = mesh::account_of(word.text());
        if (caller && account && account->name_space == caller->name_space) return word;
      }
    }
  }
  return denial.at;
}

std::string missing_rules(const Denial& denial) {
  std::string rules;
  for (const auto& caller : denial.callers)
    rules += fmt::format(
        "{}{{from: [{{source: {{principals: [\"{}\"]}}}}], to: [{{operation: {{ports: [{}]}}}}]}}",
        rules.empty() ? "" : ", ", caller, ports_denied(denial, caller));
  return rules;
}

bool is_for_ports_of(const Workload& node, const yaml::Node& rule, const k8s::Object& policy) {
  const OwnPorts own(node.sockets);
  const auto to = rule["to"];
  const auto names_ports = [](const yaml::Node& item) {
    return item["operation"]["ports"].size() > 0;
  };
  if (std::any_of(to.begin(), to.end(), names_ports)) {
    return std::all_of(to.begin(), to.end(), [&](const yaml::Node& item) {
      return names_ports(item) && own.hold_all(item["operation"]["ports"], "");
    });
  }
  return policy["spec"]["selector"]["matchLabels"].size() > 0 &&
         std::ranges::all_of(k8s::containers(*node.object), [&](const k8s::Container& container) {
           return own.hold_all(container.node["ports"], "containerPort");
         });
}

}  // namespace cassmesh::engine
