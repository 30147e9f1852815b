#include "sockets.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

#include "../cassandra/seeds.hpp"
#include "../cassandra/settings.hpp"
#include "../text.hpp"

namespace cassmesh::engine {
namespace {

using cassandra::Told;
using cassandra::Version;

Address address_of(const Told& told) {
  constexpr std::array wildcard{"0.0.0.0", "::", "0:0:0:0:0:0:0:0"};
  if (!told.is_value()) return Address::unknown;
  if (told.is(cassandra::own_address)) return Address::pod_ip;
  const auto is_it = [&](const char* each) { return told.value == each; };
  if (is_loopback(told.value)) return Address::loopback;
  return std::ranges::any_of(wildcard, is_it) ? Address::wildcard : Address::unknown;
}

/// The address that an interface of the pod has.
Told address_of_interface(Told told) {
  if (!told.is_value()) return told;
  if (told.is("lo")) {
    told.value = "127.0.0.1";
  } else if (told.is("eth0")) {
    told.value = cassandra::own_address;
  } else {
    told.state = Told::State::unknown;
  }
  return told;
}

Evidence evidence(const Told& told) {
  return told.at ? Evidence{told.object, told.at} : Evidence{};
}

std::string clause(std::string_view key, const Told& told) {
  if (told.is_unknown() || told.by.empty())
    return fmt::format("the files do not tell what {} is", key);
  return fmt::format("{} is {} by {}", key, told.value, told.by);
}

/// Source: CASSANDRA-9748: 2.2.5, 3.0.3 and 3.2.
bool can_listen_twice(const Version& version) {
  constexpr Version since_2{2, 2, 5};
  constexpr Version since_3_0{3, 0, 3};
  constexpr Version since_3{3, 2, 0};
  const bool is_3_0 = version.major == 3 && version.minor == 0;
  return version.major < 3 ? version >= since_2 : version >= (is_3_0 ? since_3_0 : since_3);
}

/// Source: CASSANDRA-18200.
bool dials_own_broadcast_address(const Version& version) {
  constexpr Version first{4, 0, 0};
  constexpr Version last{4, 0, 7};
  constexpr Version other{4, 1, 0};
  return (version >= first && version <= last) || version == other;
}

/// Source: CASSANDRA-12673.
constexpr Version first_with_free_outbound{3, 10, 0};

/// Whether a snitch sets the broadcast address, to what the cloud tells it.
/// Source: Ec2MultiRegionSnitch of Cassandra 3.11, 4.0, 4.1 and 5.0.
bool is_told_by_cloud(const Told& snitch) {
  return snitch.is_value() && std::string_view(snitch.value).ends_with("Ec2MultiRegionSnitch");
}

class Reader {
 public:
  explicit Reader(const cassandra::Setup& setup)
      : setup_(setup), settings_(setup), version_(setup.version()) {}

  Sockets read() {
    ports();
    internode();
    cql();
    jmx();
    outbound();
    seeds();
    return std::move(sockets_);
  }

 private:
  void ports() {
    auto& out = sockets_;
    // `dc` is for other datacentres: within its own a node speaks plaintext.
    out.has_internode_tls = setup_.has_internode_tls() && setup_.internode_encryption() != "dc";
    // From 4.0 on TLS and plaintext share a port.
    const bool has_port_for_tls = out.has_internode_tls && version_ && version_->major < 4;
    out.internode_port =
        has_port_for_tls ? port("ssl_storage_port", 7001) : port("storage_port", 7000);
    out.cql_port = port("native_transport_port", out.cql_port);
    out.jmx_port = port("JMX_PORT", out.jmx_port);
  }

  int port(std::string_view key, int otherwise) const {
    return whole_number(setup_.setting(key, {}), 1, 65535).value_or(otherwise);
  }

  /// What an address is told to be, by itself or by its interface; Cassandra's own default is the
  /// address of the host name.
  Told own_address(std::string_view key, std::string_view interface_key) const {
    auto told = settings_[key];
    if (told.state != Told::State::nothing) return told;
    told = address_of_interface(settings_[interface_key]);
    if (told.state != Told::State::nothing) return told;
    return {.state = Told::State::something,
            .value = std::string(cassandra::own_address),
            .by = "Cassandra's default"};
  }

  void internode() {
    const auto listen = own_address("listen_address", "listen_interface");
    const auto told = settings_["broadcast_address"];
    const bool is_told = told.state != Told::State::nothing;
    const auto& broadcast = is_told ? told : listen;
    auto& out = sockets_;
    out.listen = address_of(listen);
    out.broadcast = address_of(broadcast);
    out.broadcast_by = evidence(broadcast);
    out.broadcast_why = is_told ? clause("broadcast_address", told)
                                : fmt::format("broadcast_address is not set, and {}",
                                              clause("listen_address", listen));
    if (const auto snitch = settings_["endpoint_snitch"]; is_told_by_cloud(snitch)) {
      out.broadcast = Address::unknown;
      out.broadcast_by = evidence(snitch);
      out.broadcast_why = fmt::format("{} makes the machine's public address of it", snitch.value);
    }
    const bool dials_broadcast = version_ && dials_own_broadcast_address(*version_);
    out.self = dials_broadcast ? out.broadcast : out.listen;
    out.internode = binding("listen_address", listen, false);
    if (out.listen == Address::loopback || out.listen == Address::pod_ip) listen_twice();
    // A variable that nobody replaced is the address of nobody.
    if (out.broadcast == Address::unknown && told.value.find("$(") != std::string::npos) {
      out.internode.is_understood = false;
      out.internode.why = out.broadcast_why;
    }
  }

  /// Whether a port is bound at the one place, the other or both. `takes_wildcard`: else Cassandra
  /// does not start with one.
  Binding binding(std::string_view key, const Told& told, bool takes_wildcard) const {
    const auto address = address_of(told);
    const bool is_everywhere =
        address == Address::wildcard && (takes_wildcard || cassandra::is_scylla(setup_));
    Binding out{.on_loopback = address == Address::loopback || is_everywhere,
                .on_pod_ip = address == Address::pod_ip || is_everywhere,
                .by = evidence(told),
                .why = clause(key, told)};
    if (address == Address::wildcard && !is_everywhere)
      out.why += ", with which Cassandra does not start";
    if (address == Address::unknown) {
      out.on_loopback = out.on_pod_ip = true;
      out.is_known = false;
      out.is_understood = !told.is_value();
    }
    return out;
  }

  /// `listen_on_broadcast_address` binds the broadcast address too, if it is another one.
  void listen_twice() {
    constexpr std::string_view key = "listen_on_broadcast_address";
    auto& out = sockets_;
    const auto told = settings_[key];
    const bool is_true = told.is_value() && lower_case(told.value) == "true";
    if (out.broadcast == out.listen || out.broadcast == Address::wildcard ||
        !(is_true || told.is_unknown()))
      return;
    // Nobody broadcasts 127.0.0.1 who listens at the pod's IP.
    if (out.listen == Address::pod_ip && (out.broadcast == Address::unknown || !is_true)) return;
    if (is_true && version_ && !can_listen_twice(*version_)) {
      out.internode.why +=
          fmt::format(", and {} counts from Cassandra 2.2.5, 3.0.3 and 3.2 on", key);
      return;
    }
    out.internode.on_loopback = out.internode.on_pod_ip = true;
    out.internode.is_known = is_true && out.broadcast != Address::unknown;
    out.internode.why += fmt::format(", and {}", clause(key, told));
  }

  void cql() {
    const auto rpc = own_address("rpc_address", "rpc_interface");
    const auto told = settings_["broadcast_rpc_address"];
    const bool is_told = told.state != Told::State::nothing;
    auto& out = sockets_;
    out.cql = binding("rpc_address", rpc, true);
    const auto address = address_of(is_told ? told : rpc);
    out.broadcast_rpc = address == Address::wildcard ? Address::unknown : address;
    out.broadcast_rpc_by = evidence(is_told ? told : rpc);
    out.broadcast_rpc_why = is_told ? clause("broadcast_rpc_address", told)
                                    : fmt::format("broadcast_rpc_address is not set, and {}",
                                                  clause("rpc_address", rpc));
  }

  void jmx() {
    const auto told = settings_.local_jmx();
    auto& out = sockets_.jmx;
    out.by = evidence(told);
    out.is_known = !told.is_unknown();
    // Without a value the script takes `yes`, without which JMX is bound to all addresses.
    out.on_pod_ip = told.is_unknown() || (told.is_value() && !told.is("yes"));
    out.why = told.is_value() || told.is_unknown()
                  ? clause("LOCAL_JMX", told)
                  : "LOCAL_JMX is not set, and cassandra-env.sh takes it for yes";
  }

  void outbound() {
    auto& out = sockets_;
    const bool binds = version_ && *version_ < first_with_free_outbound &&
                       out.listen == Address::loopback && !cassandra::is_scylla(setup_) &&
                       !setup_.mentions("outboundBindAny");
    if (binds)
      out.binds_outbound = {.holds = true, .by = out.internode.by, .why = out.internode.why};
    const auto told = settings_.prefer_local();
    if (told.is_value() && lower_case(told.value) == "true")
      out.prefers_local = {
          .holds = true, .by = evidence(told), .why = clause("prefer_local", told)};
  }

  void seeds() {
    auto& out = sockets_.seeds;
    const auto all = cassandra::seeds_of(setup_);
    for (const auto& [name, variable] : all) {
      if (name.find_first_of("${") != std::string::npos) continue;
      out.push_back(name);
      if (sockets_.seeds_by.object != nullptr) continue;
      sockets_.seeds_by = {&setup_.set(), variable["value"] ? variable["value"] : variable};
    }
    // One that only the cluster knows may be another node.
    if (out.size() < all.size()) std::erase_if(out, is_loopback);
  }

  const cassandra::Setup& setup_;
  cassandra::Settings settings_;
  std::optional<Version> version_;
  Sockets sockets_{};
};

}  // namespace

bool is_loopback(std::string_view address) {
  constexpr std::array names{"localhost", "::1", "0:0:0:0:0:0:0:1", "ip6-localhost"};
  return address.starts_with("127.") ||
         std::ranges::any_of(names, [&](const char* each) { return address == each; });
}

Sockets sockets_of(const cassandra::Setup& setup) {
  return Reader(setup).read();
}

}  // namespace cassmesh::engine
