#include "unmeshed.hpp"

#include <fmt/core.h>

#include <utility>

#include "cassmesh/value.hpp"
#include "injected_pods.hpp"

namespace cassmesh::engine {
namespace {

mesh::VersionRange meshed(const Workload& node) {
  return node.injection.sidecar | node.injection.ambient;
}

/// Whether somebody wrote that these pods stay out of the mesh.
bool is_wanted(const Evidence& why) {
  const auto key = why.at.key();
  const bool is_no = why.at.text() == "disabled" || why.at.text() == "none";
  return key == inject_key || ((key == injection_key || key == dataplane_key) && is_no);
}

class Collector {
 public:
  explicit Collector(const Model& model) : model_(model) {}

  void look(const Workload& node, const mesh::VersionRange& istio) {
    auto without = istio - meshed(node);
    if (!node.injection.is_known) return;
    for (const auto& other : model_.nodes) {
      if (!other.injection.is_known) continue;
      add(node, without & meshed(other), &other);
      without = without - meshed(other);
    }
    add(node, without, nullptr);
  }

  std::vector<Unmeshed> found;

 private:
  void add(const Workload& node, const mesh::VersionRange& range, const Workload* sibling) {
    if (range.empty()) return;
    const auto first = range.intervals().front().first;
    Unmeshed one{.node = &node,
                 .sibling = sibling,
                 .istio = range,
                 .grounds = grounds_on(node.injection, first),
                 .intent = model_.intent};
    if (sibling == nullptr && is_wanted(one.grounds.by))
      one.intent = intent_despite_refusal(*model_.ring, *model_.all, *model_.settings);
    if (sibling != nullptr || one.intent.is_meant) found.push_back(std::move(one));
  }

  const Model& model_;
};

}  // namespace

std::vector<Unmeshed> unmeshed(const Model& model, const mesh::VersionRange& istio) {
  Collector collector(model);
  for (const auto& node : model.nodes) collector.look(node, istio);
  return std::move(collector.found);
}

std::string remedy(const Unmeshed& found, const k8s::ObjectSet& objects) {
  const auto& workload = *found.node->object;
  const auto pods = pods_of(workload);
  const auto* space = objects.find("Namespace", "", workload.name_space());
  const auto& word = found.grounds.by;
  const auto written = fmt::format(
      "'{}: {}'", word.at.key(), word.at.quoted() ? yaml::quoted(word.at.text()) : word.at.text());
  const bool pods_ask = asked_by_label(pods).contains(found.istio);
  if (word.object != nullptr && word.object == space && is_wanted(word))
    return pods_ask ? fmt::format("take {} off the Namespace", written)
                    : fmt::format("label the Namespace 'istio-injection: enabled' instead of {}",
                                  written);
  const bool is_of_pods = word.object == &workload && word.at;
  if (!is_of_pods || (word.at.key() != "hostNetwork" && !refusing_word(pods))) return {};
  const bool is_asked = pods_ask || (space != nullptr && asks_for_proxies(*space));
  return fmt::format("take {} off the pod template{}", written,
                     is_asked ? "" : ", and label the Namespace 'istio-injection: enabled'");
}

yaml::Node misplaced_request(const k8s::Object& workload) {
  const auto node = asks_for_proxy(workload);
  const auto is_of = [&](const yaml::Node& words) { return node && words[node.key()] == node; };
  // By an alias the template may have the very labels of the workload.
  if (is_of(workload.pod_labels()) || is_of(workload.pod_annotations())) return {};
  return is_of(workload.labels()) || is_of(workload.annotations()) ? node : yaml::Node();
}

yaml::Node contradicting_annotation(const k8s::Object& workload) {
  const auto label = workload.pod_labels()[inject_key];
  const auto annotation = workload.pod_annotations()[inject_key];
  const bool differ = (label.text() == "true" && annotation.text() == "false") ||
                      (label.text() == "false" && annotation.text() == "true");
  return differ ? annotation : yaml::Node();
}

yaml::Node overruled_revision(const k8s::Object& name_space) {
  const auto injection = name_space.labels()[injection_key];
  const auto revision = name_space.labels()[revision_key];
  if (!injection || revision.text().empty()) return {};
  const bool same = injection.text() == "enabled" && revision.text() == "default";
  return same ? yaml::Node() : revision;
}

}  // namespace cassmesh::engine
