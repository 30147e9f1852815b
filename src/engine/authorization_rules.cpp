// Whether a rule of an AuthorizationPolicy matches a TCP connection.

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <span>

#include "authorization.hpp"

namespace cassmesh::engine {
namespace {

using mesh::Capability;

/// What a field or a key of `when` is about.
enum class Subject {
  principal,
  name_space,
  service_account,
  trust_domain,
  source_ip,
  remote_ip,
  destination_ip,
  port,
  server_name,
  http,
  unknown,
};

struct Field {
  std::string_view name;
  std::string_view opposite;
  Subject subject;
};

constexpr std::array sources{
    Field{"principals", "notPrincipals", Subject::principal},
    Field{"namespaces", "notNamespaces", Subject::name_space},
    Field{"serviceAccounts", "notServiceAccounts", Subject::service_account},
    Field{"trustDomains", "notTrustDomains", Subject::trust_domain},
    Field{"ipBlocks", "notIpBlocks", Subject::source_ip},
    Field{"remoteIpBlocks", "notRemoteIpBlocks", Subject::remote_ip},
    Field{"requestPrincipals", "notRequestPrincipals", Subject::http},
};
constexpr std::array operations{
    Field{"ports", "notPorts", Subject::port},
    Field{"hosts", "notHosts", Subject::http},
    Field{"methods", "notMethods", Subject::http},
    Field{"paths", "notPaths", Subject::http},
};
constexpr std::array condition_values{Field{"values", "notValues", Subject::unknown}};

struct Key {
  std::string_view name;
  Subject subject;
};
constexpr std::array keys{
    Key{"source.principal", Subject::principal},
    Key{"source.namespace", Subject::name_space},
    Key{"source.serviceAccount", Subject::service_account},
    Key{"source.trustDomain", Subject::trust_domain},
    Key{"source.ip", Subject::source_ip},
    Key{"remote.ip", Subject::remote_ip},
    Key{"destination.ip", Subject::destination_ip},
    Key{"destination.port", Subject::port},
    Key{"connection.sni", Subject::server_name},
};

Subject subject_of(std::string_view key) {
  if (key.starts_with("request.")) return Subject::http;
  const auto found = std::ranges::find(keys, key, &Key::name);
  return found == keys.end() ? Subject::unknown : found->subject;
}

bool is_identity(Subject subject) {
  return subject <= Subject::trust_domain;
}

/// What one entry of `from`, `to` or `when` comes to.
struct Entry {
  Match match = Match::yes;  ///< without the fields for HTTP
  bool is_empty = true;      ///< but for these
  yaml::Node http{};         ///< the first of these, or the key of `when`
  bool lacks_identity = false;
};

class RuleReader {
 public:
  RuleReader(Action action, std::string_view policy_namespace, const Arrival& arrival)
      : allows_(action == Action::allow), namespace_(policy_namespace), arrival_(arrival) {}
  RuleReader(Action action, std::string_view policy_namespace, const Arrival&& gone) = delete;

  Verdict read(const yaml::Node& rule) const {
    Verdict verdict{.match = Match::yes, .rule = rule, .at = rule};
    meet(verdict, Miss::port, rule["to"], list(rule["to"], "operation", operations));
    meet(verdict, Miss::caller, rule["from"], list(rule["from"], "source", sources));
    for (const auto& condition : rule["when"])
      meet(verdict, Miss::condition, condition, entry_of(condition));
    if (allows_ && verdict.match != Match::no && reads_as_a_whole()) {
      if (const auto http = field_for_http(rule)) miss(verdict, Miss::http, http);
    }
    return verdict;
  }

  yaml::Node field_for_http(const yaml::Node& rule) const {
    for (const auto& item : rule["to"]) {
      if (const auto http = read_fields(item["operation"], operations).http) return http;
    }
    for (const auto& item : rule["from"]) {
      if (const auto http = read_fields(item["source"], sources).http) return http;
    }
    for (const auto& condition : rule["when"]) {
      const auto key = condition["key"];
      if (is_for_http(subject_of(key.text()))) return key;
    }
    return {};
  }

 private:
  /// In which versions, and to whom, one field for HTTP spoils the whole rule.
  bool reads_as_a_whole() const {
    return is_ztunnel() || arrival_.reader.version.has(Capability::authorization_rule_as_a_whole);
  }
  bool is_ztunnel() const { return arrival_.reader.is_ztunnel; }
  bool is_for_http(Subject subject) const {
    if (subject == Subject::http) return true;
    return is_ztunnel() && (subject == Subject::remote_ip || subject == Subject::server_name ||
                            subject == Subject::unknown);
  }

  static void miss(Verdict& verdict, Miss miss, const yaml::Node& at) {
    verdict.match = Match::no;
    verdict.miss = miss;
    verdict.at = at;
  }

  /// Adds what one part of the rule comes to. The first that fails says why.
  static void meet(Verdict& verdict, Miss reason, const yaml::Node& at, const Entry& entry) {
    if (verdict.match == Match::no) return;
    if (entry.match == Match::no) {
      if (entry.http) return miss(verdict, Miss::http, entry.http);
      return miss(verdict, entry.lacks_identity ? Miss::no_identity : reason, at);
    }
    if (entry.match == Match::unknown && verdict.match == Match::yes) verdict.at = at;
    verdict.match = both(verdict.match, entry.match);
  }

  /// Some entry of `from` or `to`; without any, everybody and everything.
  Entry list(const yaml::Node& entries, std::string_view key, std::span<const Field> fields) const {
    if (entries.size() == 0) return {};
    Entry best{.match = Match::no};
    for (const auto& item : entries) {
      const auto entry = decided(read_fields(item[key], fields));
      best.match = either(best.match, entry.match);
      best.lacks_identity = best.lacks_identity || entry.lacks_identity;
      if (entry.http) best.http = entry.http;
    }
    return best;
  }

  Entry entry_of(const yaml::Node& condition) const {
    auto fields = condition_values;
    fields.front().subject = subject_of(condition["key"].text());
    auto entry = read_fields(condition, fields);
    if (entry.http) entry.http = condition["key"];  // whose text says more than `values`
    return decided(entry);
  }

  /// What becomes of an entry with fields for HTTP, or with no field that counts.
  Entry decided(Entry entry) const {
    const bool is_spoilt = allows_ && entry.http && !reads_as_a_whole();
    // ztunnel drops the fields for HTTP of what denies, and then takes the empty rest for nothing.
    if (is_spoilt || (is_ztunnel() && entry.is_empty && !(allows_ && entry.http))) {
      entry.match = Match::no;
    } else {
      entry.http = {};
    }
    return entry;
  }

  Entry read_fields(const yaml::Node& body, std::span<const Field> fields) const {
    Entry entry;
    for (const auto& field : fields) {
      const auto values = body[field.name];
      const auto opposite = body[field.opposite];
      const auto written = values.size() > 0 ? values : opposite;
      if (written.size() == 0) continue;
      if (is_for_http(field.subject)) {
        if (!entry.http) entry.http = written;
        continue;
      }
      entry.is_empty = false;
      if (values.size() > 0 && is_identity(field.subject) && !arrival_.caller.has_identity)
        entry.lacks_identity = true;
      entry.match = both(entry.match, meets(field.subject, values, opposite));
    }
    return entry;
  }

  Match meets(Subject subject, const yaml::Node& values, const yaml::Node& opposite) const {
    const auto value = [&](const yaml::Node& node) { return means(subject, node.text()); };
    const auto match = values.size() == 0 ? Match::yes : some(values, value);
    return opposite.size() == 0 ? match : both(match, engine::opposite(some(opposite, value)));
  }

  Match means(Subject subject, std::string_view word) const {
    const auto& caller = arrival_.caller;
    switch (subject) {
      case Subject::principal:
        return match_if(means_principal(word, caller, arrival_.reader));
      case Subject::name_space:
        return match_if(means_namespace(word, caller, arrival_.reader));
      case Subject::service_account:
        return match_if(means_service_account(word, caller, namespace_));
      case Subject::trust_domain:
        return match_if(means_trust_domain(word, caller));
      case Subject::port:
        return match_if(word == fmt::format("{}", arrival_.port));
      case Subject::server_name:  // plaintext has none
        return !caller.has_identity ? Match::no : word == "*" ? Match::yes : Match::unknown;
      case Subject::source_ip:
      case Subject::remote_ip:
      case Subject::destination_ip:
        return covers_pods(word);
      default:
        return Match::unknown;
    }
  }

  bool allows_;
  std::string_view namespace_;
  const Arrival& arrival_;
};

}  // namespace

Verdict verdict_of(const yaml::Node& rule, Action action, std::string_view policy_namespace,
                   const Arrival& arrival) {
  return RuleReader(action, policy_namespace, arrival).read(rule);
}

yaml::Node field_for_http(const yaml::Node& rule, const Reader& reader) {
  const Arrival arrival{.reader = reader};
  return RuleReader(Action::allow, {}, arrival).field_for_http(rule);
}

Verdict verdict_of(const k8s::Object& policy, Action action, const Arrival& arrival) {
  const RuleReader reader(action, policy.name_space(), arrival);
  Verdict best;
  for (const auto& rule : policy["spec"]["rules"]) {
    const auto verdict = reader.read(rule);
    const auto rank = [](const Verdict& it) { return std::pair(it.match, it.miss); };
    if (!best.rule || rank(best) < rank(verdict)) best = verdict;
  }
  return best;
}

}  // namespace cassmesh::engine
