// Where keys are read is what istio/api says of them. Labels are only judged where nothing but
// injection and ambient mode could be meant: others are put on workloads for people, too.

#include "misplaced.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

#include "annotations.hpp"
#include "scalar.hpp"

namespace cassmesh::fields {
namespace {

using yaml::Node;

template <std::size_t Size>
bool is_in(const std::array<std::string_view, Size>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

constexpr std::string_view inject = "sidecar.istio.io/inject";

bool is_for_people_as_well(const Key& label) {
  constexpr std::array<std::string_view, 4> keys{
      inject, "istio-injection", "istio.io/dataplane-mode", "istio.io/use-waypoint"};
  return !is_in(keys, label.name);
}

/// Whether it is read on something that rules look at: pods, Services and Namespaces.
bool has_place(const Key& key) {
  constexpr std::array<std::string_view, 3> places{"Pod", "Service", "Namespace"};
  return !key.is_read_on("Any") &&
         std::ranges::any_of(places, [&](std::string_view each) { return key.is_read_on(each); });
}

Use other(Use use) {
  return use == Use::label ? Use::annotation : Use::label;
}

std::string_view in_words(Use use) {
  return use == Use::label ? "a label" : "an annotation";
}

std::string place_of(const Key& key) {
  struct Named {
    std::string_view resource;
    std::string_view words;
  };
  constexpr std::array places{Named{"Pod", "pods"}, Named{"Service", "Services"},
                              Named{"Namespace", "Namespaces"}};
  std::string text;
  for (const auto& [resource, words] : places) {
    if (!key.is_read_on(resource)) continue;
    text += fmt::format("{}{}", text.empty() ? "" : " and ", words);
  }
  return text;
}

class Collector {
 public:
  Collector(const k8s::Object& object, const k8s::ObjectSet& objects,
            const mesh::VersionRange& judged)
      : object_(object), objects_(objects), judged_(judged) {}

  std::vector<Misplaced> collect() {
    for (const auto& metadata : metadata_of(object_)) {
      for (const auto& entry : metadata.node) look(metadata, entry);
    }
    return std::move(found_);
  }

 private:
  void look(const Metadata& metadata, const Node& entry) {
    const auto name = entry.key();
    if (name.find("istio") == name.npos || is_written_by_istio(name)) return;
    const auto* key = key_of(name, metadata.use);
    const bool is_other_use = key == nullptr;
    if (is_other_use) key = key_of(name, other(metadata.use));
    if (key == nullptr || !has_place(*key) || (is_other_use && has_other_meaning(*key))) return;
    if (!is_other_use && (key->is_read_on(metadata.resource) ||
                          (key->use == Use::label && is_for_people_as_well(*key))))
      return;
    const auto istio = judged_ & versions_reading(name);
    if (!istio.empty() && !is_said_elsewhere(entry, metadata.use))
      add(metadata, entry, *key, istio);
  }

  /// A label that is not one of injection says something to others as an annotation.
  static bool has_other_meaning(const Key& key) {
    return key.use == Use::label && is_for_people_as_well(key);
  }

  void add(const Metadata& metadata, const Node& entry, const Key& key,
           const mesh::VersionRange& istio) {
    const auto where =
        metadata.resource == "Pod" ? std::string("pods") : fmt::format("a {}", metadata.resource);
    const auto name = quoted(key.name);
    auto message =
        key.use == metadata.use
            ? fmt::format("{} is read on {}: on {} it does nothing", name, place_of(key), where)
            : fmt::format("{} is read as {} of {}: as {} of {} it does nothing", name,
                          in_words(key.use), place_of(key), in_words(metadata.use), where);
    found_.push_back({entry, std::move(message), remedy(metadata, key), istio});
  }

  std::string remedy(const Metadata& metadata, const Key& key) const {
    const bool runs_pods = static_cast<bool>(object_.pod_template());
    if (key.is_read_on(metadata.resource))
      return fmt::format("move it to the {}s", to_string(key.use));
    if (key.name == inject && object_.is("Namespace"))
      return "label the Namespace 'istio-injection: enabled', or 'disabled'";
    if (key.is_read_on("Pod") && runs_pods) {
      return fmt::format("move it to the {}s of the pod template",
                         key.name == inject ? "label" : to_string(key.use));
    }
    return fmt::format("move it to the {}s of the {}", to_string(key.use),
                       key.is_read_on("Pod")       ? "pod templates"
                       : key.is_read_on("Service") ? "Service"
                                                   : "Namespace");
  }

  /// Of the two that keep a sidecar away each does it, but only the label asks for one by itself.
  static bool says(const Node& metadata, const Node& entry, Use own, std::string_view resource) {
    return std::ranges::any_of(std::array{Use::annotation, Use::label}, [&](Use use) {
      const auto* key = key_of(entry.key(), use);
      if (key == nullptr || !key->is_read_on(resource)) return false;
      if (own == Use::label && use == Use::annotation && entry.text() == "true") return false;
      const auto same = metadata[use == Use::label ? "labels" : "annotations"][entry.key()];
      return same && same.text() == entry.text();
    });
  }

  bool is_said_elsewhere(const Node& entry, Use use) const {
    const bool runs_pods = static_cast<bool>(object_.pod_template());
    if (runs_pods && says(object_.pod_template()["metadata"], entry, use, "Pod")) return true;
    if (!runs_pods && is_for("Pod", entry) && is_said_by_pods(entry, use)) return true;
    return (is_for("Service", entry) && is_said_by_services(entry, use)) ||
           (is_for("Namespace", entry) && is_said_by_namespace(entry, use));
  }

  static bool is_for(std::string_view resource, const Node& entry) {
    return std::ranges::any_of(std::array{Use::annotation, Use::label}, [&](Use use) {
      const auto* key = key_of(entry.key(), use);
      return key != nullptr && key->is_read_on(resource);
    });
  }

  std::string_view name_space() const {
    return object_.is("Namespace") ? object_.name() : object_.name_space();
  }

  bool is_said_by_pods(const Node& entry, Use use) const {
    return std::ranges::any_of(objects_.workloads(name_space()), [&](const k8s::Object* workload) {
      return says(workload->pod_template()["metadata"], entry, use, "Pod");
    });
  }

  bool is_said_by_services(const Node& entry, Use use) const {
    return std::ranges::any_of(objects_.of("Service"), [&](const k8s::Object* service) {
      return service->name_space() == name_space() &&
             says((*service)["metadata"], entry, use, "Service");
    });
  }

  bool is_said_by_namespace(const Node& entry, Use use) const {
    const auto* space = objects_.find("Namespace", "", name_space());
    return space != nullptr && says((*space)["metadata"], entry, use, "Namespace");
  }

  const k8s::Object& object_;
  const k8s::ObjectSet& objects_;
  const mesh::VersionRange& judged_;
  std::vector<Misplaced> found_;
};

}  // namespace

std::vector<Misplaced> misplaced_metadata(const k8s::Object& object, const k8s::ObjectSet& objects,
                                          const mesh::VersionRange& judged) {
  return Collector(object, objects, judged).collect();
}

}  // namespace cassmesh::fields
