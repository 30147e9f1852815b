// Seeds are names that the pod's resolver completes (`cassandra-0.cassandra` is enough within the
// namespace), unlike the hosts of Istio's objects. Most of what can stand there is none of our
// business; what is left is a name inside the cluster that the files show to be nobody.

#include "seeds.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "../text.hpp"

namespace cassmesh::cassandra {
namespace {

/// A seed's name taken apart; the parts that it leaves out are those of the pod that resolves it.
struct SeedName {
  std::string_view pod{};  ///< empty: the whole Service
  std::string_view service;
  std::string_view name_space;
};

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find_first_of(separators, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

class Judge {
 public:
  Judge(const Setup& setup, const mesh::Ring& ring, const Surroundings& around)
      : setup_(setup),
        ring_(ring),
        around_(around),
        objects_(around.objects),
        settings_(around.settings) {}

  /// Why a seed is nobody; nothing if it is somebody or may be.
  std::optional<LostSeed> judge(std::string_view seed) const {
    const auto name = read(seed);
    if (!name) return std::nullopt;
    const bool own = name->service == ring_.governing_name();
    if (name->name_space != ring_.name_space) return elsewhere(*name, own);
    if (own && !name->pod.empty()) return own_pod(name->pod);
    if (own) return std::nullopt;
    if (const auto* service = objects_.find("Service", name->name_space, name->service))
      return name->pod.empty() ? without_port(*service) : std::nullopt;
    const auto near = nearest_service(name->service);
    return LostSeed{
        .why = fmt::format("which names no Service of namespace '{}'", ring_.name_space),
        .meant = near.empty() ? std::string() : with(*name, near),
        .is_certain = shows_services()};
  }

 private:
  /// Nothing for what only a resolver knows.
  std::optional<SeedName> read(std::string_view seed) const {
    if (seed.ends_with('.')) seed.remove_suffix(1);
    if (seed.empty() || seed.find_first_of(":${/") != std::string_view::npos || is_alias(seed))
      return std::nullopt;
    const auto suffix = fmt::format(".svc.{}", settings_.cluster_domain);
    bool whole = seed.ends_with(suffix);
    if (whole) seed.remove_suffix(suffix.size());
    if (!whole && seed.ends_with(".svc")) {
      seed.remove_suffix(4);
      whole = true;
    }
    const auto parts = split(seed, ".");
    if (std::ranges::find(parts, std::string_view()) != parts.end()) return std::nullopt;
    if (whole && parts.size() == 2) return SeedName{.service = parts[0], .name_space = parts[1]};
    if (whole && parts.size() == 3) return SeedName{parts[0], parts[1], parts[2]};
    return whole ? std::nullopt : completed(parts);
  }

  std::optional<SeedName> completed(const std::vector<std::string_view>& parts) const {
    if (parts.size() == 1) return SeedName{.service = parts[0], .name_space = ring_.name_space};
    const auto own = ring_.governing_name();
    if (parts.size() == 2 && parts[1] == own) return SeedName{parts[0], own, ring_.name_space};
    if (parts.size() == 2 && parts[0] == own)
      return SeedName{.service = own, .name_space = parts[1]};
    if (parts.size() == 3 && parts[1] == own) return SeedName{parts[0], own, parts[2]};
    return std::nullopt;  // `db.example.com`, as likely as not
  }

  bool is_alias(std::string_view name) const {
    return std::ranges::any_of(setup_.set().pod_spec()["hostAliases"], [&](const auto& alias) {
      return std::ranges::any_of(alias["hostnames"],
                                 [&](const auto& each) { return each.text() == name; });
    });
  }

  std::optional<LostSeed> elsewhere(const SeedName& name, bool own) const {
    // The files may be applied to any namespace that they leave out.
    if (!setup_.set().node()["metadata"]["namespace"]) return std::nullopt;
    if (objects_.find("Service", name.name_space, name.service) != nullptr) return std::nullopt;
    const bool shown = settings_.closed_world || objects_.covers(name.name_space);
    if (!own && !shown) return std::nullopt;  // another datacentre
    return LostSeed{
        .why = fmt::format("which is in namespace '{}', while the ring is in '{}'", name.name_space,
                           ring_.name_space),
        .meant = own ? with({name.pod, name.service, ring_.name_space}, name.service) : "",
        // Manifests that were made for `default` are what most rings begin with.
        .is_certain = shown || name.name_space == "default"};
  }

  /// A Service's own address leads nowhere but to the ports that the Service has.
  std::optional<LostSeed> without_port(const k8s::Object& service) const {
    const auto spec = service["spec"];
    if (mesh::is_headless(service) || spec["type"].text() == "ExternalName") return std::nullopt;
    const std::array numbers{setup_.setting("storage_port", "7000"),
                             setup_.setting("ssl_storage_port", "7001")};
    const bool has_port = std::ranges::any_of(spec["ports"], [&](const yaml::Node& port) {
      return std::ranges::find(numbers, port["port"].text()) != numbers.end();
    });
    if (has_port || !spec["ports"].is_sequence()) return std::nullopt;
    return LostSeed{
        .why = fmt::format("a Service with an address of its own and without port {}", numbers[0]),
        .is_certain = true};
  }

  std::optional<LostSeed> own_pod(std::string_view pod) const {
    if (ring_.has_pod(pod)) return std::nullopt;
    for (const auto* set : ring_.stateful_sets) {
      const auto ordinal = pod.substr(std::min(pod.size(), set->name().size()));
      if (!pod.starts_with(set->name()) || !ordinal.starts_with('-') || ordinal.size() < 2 ||
          !std::ranges::all_of(ordinal.substr(1), is_digit))
        continue;
      return LostSeed{.why = fmt::format("and StatefulSet '{}' has no such pod with 'replicas: {}'",
                                         set->name(), (*set)["spec"]["replicas"].text()),
                      .is_certain = true};
    }
    if (may_be_elsewhere(pod)) return std::nullopt;
    return LostSeed{.why = fmt::format("and no StatefulSet of the ring has a pod '{}'", pod),
                    .is_certain = true};
  }

  /// Whether somebody may make a pod that no StatefulSet of the ring has: that of another rack, or
  /// its owner. Where the governing Service is in the files, so are the racks.
  bool may_be_elsewhere(std::string_view pod) const {
    if (settings_.closed_world) return false;
    const auto dash = pod.rfind('-');
    if (ring_.service == nullptr || around_.lacks_objects || dash == std::string_view::npos ||
        dash + 1 == pod.size() || !std::ranges::all_of(pod.substr(dash + 1), is_digit))
      return true;
    return std::ranges::any_of(around_.everywhere, [&](const k8s::ObjectSet* set) {
      return set->find("StatefulSet", ring_.name_space, pod.substr(0, dash)) != nullptr ||
             set->find("Pod", ring_.name_space, pod) != nullptr;
    });
  }

  std::string with(const SeedName& name, std::string_view service) const {
    return fmt::format("{}{}{}.{}.svc.{}", name.pod, name.pod.empty() ? "" : ".", service,
                       name.name_space, settings_.cluster_domain);
  }

  bool shows_services() const {
    return settings_.closed_world ||
           std::ranges::any_of(objects_.of("Service"), [&](const k8s::Object* service) {
             return service->name_space() == ring_.name_space;
           });
  }

  std::string_view nearest_service(std::string_view name) const {
    std::vector<std::string_view> names;
    for (const auto* service : ring_.services) names.push_back(service->name());
    return closest(name, names);
  }

  const Setup& setup_;
  const mesh::Ring& ring_;
  const Surroundings& around_;
  const k8s::ObjectSet& objects_;
  const mesh::Settings& settings_;
};

bool is_address(std::string_view seed) {
  return seed.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

std::vector<Seed> seeds_of(const Setup& setup) {
  std::vector<Seed> seeds;
  for (const auto* name : {"CASSANDRA_SEEDS", "SEEDS"}) {
    const auto variable = setup.variable(name);
    if (!variable) continue;
    const auto value = setup.value(variable).value_or("${}");
    for (const auto part : split(value, ", ")) {
      if (const auto seed = trim(part); !seed.empty())
        seeds.push_back({std::string(seed), variable});
    }
  }
  return seeds;
}

std::optional<LostSeed> lost_seed(const Setup& setup, const mesh::Ring& ring,
                                  const Surroundings& around) {
  const Judge judge(setup, ring, around);
  std::optional<LostSeed> first;
  for (const auto& [seed, variable] : seeds_of(setup)) {
    auto lost = is_address(seed) ? std::nullopt : judge.judge(seed);
    if (!lost) return std::nullopt;
    if (first) continue;
    first = std::move(lost);
    first->seed = seed;
    first->variable = variable;
  }
  return first;
}

std::string first_pod(const mesh::Ring& ring, const mesh::Settings& settings) {
  const auto& set = *ring.stateful_sets.front();
  if (ring.governing_name().empty()) return {};
  const auto start = set["spec"]["ordinals"]["start"].text();
  auto name =
      fmt::format("{}-{}.{}", set.name(), start.empty() ? "0" : start, ring.governing_name());
  // The files may be applied to any namespace that they leave out.
  if (!set.node()["metadata"]["namespace"]) return name;
  return fmt::format("{}.{}.svc.{}", name, ring.name_space, settings.cluster_domain);
}

bool calls_pods(const k8s::Object& set) {
  const auto container = mesh::cassandra_container(set);
  if (!container) return false;
  const auto pod = std::string(set.name()) + "-0.";
  return std::ranges::any_of(container->node["env"], [&](const yaml::Node& variable) {
    return variable["value"].text().find(pod) != std::string_view::npos;
  });
}

}  // namespace cassmesh::cassandra
