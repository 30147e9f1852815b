// Who injects: up to 1.9 the webhook is asked for pods of namespaces that are labelled, from 1.10
// on also for pods that are; then istiod looks at the pod itself. Of injection's own settings only
// enableNamespacesByDefault is looked for, and revisions are taken to be installed.
// Sources: istio/istio pkg/kube/inject/inject.go (injectRequired) and initializer.go at 1.8.0,
// 1.10.0 and 1.27.0;
// manifests/charts/istio-control/istio-discovery/templates/mutatingwebhook.yaml at 1.8.0 and
// 1.10.0; for ambient mode cni/pkg/util/podutil.go (PodRedirectionEnabled) at 1.21.0, 1.22.0 and
// 1.24.0, manifests/charts/istio-cni/values.yaml at 1.30.0.

#include "injection.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

#include "injected_pods.hpp"

namespace cassmesh::engine {
namespace {

using mesh::Capability;
using mesh::VersionRange;
using mesh::versions_with;

/// Namespaces that the injector leaves out by their names.
constexpr std::array<std::string_view, 4> never_injected{"kube-system", "kube-public",
                                                         "kube-node-lease", "local-path-storage"};

/// Whether the installation injects pods for which nothing says anything.
bool injects_by_default(const k8s::ObjectSet& objects) {
  return std::ranges::any_of(objects.of("IstioOperator"), [](const k8s::Object* installation) {
    const auto webhook = (*installation)["spec"]["values"]["sidecarInjectorWebhook"];
    return webhook["enableNamespacesByDefault"].text() == "true";
  });
}

class Decision {
 public:
  Decision(const Pods& pods, const k8s::ObjectSet& objects, const mesh::Settings& settings,
           bool is_meant)
      : pods_(pods),
        objects_(objects),
        settings_(settings),
        space_(objects.find("Namespace", "", pods.name_space)),
        labels_(space_ == nullptr ? yaml::Node() : space_->labels()),
        is_meant_(is_meant) {}

  Injection make() {
    if (decided_without_labels()) return std::move(made_);
    // Nobody labels Istio's own namespace by chance.
    if (space_ != nullptr || pods_.name_space == settings_.root_namespace) {
      decide();
    } else {
      assume();
    }
    refuse();
    if (made_.is_known && !made_.ambient.empty()) say_ambient();
    return std::move(made_);
  }

 private:
  void say(const Evidence& by, std::string why) {
    made_.by = by;
    made_.why = std::move(why);
  }
  void say_label(const yaml::Node& label, const k8s::Object* owner) {
    const auto who = owner == pods_.workload ? std::string("the pods have")
                                             : fmt::format("namespace '{}' has", pods_.name_space);
    say({.object = owner, .at = label},
        fmt::format("{} the label {}: {}", who, label.key(), label.text()));
  }
  void say_ambient() {
    const auto of_pods = pods_.labels[dataplane_key];
    const bool by_pods = of_pods.text() == "ambient";
    say_label(by_pods ? of_pods : labels_[dataplane_key], by_pods ? pods_.workload : space_);
  }

  /// Whether nobody has to look at labels.
  bool decided_without_labels() {
    if (settings_.mode == mesh::Mode::none) {
      say({}, "meshMode is none");
      return true;
    }
    if (const auto network = pods_.spec["hostNetwork"]; network.text() == "true") {
      say({.object = pods_.workload, .at = network},
          "the pods have hostNetwork, and such are never injected");
      return true;
    }
    const auto proxy =
        pods_.workload == nullptr ? yaml::Node() : sidecar_in_template(*pods_.workload);
    if (proxy) {
      made_.sidecar = VersionRange::any();
      say({.object = pods_.workload, .at = proxy}, "the pod template holds the sidecar itself");
      return true;
    }
    if (std::ranges::find(never_injected, pods_.name_space) == never_injected.end()) return false;
    say({}, fmt::format("namespace '{}' is never injected", pods_.name_space));
    return true;
  }

  /// By the labels of the Namespace, and of the pods.
  void decide() {
    if (labels_[dataplane_key].text() == "ambient")
      made_.ambient = versions_with(Capability::ambient_mode);
    enroll_pods();
    if (const auto label = labels_[injection_key]) {
      if (label.text() == "enabled") made_.sidecar = VersionRange::any();
      say_label(label, space_);
    } else if (const auto revision = labels_[revision_key]) {
      made_.sidecar = served_by_revision(revision.text());
      say_label(revision, space_);
    } else if (const auto asking = asking_label(pods_)) {
      made_.sidecar = asked_by_label(pods_);
      say_label(asking, pods_.workload);
    } else if (injects_by_default(objects_) && !pods_.labels[inject_key]) {
      made_.sidecar = VersionRange::any();
      say({}, "enableNamespacesByDefault is true");
    } else {
      say({.object = space_, .at = space_ == nullptr ? yaml::Node() : space_->name_node()},
          fmt::format("namespace '{}' has no label for injection", pods_.name_space));
    }
  }

  /// Without the Namespace: by the pods' own words, else as they are meant to be.
  void assume() {
    const bool in_ambient = settings_.mode == mesh::Mode::ambient;
    if (!asked_by_label(pods_).empty()) {
      // Older versions look at the Namespace alone, which is then taken to ask as well.
      made_.sidecar = VersionRange::any();
      return say_label(asking_label(pods_), pods_.workload);
    }
    enroll_pods();
    if (!made_.ambient.empty()) return;
    const bool stays_out = pods_.labels[dataplane_key].text() == "none";
    made_.is_known = in_ambient ? stays_out : static_cast<bool>(refusing_word(pods_));
    if (is_meant_ && in_ambient && !stays_out)
      made_.ambient = versions_with(Capability::ambient_mode);
    if (is_meant_ && !in_ambient) made_.sidecar = VersionRange::any();
    say({}, fmt::format("the labels of namespace '{}' decide, which is not in the files",
                        pods_.name_space));
  }

  void enroll_pods() {
    if (pods_.labels[dataplane_key].text() == "ambient")
      made_.ambient = made_.ambient | versions_with(Capability::ambient_pod_label);
  }

  /// What the pods do not want, and that a sidecar keeps ztunnel away.
  void refuse() {
    auto word = refusing_word(pods_);
    made_.sidecar = made_.sidecar - refused(pods_);
    const auto outside = outside_of_ambient(pods_);
    if (!word && made_.ambient.overlaps(outside)) {
      const auto label = pods_.labels[dataplane_key];
      word = label ? label : pods_.annotations[redirection_key];
    }
    made_.ambient = made_.ambient - outside - made_.sidecar;
    if (!word) return;
    const bool is_annotation = pods_.annotations[word.key()] == word;
    made_.refusal = fmt::format("the pods have the {} {}: {}",
                                is_annotation ? "annotation" : "label", word.key(), word.text());
    made_.refused_by = {.object = pods_.workload, .at = word};
  }

  const Pods& pods_;
  const k8s::ObjectSet& objects_;
  const mesh::Settings& settings_;
  const k8s::Object* space_;
  yaml::Node labels_;
  bool is_meant_;
  Injection made_;
};

}  // namespace

Proxy proxy_on(const Injection& injection, const Moment& version) {
  if (version.is_in(injection.sidecar)) return Proxy::sidecar;
  return version.is_in(injection.ambient) ? Proxy::ambient : Proxy::none;
}

Grounds grounds_on(const Injection& injection, const Moment& version) {
  Grounds asked{.why = injection.why, .by = injection.by};
  if (proxy_on(injection, version) != Proxy::none) return asked;
  if (!injection.refusal.empty()) return {.why = injection.refusal, .by = injection.refused_by};
  if (injection.sidecar.empty() && injection.ambient.empty()) return asked;
  return {.why = fmt::format("{}, which does nothing on Istio {}", injection.why, version.name()),
          .by = injection.by};
}

Injection injection_of(const k8s::Object& workload, const k8s::ObjectSet& objects,
                       const mesh::Settings& settings, bool is_meant) {
  const auto pods = pods_of(workload);
  return Decision(pods, objects, settings, is_meant).make();
}

Injection injection_of(std::string_view name_space, const k8s::ObjectSet& objects,
                       const mesh::Settings& settings, bool is_meant) {
  const Pods pods{.name_space = name_space};
  return Decision(pods, objects, settings, is_meant).make();
}

}  // namespace cassmesh::engine
