// The first and the last stage of a connection's way: whether a name leads to a node, and who
// listens there.

#include <fmt/core.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/flow.hpp"
#include "support.hpp"

using namespace cassmesh;
using engine::Address;
using engine::Flow;
using engine::Model;
using engine::Outcome;
using engine::Route;
using engine::Sockets;

namespace {

/// A ring of three nodes in `data`, with its governing Service and one for drivers; and a client.
class Scene {
 public:
  Scene() : source_(1, "ring.yaml", text), documents_(yaml::parse(source_)) {
    std::vector<k8s::Object> all;
    for (const auto& document : documents_) all.emplace_back(document.root(), "default");
    objects_ = k8s::ObjectSet(std::move(all));
    rings_ = mesh::find_rings(objects_, settings_);
    REQUIRE(rings_.size() == 1);
    model.ring = &rings_.front();
    model.settings = &settings_;
    model.all = &objects_;
    for (const auto* set : rings_.front().stateful_sets)
      model.nodes.push_back({.object = set, .name_space = "data"});
    model.clients.push_back({.name_space = "shop"});
    for (const auto* service : rings_.front().services) {
      const bool governs = service == rings_.front().service;
      model.services.push_back({.object = service,
                                .host = fmt::format("{}.data.svc.cluster.local", service->name()),
                                .is_headless = governs,
                                .governs = governs,
                                .has_not_ready = governs,
                                .selects = {true}});
    }
    route.source = &model.nodes.front();
    route.target = &model.nodes.front();
    route.port = 7000;
  }

  Sockets& sockets() { return model.nodes.front().sockets; }

  engine::Service& governing() { return model.services[model.services.front().governs ? 0 : 1]; }

  engine::Trace arrive(bool at_loopback = false) const {
    Flow flow(model, route, recent, true);
    flow.to_loopback = at_loopback;
    engine::reach_application(flow);
    return flow.finish();
  }

  engine::Trace resolve() const {
    Flow flow(model, route, recent, true);
    engine::resolve_name(flow);
    return flow.finish();
  }

  Model model;
  engine::Moment recent = mesh::IstioVersion{24, 0};
  Route route;

 private:
  static constexpr const char* text = R"(apiVersion: apps/v1
kind: StatefulSet
metadata: {name: cassandra, namespace: data}
spec:
  serviceName: cassandra
  replicas: 3
  template:
    metadata: {labels: {app: cassandra}}
    spec: {containers: [{name: cassandra, image: cassandra}]}
---
apiVersion: v1
kind: Service
metadata: {name: cassandra, namespace: data}
spec: {clusterIP: None, selector: {app: cassandra}, ports: [{port: 7000}]}
---
apiVersion: v1
kind: Service
metadata: {name: drivers, namespace: data}
spec: {selector: {app: cassandra}, ports: [{port: 9042}]}
)";

  Source source_;
  std::vector<yaml::Document> documents_;
  k8s::ObjectSet objects_;
  mesh::Settings settings_;
  std::vector<mesh::Ring> rings_;
};

/// What the first hop says that fails, or else the last one; and the outcome.
std::string shown(const engine::Trace& trace) {
  if (trace.hops.empty()) return "-";
  for (const auto& hop : trace.hops) {
    if (hop.failure) return fmt::format("{}: {}", to_string(trace.outcome), hop.decision);
  }
  return trace.hops.back().decision;
}

/// Cassandra that listens at one of its addresses only.
engine::Binding only(bool at_loopback) {
  return {.on_loopback = at_loopback, .on_pod_ip = !at_loopback, .why = "so it is told"};
}

}  // namespace

TEST_CASE("a peer is refused where Cassandra listens at the other address") {
  Scene scene;
  scene.sockets().internode.why = "both are told";
  CHECK(shown(scene.arrive()) == "Cassandra listens at the pod IP:7000: both are told");
  CHECK(shown(scene.arrive(true)) == "Cassandra listens at 127.0.0.1:7000: both are told");

  scene.sockets().internode = only(true);
  CHECK(shown(scene.arrive()) ==
        "refused: the pod IP:7000 is dialled, and Cassandra listens only at 127.0.0.1: so it is "
        "told");
  CHECK(shown(scene.arrive(true)) == "Cassandra listens at 127.0.0.1:7000: so it is told");

  scene.sockets().internode = only(false);
  CHECK(shown(scene.arrive(true)) ==
        "refused: 127.0.0.1:7000 is dialled, and Cassandra listens only at the pod IP: so it is "
        "told");

  scene.sockets().internode = {.on_loopback = false, .on_pod_ip = false, .why = "it is 0.0.0.0"};
  CHECK(shown(scene.arrive()) ==
        "refused: the pod IP:7000 is dialled, and Cassandra listens nowhere: it is 0.0.0.0");

  scene.sockets().internode = {.is_known = false, .why = "nobody knows"};
  CHECK(shown(scene.arrive()) ==
        "Cassandra is taken to listen at the pod IP:7000, as nobody knows");
  CHECK(works(scene.arrive().outcome));
}

TEST_CASE("an address that a policy shows stands with what decided it") {
  Scene scene;
  const auto at = (*scene.model.nodes.front().object)["spec"]["serviceName"];
  scene.sockets().internode = only(true);
  scene.sockets().internode.by = {scene.model.nodes.front().object, at};
  const auto trace = scene.arrive();
  REQUIRE(trace.hops.size() == 1);
  CHECK(trace.hops.front().step == engine::Step::application);
  CHECK(trace.hops.front().by.at.begin_offset() == at.begin_offset());
}

TEST_CASE("a port at which no Cassandra listens refuses peers, and tells nothing of a probe") {
  Scene scene;
  scene.sockets().internode_port = 7001;
  scene.model.nodes.push_back(scene.model.nodes.front());
  scene.route.source = &scene.model.nodes.back();
  scene.route.target = &scene.model.nodes.front();
  CHECK(shown(scene.arrive()) ==
        "refused: the pod IP:7000 is dialled, and Cassandra listens for its peers at port 7001");
  scene.route.is_probe = true;
  scene.route.source = nullptr;
  CHECK(shown(scene.arrive()) == "-");
}

TEST_CASE("a node that dials out from 127.0.0.1 reaches no other one") {
  Scene scene;
  scene.sockets().binds_outbound = {.holds = true, .why = "listen_address is 127.0.0.1"};
  CHECK(shown(scene.arrive()) ==
        "refused: Cassandra before 3.10 dials out from its listen address, from which no other pod "
        "can be reached (EINVAL): listen_address is 127.0.0.1");
  scene.route.is_self = true;
  CHECK(works(scene.arrive().outcome));
  scene.route.is_self = false;
  scene.route.source = &scene.model.clients.front();
  CHECK(works(scene.arrive().outcome));
}

TEST_CASE("nodes that are told 127.0.0.1 meet themselves") {
  Scene scene;
  scene.sockets().broadcast = Address::loopback;
  scene.sockets().broadcast_why = "broadcast_address is not set";
  CHECK(shown(scene.arrive()) ==
        "misrouted: the others are told to dial 127.0.0.1, where each meets itself: "
        "broadcast_address is not set");
  scene.sockets().broadcast = Address::wildcard;
  CHECK(scene.arrive().outcome == Outcome::refused);
  scene.sockets().broadcast = Address::unknown;
  CHECK(works(scene.arrive().outcome));

  scene.sockets().broadcast = Address::pod_ip;
  scene.sockets().prefers_local = {.holds = true, .why = "prefer_local is true"};
  CHECK(shown(scene.arrive()) ==
        "misrouted: the others go over to its listen address, 127.0.0.1, where each meets itself: "
        "prefer_local is true");
  scene.sockets().listen = Address::pod_ip;
  CHECK(works(scene.arrive().outcome));
}

TEST_CASE("drivers that are told 127.0.0.1 meet themselves") {
  Scene scene;
  scene.route.source = &scene.model.clients.front();
  scene.route.port = 9042;
  CHECK(works(scene.arrive().outcome));
  scene.sockets().broadcast_rpc = Address::loopback;
  scene.sockets().broadcast_rpc_why = "it is so";
  CHECK(shown(scene.arrive()) ==
        "misrouted: drivers are told to dial 127.0.0.1, where each meets itself: it is so");
  scene.route.dialled = Route::Dialled::service;
  CHECK(works(scene.arrive().outcome));
  scene.sockets().cql = only(true);
  CHECK(shown(scene.arrive()) ==
        "refused: the pod IP:9042 is dialled, and CQL listens only at 127.0.0.1: so it is told");
}

TEST_CASE("a node meets itself at the address that it dials") {
  Scene scene;
  scene.route.is_self = true;
  scene.sockets().internode = only(true);
  scene.sockets().self = Address::loopback;
  CHECK(works(scene.arrive().outcome));
  scene.sockets().self = Address::pod_ip;
  CHECK(scene.arrive().outcome == Outcome::refused);
  CHECK(works(scene.arrive(true).outcome));  // its own sidecar delivers to 127.0.0.1
  scene.sockets().internode = only(false);
  CHECK(works(scene.arrive().outcome));
}

TEST_CASE("nodetool works in the pod, and from elsewhere where JMX is open") {
  Scene scene;
  scene.route.port = 7199;
  scene.route.source = nullptr;
  scene.route.is_probe = true;
  scene.route.dialled = Route::Dialled::loopback;
  CHECK(works(scene.arrive().outcome));
  scene.route.is_probe = false;
  scene.route.is_self = true;
  CHECK(works(scene.arrive().outcome));

  scene.route.is_self = false;
  scene.route.source = &scene.model.clients.front();
  scene.route.dialled = Route::Dialled::pod_ip;
  CHECK(scene.arrive().outcome == Outcome::refused);
  CHECK(scene.arrive(true).outcome == Outcome::misrouted);
  scene.sockets().jmx = {};
  CHECK(works(scene.arrive().outcome));
  CHECK(works(scene.arrive(true).outcome));
}

TEST_CASE("a probe that opens a port finds it where it dials") {
  Scene scene;
  scene.route.source = nullptr;
  scene.route.is_probe = true;
  scene.sockets().internode = only(true);
  CHECK(scene.arrive().outcome == Outcome::refused);
  CHECK(works(scene.arrive(true).outcome));
  Flow flow(scene.model, scene.route, scene.recent, true);
  flow.is_answered_by_proxy = true;
  engine::reach_application(flow);
  CHECK(flow.finish().hops.empty());
}

TEST_CASE("names resolve as a pod's resolver completes them") {
  struct Row {
    std::string host;
    std::string shown;
    std::function<void(Scene&)> change = [](Scene&) {};
  };
  const std::string by_service = "is the pod IP, by Service 'cassandra.data.svc.cluster.local'";
  const auto found = [&](const std::string& host) {
    return Row{host, fmt::format("'{}' {}", host, by_service)};
  };
  const auto foreign = [](const std::string& host) {
    return Row{host, fmt::format("'{}' is no name of this ring", host)};
  };
  const auto lost = [](const std::string& host, const std::string& why,
                       std::function<void(Scene&)> change) {
    return Row{host, fmt::format("unresolved: '{}' does not resolve: {}", host, why),
               std::move(change)};
  };
  const auto not_ready = [](Scene& scene) { scene.route.target_is_ready = false; };
  const auto withheld = [](Scene& scene) {
    scene.route.target_is_ready = false;
    scene.governing().has_not_ready = false;
  };
  const std::string pod = "cassandra-0.cassandra.data.svc.cluster.local";
  const std::string service = "cassandra.data.svc.cluster.local";
  const std::vector<Row> rows{
      {"", "-"},
      {"10.1.2.3", "-"},
      {"fd00::1", "-"},
      found(pod),
      found(pod + "."),
      found("cassandra-2.cassandra"),
      found("cassandra-0.cassandra.data"),
      found("cassandra-0.cassandra.data.svc"),
      found("cassandra"),
      found("cassandra.data"),
      found("cassandra.data.svc"),
      found(service),
      {"drivers", "'drivers' is the address of Service 'drivers.data.svc.cluster.local'"},
      {"drivers", "'drivers' is the address of Service 'drivers.data.svc.cluster.local'",
       not_ready},
      foreign("cassandra-0.cassandra.other.svc.cluster.local"),
      foreign("cassandra-9.cassandra"),
      foreign("db.example.com"),
      foreign("elsewhere"),
      {"cassandra", "'cassandra' is no name of this ring",
       [](Scene& scene) { scene.route.source = &scene.model.clients.front(); }},
      {"cassandra.data", fmt::format("'cassandra.data' {}", by_service),
       [](Scene& scene) { scene.route.source = &scene.model.clients.front(); }},
      {pod, fmt::format("'{}' {}", pod, by_service), not_ready},
      {pod, fmt::format("'{}' stands in the pod's own /etc/hosts", pod),
       [&](Scene& scene) {
         withheld(scene);
         scene.route.is_self = true;
       }},
      lost(pod,
           "Service 'cassandra.data.svc.cluster.local' withholds the addresses of pods that are "
           "not Ready",
           withheld),
      lost(service,
           "Service 'cassandra.data.svc.cluster.local' withholds the addresses of pods that are "
           "not Ready",
           withheld),
      lost("cassandra-0.drivers", "the pods' names are below their serviceName, 'cassandra'",
           [](Scene&) {}),
      lost(pod, "there is no Service 'data/cassandra'",
           [](Scene& scene) { scene.model.services.clear(); }),
      lost("cassandra.data", "there is no Service 'data/cassandra'",
           [](Scene& scene) { scene.model.services.clear(); }),
      lost(pod, "Service 'cassandra.data.svc.cluster.local' is not headless",
           [](Scene& scene) { scene.governing().is_headless = false; }),
      lost(pod, "Service 'cassandra.data.svc.cluster.local' does not select the pod",
           [](Scene& scene) { scene.governing().selects = {false}; }),
      lost("cassandra", "Service 'cassandra.data.svc.cluster.local' selects no pod",
           [](Scene& scene) { scene.governing().selects = {false}; }),
  };
  for (const auto& row : rows) {
    INFO(row.host);
    Scene scene;
    scene.route.host = row.host;
    row.change(scene);
    CHECK(shown(scene.resolve()) == row.shown);
  }
}

TEST_CASE("a name that fails shows the field of the Service that makes it fail") {
  Scene scene;
  scene.route.host = "cassandra-0.cassandra";
  scene.governing().is_headless = false;
  const auto trace = scene.resolve();
  REQUIRE(trace.hops.size() == 1);
  CHECK(trace.hops.front().by.at.key() == "clusterIP");
  CHECK(trace.hops.front().by.object == scene.governing().object);
}
