#include "cassmesh/engine.hpp"

#include <algorithm>
#include <utility>

#include "known.hpp"
#include "takers.hpp"

namespace cassmesh::engine {

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::mtls:
      return "mtls";
    case Outcome::plaintext:
      return "plaintext";
    case Outcome::refused:
      return "refused";
    case Outcome::reset:
      return "reset";
    case Outcome::denied:
      return "denied";
    case Outcome::misrouted:
      return "misrouted";
    case Outcome::unresolved:
      return "unresolved";
    case Outcome::unknown:
      return "unknown";
  }
  return {};
}

bool works(Outcome outcome) {
  return outcome == Outcome::mtls || outcome == Outcome::plaintext;
}

std::string_view to_string(Step step) {
  switch (step) {
    case Step::name:
      return "name";
    case Step::client_capture:
      return "client-capture";
    case Step::listener:
      return "listener";
    case Step::route:
      return "route";
    case Step::client_tls:
      return "client-tls";
    case Step::network_policy:
      return "network-policy";
    case Step::server_capture:
      return "server-capture";
    case Step::peer_authentication:
      return "peer-authentication";
    case Step::authorization:
      return "authorization";
    case Step::address:
      return "address";
    case Step::application:
      return "application";
  }
  return {};
}

std::string_view to_string(Connection::Kind kind) {
  switch (kind) {
    case Connection::Kind::gossip:
      return "gossip";
    case Connection::Kind::bootstrap:
      return "bootstrap";
    case Connection::Kind::self:
      return "self";
    case Connection::Kind::cql:
      return "cql";
    case Connection::Kind::cql_outside:
      return "cql-outside";
    case Connection::Kind::jmx:
      return "jmx";
    case Connection::Kind::probe:
      return "probe";
  }
  return {};
}

std::string in_words(std::string_view decision, bool on_way_back) {
  return (on_way_back ? "on the way back, " : "") + std::string(decision);
}

const Hop* Trace::failing_hop() const {
  const auto found = std::ranges::find_if(hops, &Hop::fails);
  return found == hops.end() ? nullptr : &*found;
}

std::vector<std::string_view> Effect::connections() const {
  std::vector<std::string_view> names;
  for (const auto& each : breaks) {
    const auto name = to_string(each.connection.kind);
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return names;
}

mesh::VersionRange Effect::istio() const {
  mesh::VersionRange all;
  for (const auto& each : breaks) all = all | each.istio;
  return all;
}

Engine::Engine(const k8s::ObjectSet& objects, const mesh::Settings& settings,
               std::span<const mesh::Ring> rings, const mesh::VersionRange& istio)
    : objects_(objects),
      settings_(settings),
      rings_(rings),
      segments_(segments_of(istio)),
      takers_(std::make_unique<Takers>(objects, settings, istio)) {}

Engine::~Engine() = default;

Known& Engine::known(const mesh::Ring& ring) {
  auto& known = known_[&ring];
  if (!known)
    known = std::make_unique<Known>(make_model(ring, objects_, settings_, *takers_), segments_);
  return *known;
}

const Model& Engine::model(const mesh::Ring& ring) {
  return known(ring).full();
}

const std::vector<const mesh::Ring*>& Engine::touched(const k8s::Object& object) {
  if (touched_.empty()) {
    for (const auto& ring : rings_) {
      for (const auto* each : objects_of(model(ring))) touched_[each].push_back(&ring);
    }
  }
  return touched_[&object];
}

std::vector<Effect> Engine::effects(const k8s::Object& object) {
  std::vector<Effect> all;
  for (const auto* ring : touched(object)) all.push_back(effect(object, *ring));
  return all;
}

Effect Engine::effect(const k8s::Object& object, const mesh::Ring& ring) {
  return known(ring).effect(object);
}

Effect Engine::effect(Aspect aspect, const mesh::Ring& ring) {
  return known(ring).effect(aspect);
}

bool Engine::matters(const k8s::Object& object, const mesh::Ring& ring) {
  return known(ring).matters(object);
}

std::vector<Traced> Engine::trace(const mesh::Ring& ring, std::optional<Connection::Kind> kind) {
  const auto& known = this->known(ring);
  std::vector<Traced> all;
  for (const auto& question : known.questions()) {
    if (!kind || question.connection.kind == *kind) all.push_back(known.trace(question));
  }
  return all;
}

}  // namespace cassmesh::engine
