// Who is known to connect to a ring. Each text is read once, word by word, against the names of all
// rings together. A name with a dot in it is the ring wherever it stands; `cassandra` alone is an
// everyday word, so it counts only where a host is due: before a port, or after a key that asks for
// hosts. Nobody is a client by HTTP, at a port that is for something else, or for a name that is
// only looked up or excepted from a proxy.

#include "clients.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "../cassandra/images.hpp"
#include "../cassandra/setup.hpp"
#include "../text.hpp"
#include "admitted.hpp"
#include "ring_names.hpp"

namespace cassmesh::mesh {
namespace {

/// What somebody wants of a ring that he names.
enum class Use { nothing, cql, jmx };

/// The ports at which a ring takes CQL and JMX: of its nodes, and of the Services that lead there.
class Ports {
 public:
  Ports(const Ring& ring, const k8s::ObjectSet& objects) {
    const auto& set = *ring.stateful_sets.front();
    int cql = 9042;
    int jmx = 7199;
    if (const auto container = cassandra_container(set)) {
      const cassandra::Setup setup(*container, objects);
      cql = whole_number(setup.setting("native_transport_port", {})).value_or(cql);
      jmx = whole_number(setup.setting("JMX_PORT", {})).value_or(jmx);
    }
    uses_ = {{cql, Use::cql}, {jmx, Use::jmx}};
    uses_.emplace(9142, Use::cql);  // `native_transport_port_ssl` as it is by default
    for (const auto* service : ring.services) {
      for (const auto& port : (*service)["spec"]["ports"]) {
        const auto target = port["targetPort"].text();
        const auto number = whole_number(target);
        const auto use = use_of((number ? number : k8s::container_port(set, target)).value_or(0));
        if (use != Use::nothing) uses_.emplace(whole_number(port["port"].text()).value_or(0), use);
      }
    }
  }

  Use use_of(int port) const {
    const auto known = uses_.find(port);
    return known == uses_.end() ? Use::nothing : known->second;
  }

 private:
  std::map<int, Use> uses_;
};

bool is_name_letter(char letter) {
  return is_letter(letter) || is_digit(letter) || letter == '.' || letter == '-' || letter == '_';
}

/// Whether the end of a text has one of some words, in any case of letters.
template <std::size_t Size>
bool has_one_of(const std::array<const char*, Size>& words, std::string_view text) {
  const auto lower = lower_case(text.substr(text.size() - std::min<std::size_t>(text.size(), 100)));
  return std::ranges::any_of(
      words, [&](const char* word) { return lower.find(word) != std::string::npos; });
}

/// A word of a text, without dots and dashes around it. `key` is what stands before the text.
struct Word {
  std::string_view text;
  std::string_view key;
  std::size_t begin = 0;
  std::size_t end = 0;

  std::string_view word() const { return text.substr(begin, end - begin); }

  /// What stands on the line before it; in the first line, behind the key.
  bool comes_after(const auto& words) const {
    const auto line = text.rfind('\n', begin == 0 ? 0 : begin - 1);
    const auto first = line == std::string_view::npos || line >= begin ? 0 : line + 1;
    return has_one_of(words, text.substr(first, begin - first)) ||
           (first == 0 && has_one_of(words, key));
  }

  /// The number behind `:`; empty if there is none.
  std::string_view port() const {
    const auto rest = text.substr(end);
    if (rest.size() < 2 || rest[0] != ':' || !is_digit(rest[1])) return {};
    return rest.substr(1, std::min(rest.find_first_not_of("0123456789", 1), rest.size()) - 1);
  }

  /// Whether it stands in an address such as `https://user@host/path`.
  bool is_in_http_address() const {
    constexpr std::size_t longest = 200;
    const auto before = text.substr(0, begin).substr(begin - std::min(begin, longest));
    const auto scheme = before.rfind("://");
    if (scheme == std::string_view::npos) return false;
    if (before.find_first_of(" \t\n,;\"'", scheme) != std::string_view::npos) return false;
    return has_one_of(std::array{"http"},
                      before.substr(scheme - std::min<std::size_t>(scheme, 5), 5));
  }

  /// Whether a host is due here: a key, an option or a command asks for it (`CONTACT_POINTS`,
  /// `--cassandra.servers`), or a port comes.
  bool is_due() const {
    constexpr std::array asking{"host",  "server", "contact", "point", "address",
                                "nodes", "seed",   "peer",    "url",   "cqlsh"};
    if (text.substr(end).starts_with("://")) return false;  // a scheme
    return !port().empty() || comes_after(asking);
  }

  /// Whether it stands where names are only looked up, or excepted from a proxy.
  bool is_only_named() const {
    constexpr std::array exceptions{"no_proxy", "no-proxy", "noproxy", "nonproxy"};
    constexpr std::array commands{"nslookup", "dig", "getent"};
    const auto before = text.substr(0, begin);
    // A pipe has a space behind it; `a|b` is a list of hosts.
    const auto pipe = before.rfind("| ");
    auto other = before.find_last_of(";&\n");
    if (other == before.npos || (pipe != before.npos && pipe > other)) other = pipe;
    const auto command = before.substr(other == before.npos ? 0 : other + 1);
    const auto is_said = [&](std::string_view place) {
      return has_one_of(exceptions, place) || std::ranges::any_of(commands, [&](const char* each) {
               return cassandra::find_word(place, each) != place.npos;
             });
    };
    return is_said(command) || (other == before.npos && is_said(key));
  }

  /// What the ring is named here for; without a word about it, CQL.
  Use use(const Ports& ports) const {
    const bool is_bare = word().find('.') == std::string_view::npos;
    if ((is_bare && !is_due()) || is_in_http_address() || is_only_named()) return Use::nothing;
    if (!port().empty()) return ports.use_of(whole_number(port()).value_or(0));
    return comes_after(std::array{"jmx"}) ? Use::jmx : Use::cql;
  }
};

/// The first word from `at` on, which then stands behind it; an empty one if there is none.
Word next_word(std::string_view text, std::string_view key, std::size_t& at) {
  while (at < text.size() && !is_letter(text[at]) && !is_digit(text[at])) ++at;
  const auto begin = at;
  while (at < text.size() && is_name_letter(text[at])) ++at;
  auto end = at;
  while (end > begin && text[end - 1] == '.') --end;
  return {text, key, begin, end};
}

/// What the texts around one workload say: of each ring the first place that names it for a use.
class Reader {
 public:
  Reader(const k8s::ObjectSet& objects, const Settings& settings, const std::vector<Ring>& rings)
      : objects_(objects), names_(rings, objects, settings) {
    ports_.reserve(rings.size());
    for (const auto& ring : rings) ports_.emplace_back(ring, objects);
  }

  using Evidence = std::map<std::pair<std::size_t, Use>, yaml::Node>;

  Evidence read(const k8s::Object& workload) {
    evidence_.clear();
    name_space_ = workload.name_space();
    for (const auto& container : k8s::containers(workload)) read_container(container.node);
    for (const auto& volume : workload.pod_spec()["volumes"]) {
      read_config_map(volume["configMap"]["name"].text());
      read_secret(volume["secret"]["secretName"]);
      for (const auto& source : volume["projected"]["sources"]) {
        read_config_map(source["configMap"]["name"].text());
        read_secret(source["secret"]["name"]);
      }
    }
    return std::move(evidence_);
  }

 private:
  /// Calls `found` with each ring that a text names, and what for.
  template <typename Found>
  void read_text(std::string_view text, std::string_view key, const Found& found) const {
    for (std::size_t at = 0; at < text.size();) {
      const auto word = next_word(text, key, at);
      // What does not mean a ring is most words: only those that do are looked at more closely.
      names_.look_up(word.word(), name_space_, [&](std::size_t ring) {
        if (const auto use = word.use(ports_[ring]); use != Use::nothing)
          found(std::pair(ring, use));
      });
    }
  }

  void read_container(const yaml::Node& container) {
    for (const auto& variable : container["env"]) {
      read_node(variable["value"], variable["name"].text());
      const auto from = variable["valueFrom"];
      const auto reference = from["configMapKeyRef"];
      if (const auto value = config_map(reference["name"].text())[reference["key"].text()])
        read_node(value, variable["name"].text());
      read_secret(from["secretKeyRef"]["name"], from["secretKeyRef"]["key"].text(),
                  variable["name"].text());
    }
    for (const auto& from : container["envFrom"]) {
      read_config_map(from["configMapRef"]["name"].text());
      read_secret(from["secretRef"]["name"]);
    }
    for (const auto* key : {"command", "args"}) {
      std::string_view before;
      for (const auto& word : container[key]) {
        read_node(word, before);
        before = word.text();
      }
    }
  }

  void read_node(const yaml::Node& node, std::string_view key) {
    read_text(node.text(), key, [&](const auto& what) { evidence_.try_emplace(what, node); });
  }

  /// What a Secret says in plain text, or only one key of it. What stands there is shown to nobody:
  /// the evidence is the reference to it.
  void read_secret(const yaml::Node& name, std::string_view only = {}, std::string_view key = {}) {
    const auto* object =
        name.text().empty() ? nullptr : objects_.find("Secret", name_space_, name.text());
    if (object == nullptr) return;
    for (const auto& value : (*object)["stringData"]) {
      if (!only.empty() && value.key() != only) continue;
      read_text(value.text(), only.empty() ? value.key() : key,
                [&](const auto& what) { evidence_.try_emplace(what, name); });
    }
  }

  yaml::Node config_map(std::string_view name) const {
    if (name.empty()) return {};
    const auto* object = objects_.find("ConfigMap", name_space_, name);
    return object == nullptr ? yaml::Node() : (*object)["data"];
  }

  /// Each ConfigMap is read once, however many workloads have it.
  void read_config_map(std::string_view name) {
    if (name.empty()) return;
    const auto* object = objects_.find("ConfigMap", name_space_, name);
    if (object == nullptr) return;
    const auto position = config_maps_.try_emplace(object);
    auto& known = position.first->second;
    if (position.second) {
      for (const auto& value : (*object)["data"]) {
        read_text(value.text(), value.key(),
                  [&](const auto& what) { known.try_emplace(what, value); });
      }
    }
    evidence_.insert(known.begin(), known.end());
  }

  const k8s::ObjectSet& objects_;
  RingNames names_;
  std::vector<Ports> ports_;
  std::string_view name_space_;
  Evidence evidence_;
  std::map<const k8s::Object*, Evidence> config_maps_;
};

/// Whether its controller is in the files too, and speaks for it: `kubectl get` lists both.
bool is_controlled(const k8s::Object& workload, const k8s::ObjectSet& objects) {
  const auto owners = workload["metadata"]["ownerReferences"];
  return std::ranges::any_of(owners, [&](const yaml::Node& owner) {
    return objects.find(owner["kind"].text(), workload.name_space(), owner["name"].text()) !=
           nullptr;
  });
}

/// Whether it is a node of some ring, or joins one as nodes do: it is a peer and no client.
bool is_peer(const k8s::Object& workload, const std::vector<Ring>& rings) {
  if (workload.is("StatefulSet") && cassandra_container(workload)) return true;
  if (workload.is("Pod") && std::ranges::any_of(rings, [&](const Ring& ring) {
        return ring.name_space == workload.name_space() && ring.has_pod(workload.name());
      }))
    return true;
  return std::ranges::any_of(k8s::containers(workload), [](const k8s::Container& container) {
    return cassandra::is_coordinator(container.node["image"].text());
  });
}

void add_workloads(const k8s::ObjectSet& objects, const Settings& settings,
                   std::vector<Ring>& rings) {
  Reader reader(objects, settings, rings);
  for (const auto* workload : objects.workloads()) {
    if (is_peer(*workload, rings) || is_controlled(*workload, objects)) continue;
    for (const auto& [what, node] : reader.read(*workload)) {
      const auto& [ring, use] = what;
      auto& clients = use == Use::cql ? rings[ring].clients : rings[ring].jmx_clients;
      clients.push_back({.workload = workload,
                         .name_space = std::string(workload->name_space()),
                         .service_account = std::string(service_account_of(*workload)),
                         .evidence = node});
    }
  }
}

}  // namespace

void find_clients(const k8s::ObjectSet& objects, const Settings& settings,
                  std::vector<Ring>& rings) {
  if (!rings.empty()) add_workloads(objects, settings, rings);
  for (auto& ring : rings) add_admitted(objects, settings, ring);
}

}  // namespace cassmesh::mesh
