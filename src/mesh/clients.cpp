// Who is known to connect to a ring. Each text is read once, word by word, against the names of all
// rings together. A name with a dot in it is the ring wherever it stands; `cassandra` alone is an
// everyday word, so it counts only where a host is due: before a port, or after a key that asks for
// hosts.

#include "clients.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "../text.hpp"
#include "admitted.hpp"
#include "cassmesh/hosts.hpp"

namespace cassmesh::mesh {
namespace {

/// A ring that a name means; if `only_in` is not empty, to those in that namespace.
struct Meaning {
  std::size_t ring = 0;
  std::string_view only_in{};
};

class Names {
 public:
  Names(const std::vector<Ring>& rings, const Settings& settings) : rings_(rings) {
    for (std::size_t i = 0; i < rings.size(); ++i) {
      for (const auto& host : rings[i].hosts(settings)) {
        const auto service = service_of(host, settings.cluster_domain);
        if (!service) continue;
        means_[std::string(service->name)].push_back({i, rings[i].name_space});
        const auto longer = fmt::format("{}.{}", service->name, service->name_space);
        for (const auto& name : {longer, longer + ".svc", host}) means_[name].push_back({i});
      }
    }
  }

  bool empty() const { return means_.empty(); }

  /// Calls `found` with the index of each ring that a word in a namespace means.
  template <typename Found>
  void look_up(std::string_view word, std::string_view name_space, const Found& found) const {
    each(word, name_space, found);
    const auto dot = word.find('.');
    if (dot == std::string_view::npos) return;
    each(word.substr(dot + 1), name_space, [&](std::size_t ring) {
      if (rings_[ring].has_pod(word.substr(0, dot))) found(ring);
    });
  }

 private:
  template <typename Found>
  void each(std::string_view name, std::string_view name_space, const Found& found) const {
    const auto known = means_.find(name);
    if (known == means_.end()) return;
    for (const auto& meaning : known->second) {
      if (meaning.only_in.empty() || meaning.only_in == name_space) found(meaning.ring);
    }
  }

  const std::vector<Ring>& rings_;
  std::map<std::string, std::vector<Meaning>, std::less<>> means_;
};

bool is_name_letter(char letter) {
  return is_letter(letter) || is_digit(letter) || letter == '.' || letter == '-' || letter == '_';
}

/// Whether a key, an option or a command asks for hosts: `CONTACT_POINTS`, `--cassandra.servers`.
bool asks_for_hosts(std::string_view text) {
  constexpr std::array words{"host",  "server", "contact", "point", "address",
                             "nodes", "seed",   "peer",    "url",   "cqlsh"};
  const auto lower = lower_case(text.substr(text.size() - std::min<std::size_t>(text.size(), 100)));
  return std::ranges::any_of(
      words, [&](const char* word) { return lower.find(word) != std::string::npos; });
}

/// Whether a host is due at `begin` of a text: `key` is what stands before the text.
bool host_is_due(std::string_view text, std::size_t begin, std::size_t end, std::string_view key) {
  const auto rest = text.substr(end);
  if (rest.starts_with("://")) return false;  // a scheme
  if (rest.size() > 1 && rest[0] == ':' && is_digit(rest[1])) return true;
  const auto line = text.rfind('\n', begin == 0 ? 0 : begin - 1);
  const auto first = line == std::string_view::npos || line >= begin ? 0 : line + 1;
  return asks_for_hosts(text.substr(first, begin - first)) || (first == 0 && asks_for_hosts(key));
}

/// A word of a text, without dots and dashes around it.
struct Word {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// The first word from `at` on, which then stands behind it; an empty one if there is none.
Word next_word(std::string_view text, std::size_t& at) {
  while (at < text.size() && !is_letter(text[at]) && !is_digit(text[at])) ++at;
  const auto begin = at;
  while (at < text.size() && is_name_letter(text[at])) ++at;
  auto end = at;
  while (end > begin && text[end - 1] == '.') --end;
  return {begin, end};
}

/// Calls `found` with each ring that a text in a namespace names.
template <typename Found>
void read_text(const Names& names, std::string_view text, std::string_view key,
               std::string_view name_space, const Found& found) {
  for (std::size_t at = 0; at < text.size();) {
    const auto place = next_word(text, at);
    const auto word = text.substr(place.begin, place.end - place.begin);
    const bool bare = word.find('.') == std::string_view::npos;
    // What does not mean a ring is most words: only those that do are looked at more closely.
    names.look_up(word, name_space, [&](std::size_t ring) {
      if (!bare || host_is_due(text, place.begin, place.end, key)) found(ring);
    });
  }
}

/// What the texts around one workload say: of each ring the first place that names it.
class Reader {
 public:
  Reader(const k8s::ObjectSet& objects, const Names& names) : objects_(objects), names_(names) {}

  using Evidence = std::map<std::size_t, yaml::Node>;

  Evidence read(const k8s::Object& workload) {
    evidence_.clear();
    name_space_ = workload.name_space();
    for (const auto& container : k8s::containers(workload)) read_container(container.node);
    for (const auto& volume : workload.pod_spec()["volumes"]) {
      read_config_map(volume["configMap"]["name"].text());
      for (const auto& source : volume["projected"]["sources"])
        read_config_map(source["configMap"]["name"].text());
    }
    return std::move(evidence_);
  }

 private:
  void read_container(const yaml::Node& container) {
    for (const auto& variable : container["env"]) {
      read_node(variable["value"], variable["name"].text());
      const auto reference = variable["valueFrom"]["configMapKeyRef"];
      if (const auto value = config_map(reference["name"].text())[reference["key"].text()])
        read_node(value, variable["name"].text());
    }
    for (const auto& from : container["envFrom"])
      read_config_map(from["configMapRef"]["name"].text());
    for (const auto* key : {"command", "args"}) {
      std::string_view before;
      for (const auto& word : container[key]) {
        read_node(word, before);
        before = word.text();
      }
    }
  }

  void read_node(const yaml::Node& node, std::string_view key) {
    read_text(names_, node.text(), key, name_space_,
              [&](std::size_t ring) { evidence_.try_emplace(ring, node); });
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
        read_text(names_, value.text(), value.key(), name_space_,
                  [&](std::size_t ring) { known.try_emplace(ring, value); });
      }
    }
    evidence_.insert(known.begin(), known.end());
  }

  const k8s::ObjectSet& objects_;
  const Names& names_;
  std::string_view name_space_;
  Evidence evidence_;
  std::map<const k8s::Object*, Evidence> config_maps_;
};

void add_workloads(const k8s::ObjectSet& objects, const Names& names, std::vector<Ring>& rings) {
  Reader reader(objects, names);
  for (const auto* workload : objects.workloads()) {
    // A node of this ring or another one is a peer.
    if (workload->is("StatefulSet") && cassandra_container(*workload)) continue;
    for (const auto& [ring, node] : reader.read(*workload)) {
      rings[ring].clients.push_back({.workload = workload,
                                     .name_space = std::string(workload->name_space()),
                                     .service_account = std::string(service_account_of(*workload)),
                                     .evidence = node});
    }
  }
}

}  // namespace

void find_clients(const k8s::ObjectSet& objects, const Settings& settings,
                  std::vector<Ring>& rings) {
  const Names names(rings, settings);
  if (!names.empty()) add_workloads(objects, names, rings);
  for (auto& ring : rings) add_admitted(objects, settings, ring);
}

}  // namespace cassmesh::mesh
