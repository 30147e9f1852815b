// Sources: istio/istio pkg/kube/inject/webhook.go (reorderPod: "Init container must be last to
// allow any traffic to pass before iptables is setup") at 1.24.0; istio.io
// setup/additional-setup/cni#compatibility-with-application-init-containers; istio/istio#23802,
// #32775.

#include "early_dialling.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "lifecycle.hpp"

namespace cassmesh::engine {
namespace {

/// What talks TCP. nslookup and dig do not: only TCP is redirected.
constexpr std::array<std::string_view, 7> tools{"cqlsh", "curl",   "wget",     "nc",
                                                "ncat",  "telnet", "/dev/tcp/"};

struct Call {
  yaml::Node at{};
  std::string_view tool{};
};

bool is_local(std::string_view text) {
  return text.find("127.0.0.1") != text.npos || text.find("localhost") != text.npos;
}

/// What a word of a script dials with; empty if nothing.
std::string_view tool_in(std::string_view script) {
  const auto is_there = [&](std::string_view tool) {
    const bool is_path = tool.front() == '/';
    const auto at = is_path ? script.find(tool) : cassandra::find_word(script, tool);
    return at != std::string_view::npos;
  };
  const auto found = std::ranges::find_if(tools, is_there);
  return found == tools.end() ? std::string_view() : *found;
}

/// The first word of its command that dials another pod.
std::optional<Call> call_of(const yaml::Node& container) {
  std::optional<Call> call;
  for (const auto& words : {container["command"], container["args"]}) {
    for (const auto& word : words) {
      if (is_local(word.text())) return std::nullopt;
      const auto tool = tool_in(word.text());
      if (!tool.empty() && !call) call = Call{.at = word, .tool = tool};
    }
  }
  return call;
}

/// The versions on which the ring resets or denies CQL of those without a sidecar, and what does.
mesh::VersionRange closed_to_plaintext(Engine& engine, const mesh::Ring& ring, Evidence& by) {
  mesh::VersionRange range;
  for (const auto& traced : engine.trace(ring, Connection::Kind::cql_outside)) {
    for (const auto& interval : traced.intervals) {
      const auto& hops = interval.trace.hops;
      const auto hop = std::ranges::find_if(hops, [](const Hop& each) {
        return each.failure == Outcome::reset || each.failure == Outcome::denied;
      });
      if (hop == hops.end() || hop->failure != interval.trace.outcome ||
          hop->step != Step::peer_authentication)
        continue;
      range = range | interval.istio;
      if (by.object == nullptr) by = hop->by;
    }
  }
  return range;
}

/// Whether the pod's own words let an init container past the redirection.
bool is_let_through(const Workload& who, const yaml::Node& container) {
  const auto own = container["securityContext"]["runAsUser"];
  const auto annotations = who.object->pod_annotations();
  return own.text() == "1337" || annotations["traffic.sidecar.istio.io/excludeOutboundPorts"] ||
         annotations["traffic.sidecar.istio.io/excludeOutboundIPRanges"] ||
         annotations["traffic.sidecar.istio.io/includeOutboundIPRanges"];
}

class Finder {
 public:
  Finder(Engine& engine, const mesh::Ring& ring)
      : engine_(engine), ring_(ring), objects_(*engine.model(ring).all) {}

  std::vector<EarlyDialling> find() {
    const auto& model = engine_.model(ring_);
    for (const auto* workloads : {&model.nodes, &model.clients}) {
      for (const auto& who : *workloads) {
        if (who.object != nullptr && !who.is_peer && who.injection.is_known) look(who);
      }
    }
    return std::move(found_);
  }

 private:
  void look(const Workload& who) {
    for (const auto& container : k8s::containers(*who.object)) {
      const bool stays = container.node["restartPolicy"].text() == "Always";
      if (!container.init || stays) continue;
      if (const auto call = call_of(container.node)) add(who, container.node, *call);
    }
  }

  void add(const Workload& who, const yaml::Node& container, const Call& call) {
    const auto early = who.injection.sidecar - native_sidecar(*who.object, objects_);
    if (early.empty()) return;
    Evidence by;
    const bool asks_ring = call.tool == "cqlsh";
    const auto closed =
        asks_ring ? early & closed_to_plaintext(engine_, ring_, by) : mesh::VersionRange();
    if (!closed.empty()) {
      found_.push_back({&who, call.at, call.tool, closed, true, by});
      return;
    }
    const auto* plugin = cni_plugin(objects_);
    if (plugin == nullptr || is_let_through(who, container)) return;
    found_.push_back({&who, call.at, call.tool, early, false, {plugin, plugin->name_node()}});
  }

  Engine& engine_;
  const mesh::Ring& ring_;
  const k8s::ObjectSet& objects_;
  std::vector<EarlyDialling> found_;
};

}  // namespace

std::vector<EarlyDialling> early_diallings(Engine& engine, const mesh::Ring& ring) {
  return Finder(engine, ring).find();
}

}  // namespace cassmesh::engine
