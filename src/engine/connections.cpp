#include "connections.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "../cassandra/probe_commands.hpp"
#include "cassmesh/hosts.hpp"

namespace cassmesh::engine {
namespace {

/// More racks than this are looked at in a circle, not each with each.
constexpr std::size_t most_pairs_of = 3;

/// Whether a text has a name that no letter, digit or dash goes on.
bool names(std::string_view text, std::string_view name) {
  const auto goes_on = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  };
  for (auto at = text.find(name); at != text.npos; at = text.find(name, at + 1)) {
    const auto end = at + name.size();
    if ((at == 0 || !goes_on(text[at - 1])) && (end == text.size() || !goes_on(text[end])))
      return true;
  }
  return false;
}

using Kind = Connection::Kind;

class Asker {
 public:
  explicit Asker(const Model& model) : model_(model) {}

  std::vector<Question> ask() {
    each_pair([this](std::size_t from, std::size_t to) { gossip(from, to); });
    each_pair([this](std::size_t from, std::size_t to) { bootstrap(from, to); });
    for (std::size_t i = 0; i < model_.nodes.size(); ++i) self(i);
    for (std::size_t i = 0; i < model_.clients.size(); ++i) ask_for_client(i);
    outside();
    for (std::size_t i = 0; i < model_.nodes.size(); ++i) jmx(i);
    for (std::size_t i = 0; i < model_.nodes.size(); ++i) probes(i);
    return std::move(questions_);
  }

 private:
  template <typename Action>
  void each_pair(const Action& action) const {
    const auto count = model_.nodes.size();
    for (std::size_t from = 0; from < count; ++from) {
      for (std::size_t to = 0; to < count; ++to) {
        if (count <= most_pairs_of || to == from || to == (from + 1) % count) action(from, to);
      }
    }
  }

  const Sockets& sockets(std::size_t node) const { return model_.nodes.at(node).sockets; }

  std::string name(std::size_t node) const {
    if (model_.nodes.size() == 1) return model_.ring->name;
    const auto& set = *model_.nodes.at(node).object;
    return fmt::format("{}/{}", set.name_space(), set.name());
  }

  std::string pod_ip(std::size_t node) const {
    return model_.nodes.size() == 1 ? "pod IP" : fmt::format("pod IP of {}", name(node));
  }

  void gossip(std::size_t from, std::size_t to) {
    const int port = sockets(to).internode_port;
    questions_.push_back(
        {.connection = {.kind = Kind::gossip, .from = name(from), .to = pod_ip(to), .port = port},
         .ways = {{.source = from, .target = to, .port = port}}});
  }

  /// There with the names of the seeds, and the way back, to a pod that is not Ready.
  void bootstrap(std::size_t from, std::size_t to) {
    const int port = sockets(to).internode_port;
    questions_.push_back(
        {.connection = {.kind = Kind::bootstrap,
                        .from = fmt::format("{}, not Ready", name(from)),
                        .to = to == from ? "seeds" : fmt::format("seeds of {}", name(to)),
                        .port = port},
         .ways = {{.source = from, .target = to, .port = port, .asks_for_seed = true},
                  {.source = to,
                   .target = from,
                   .port = sockets(from).internode_port,
                   .target_is_ready = false,
                   .is_way_back = true}}});
  }

  void self(std::size_t node) {
    const auto& own = sockets(node);
    const bool loopback = own.self == Address::loopback;
    questions_.push_back(
        {.connection = {.kind = Kind::self,
                        .from = name(node),
                        .to = loopback ? "127.0.0.1" : "its own pod IP",
                        .port = own.internode_port},
         .ways = {{.source = node,
                   .target = node,
                   .port = own.internode_port,
                   .dialled = loopback ? Route::Dialled::loopback : Route::Dialled::pod_ip,
                   .is_self = true}}});
  }

  void ask_for_client(std::size_t client) {
    if (!model_.clients[client].is_peer) return cql(client);
    for (std::size_t node = 0; node < model_.nodes.size(); ++node) join(client, node);
  }

  /// A peer dials all nodes, also those that are not Ready; those that it is given as seeds by
  /// name.
  void join(std::size_t peer, std::size_t node) {
    const auto& who = model_.clients[peer];
    const int port = sockets(node).internode_port;
    const Way way{.from = Way::From::client, .source = peer, .target = node, .port = port};
    const auto add = [&](Kind kind, std::string from, std::string to, const Way& by) {
      questions_.push_back({.connection = {.kind = kind,
                                           .from = std::move(from),
                                           .to = std::move(to),
                                           .port = port,
                                           .client = peer},
                            .ways = {by}});
    };
    add(Kind::gossip, who.described, pod_ip(node), way);
    auto to_not_ready = way;
    to_not_ready.target_is_ready = false;
    add(Kind::bootstrap, who.described, fmt::format("{}, not Ready", pod_ip(node)), to_not_ready);
    if (who.sockets.seeds.empty()) return;
    auto by_name = way;
    by_name.asks_for_seed = true;
    add(Kind::bootstrap, fmt::format("{}, not Ready", who.described),
        fmt::format("seeds of {}", name(node)), by_name);
  }

  void cql(std::size_t client) {
    for (std::size_t node = 0; node < model_.nodes.size(); ++node) {
      const int port = sockets(node).cql_port;
      questions_.push_back(
          {.connection = {.kind = Kind::cql,
                          .from = model_.clients[client].described,
                          .to = pod_ip(node),
                          .port = port,
                          .is_needed = !model_.has_generic_client,
                          .client = client},
           .ways = {{.from = Way::From::client, .source = client, .target = node, .port = port}}});
    }
    for (const auto& service : model_.services) cql(client, service);
  }

  /// By the Service's own address, where it has one.
  void cql(std::size_t client, const Service& service) {
    if (service.is_headless || service.object == nullptr) return;
    const auto selected = std::ranges::find(service.selects, true);
    if (selected == service.selects.end()) return;
    const auto node = static_cast<std::size_t>(selected - service.selects.begin());
    const auto* port = service.port_to(sockets(node).cql_port);
    if (port == nullptr) return;
    const auto& who = model_.clients[client];
    const bool is_named =
        !model_.has_generic_client && names(who.evidence.text(), service.object->name());
    questions_.push_back({.connection = {.kind = Kind::cql,
                                         .from = who.described,
                                         .to = k8s::described(*service.object),
                                         .port = port->number,
                                         .is_needed = is_named,
                                         .client = client},
                          .ways = {{.from = Way::From::client,
                                    .source = client,
                                    .target = node,
                                    .port = sockets(node).cql_port,
                                    .dialled = Route::Dialled::service,
                                    .service = service.object,
                                    .host = service.host}}});
  }

  void outside() {
    const int port = sockets(0).cql_port;
    questions_.push_back({.connection = {.kind = Kind::cql_outside,
                                         .from = "a client without a sidecar",
                                         .to = "pod IP",
                                         .port = port,
                                         .is_needed = false},
                          .ways = {{.from = Way::From::outside, .port = port}}});
  }

  void jmx(std::size_t node) {
    const int port = sockets(node).jmx_port;
    questions_.push_back({.connection = {.kind = Kind::jmx,
                                         .from = fmt::format("nodetool in {}", name(node)),
                                         .to = "127.0.0.1",
                                         .port = port},
                          .ways = {{.source = node,
                                    .target = node,
                                    .port = port,
                                    .dialled = Route::Dialled::loopback,
                                    .is_self = true}}});
    questions_.push_back({.connection = {.kind = Kind::jmx,
                                         .from = fmt::format("another pod of {}", name(node)),
                                         .to = "pod IP",
                                         .port = port,
                                         .is_needed = false},
                          .ways = {{.source = node, .target = node, .port = port}}});
  }

  void probes(std::size_t node) {
    const auto& workload = model_.nodes.at(node);
    const auto container = mesh::cassandra_container(*workload.object);
    if (!container) return;
    for (const auto* kind : {"startupProbe", "livenessProbe", "readinessProbe"}) {
      const auto probe = container->node[kind];
      if (probe.is_mapping()) ask_for(probe, node, container->node);
    }
  }

  void ask_for(const yaml::Node& probe, std::size_t node, const yaml::Node& container) {
    for (const auto* how : {"httpGet", "tcpSocket", "grpc"}) {
      if (!probe[how].is_mapping()) continue;
      const int port = number(probe[how]["port"], container);
      add_probe(probe, probe[how], "pod IP", port, node, Route::Dialled::pod_ip);
    }
    if (!probe["exec"].is_mapping()) return;
    const cassandra::Setup setup({model_.nodes.at(node).object, container}, *model_.all);
    const auto dial = cassandra::dial_of(setup, probe["exec"]);
    if (!dial) return;
    const int usual = dial->is_cql ? 9042 : sockets(node).jmx_port;
    add_probe(probe, probe["exec"], dial->at_pod_ip ? "pod IP" : "inside of the container",
              dial->port > 0 ? dial->port : usual, node,
              dial->at_pod_ip ? Route::Dialled::pod_ip : Route::Dialled::loopback);
  }

  void add_probe(const yaml::Node& probe, const yaml::Node& how, std::string to, int port,
                 std::size_t node, Route::Dialled dialled) {
    auto from = fmt::format("kubelet, {} by {}", probe.key(), how.key());
    if (model_.nodes.size() > 1) from += fmt::format(" of {}", name(node));
    questions_.push_back({.connection = {.kind = Kind::probe,
                                         .from = std::move(from),
                                         .to = std::move(to),
                                         .port = port,
                                         .node = node,
                                         .probe = how},
                          .ways = {{.from = Way::From::kubelet,
                                    .target = node,
                                    .port = port,
                                    .dialled = dialled,
                                    .is_probe = true,
                                    .probe = probe}}});
  }

  /// A probe's port by its number, or by the name that the container gives it; 0 if it has none.
  static int number(const yaml::Node& port, const yaml::Node& container) {
    const auto text = port.text();
    for (const auto& each : container["ports"]) {
      if (!text.empty() && each["name"].text() == text) return number(each["containerPort"], {});
    }
    const bool is_number =
        !text.empty() && text.size() <= 5 && text.find_first_not_of("0123456789") == text.npos;
    return is_number ? std::stoi(std::string(text)) : 0;
  }

  const Model& model_;
  std::vector<Question> questions_;
};

}  // namespace

std::vector<Question> questions(const Model& model) {
  return Asker(model).ask();
}

}  // namespace cassmesh::engine
