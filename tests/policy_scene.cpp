#include "policy_scene.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "mesh/admitted.hpp"
#include "mesh/precedence.hpp"
#include "mesh/protocols.hpp"

using namespace cassmesh;

namespace {

constexpr std::string_view ring = R"(
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: cassandra, namespace: data}
spec:
  serviceName: cassandra
  template:
    metadata: {labels: {app: cassandra}}
    spec:
      serviceAccountName: cassandra
      containers:
        - name: cassandra
          image: cassandra:4.1
          ports:
            - {name: intra, containerPort: 7000}
            - {name: cql, containerPort: 9042}
            - {name: jmx, containerPort: 7199}
---
apiVersion: v1
kind: Service
metadata: {name: cassandra, namespace: data}
spec:
  clusterIP: None
  selector: {app: cassandra}
  ports:
    - {name: tcp-intra, port: 7000}
    - {name: tcp-cql, port: 9042}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web}}
    spec: {serviceAccountName: web, containers: [{name: web, image: web}]}
---
)";

engine::Workload workload(const k8s::Object& object) {
  engine::Workload made;
  made.object = &object;
  made.described = k8s::described(object);
  made.name_space = object.name_space();
  made.service_account = mesh::service_account_of(object);
  made.injection.sidecar = mesh::VersionRange::any();
  return made;
}

engine::Objects::List oldest_first(const k8s::ObjectSet& objects, std::string_view kind) {
  return mesh::by_precedence(objects.of(kind));
}

engine::Service service(const k8s::Object& object) {
  engine::Service made;
  made.object = &object;
  made.host = fmt::format("{}.{}.svc.cluster.local", object.name(), object.name_space());
  made.is_headless = true;
  made.selects = {true};
  for (const auto& port : object["spec"]["ports"]) {
    const auto number = std::stoi(std::string(port["port"].text()));
    made.ports.push_back({.number = number, .target = number, .node = port});
  }
  return made;
}

std::string_view word_for(engine::Outcome outcome) {
  switch (outcome) {
    case engine::Outcome::reset:
      return "reset";
    case engine::Outcome::denied:
      return "denied";
    case engine::Outcome::unknown:
      return "unknown";
    case engine::Outcome::mtls:
    case engine::Outcome::plaintext:
      return "passes";
    default:
      return "something else";
  }
}

}  // namespace

PolicyScene::PolicyScene(std::string_view policies, mesh::Settings settings)
    : settings_(std::move(settings)) {
  const auto& source = sources_.add("scene.yaml", std::string(ring) + std::string(policies));
  documents_ = yaml::parse(source);
  std::vector<k8s::Object> all;
  for (const auto& document : documents_) {
    if (document.root()) all.emplace_back(document.root(), "data");
  }
  objects_ = k8s::ObjectSet(std::move(all));
  rings_ = mesh::find_rings(objects_, settings_);
  model.ring = &rings_.front();
  model.settings = &settings_;
  model.all = &objects_;
  model.nodes.push_back(workload(*objects_.find("StatefulSet", "data", "cassandra")));
  model.services.push_back(service(*objects_.find("Service", "data", "cassandra")));
  client = workload(*objects_.find("Deployment", "shop", "web"));
  auto& lists = model.objects;
  lists.peer_authentications = oldest_first(objects_, "PeerAuthentication");
  lists.authorization_policies = oldest_first(objects_, "AuthorizationPolicy");
  lists.network_policies = oldest_first(objects_, "NetworkPolicy");
  lists.old_policies = oldest_first(objects_, "Policy");
  const auto of_mesh = oldest_first(objects_, "MeshPolicy");
  lists.old_policies.insert(lists.old_policies.end(), of_mesh.begin(), of_mesh.end());
}

engine::Route PolicyScene::gossip(int port) const {
  return {.source = &node(), .target = &node(), .port = port};
}

engine::Route PolicyScene::cql(int port) const {
  return {.source = &client, .target = &node(), .port = port};
}

engine::Route PolicyScene::outside(int port) const {
  return {.target = &node(), .port = port};
}

std::string object(std::string_view api_version, std::string_view kind, std::string_view name_space,
                   std::string_view name, std::string_view spec, std::string_view annotations) {
  const auto space = name_space.empty() ? "" : fmt::format(", namespace: {}", name_space);
  const auto notes = annotations.empty() ? "" : fmt::format(", annotations: {{{}}}", annotations);
  return fmt::format("apiVersion: {}\nkind: {}\nmetadata: {{name: {}{}{}}}\nspec: {}\n---\n",
                     api_version, kind, name, space, notes, spec);
}

mesh::IstioVersion istio(std::string_view version) {
  const auto range = mesh::VersionRange::parse(version);
  return range.intervals().front().first;
}

Result result(engine::Flow& flow) {
  const auto trace = flow.finish();
  Result made{.outcome = std::string(word_for(trace.outcome))};
  if (trace.hops.empty()) return made;
  made.said = trace.hops.back().decision;
  made.by = trace.hops.back().by;
  return made;
}
