// Sources: apache/cassandra conf/cassandra.yaml and conf/cassandra-env.sh at 5.0.1;
// Config.java (native_transport_*), InboundConnectionInitiator, CassandraCIDRAuthorizer;
// kubernetes/examples cassandra/image/files/run.sh (CASSANDRA_OPEN_JMX).

#include "management.hpp"

#include <array>

#include "../place.hpp"

namespace cassmesh::cassandra {
namespace {

/// The class that a key names, by itself or under `class_name`, without its package.
std::string_view class_of(const yaml::Node& node) {
  const auto text = node.is_mapping() ? node["class_name"].text() : node.text();
  const auto dot = text.rfind('.');
  return dot == std::string_view::npos ? text : text.substr(dot + 1);
}

bool is_limit(const yaml::Node& node) {
  return node.is_scalar() && !node.text().empty() && node.text().front() != '-' &&
         node.text() != "0" && node.text() != "null" && node.text() != "~";
}

class Reader {
 public:
  explicit Reader(const Setup& setup) : file_(setup.settings_file(map_)) {}

  std::vector<ByAddress> read() {
    if (file_.text().empty()) return {};
    const Source source(0, "", std::string(file_.text()));
    for (const auto& document : yaml::parse(source)) {
      if (document.root().is_mapping()) read(document.root());
    }
    return std::move(found_);
  }

 private:
  void read(const yaml::Node& root) {
    constexpr std::array limits{"native_transport_max_concurrent_connections_per_ip",
                                "native_transport_max_request_data_in_flight_per_ip",
                                "native_transport_max_concurrent_requests_in_bytes_per_ip"};
    for (const auto* key : limits) {
      if (is_limit(root[key])) add(key, "one limit for all clients together", false);
    }
    if (class_of(root["cidr_authorizer"]) == "CassandraCIDRAuthorizer")
      add("cidr_authorizer", "whom it admits hangs on that address alone", false);
    const auto authenticator = class_of(root["internode_authenticator"]);
    if (!authenticator.empty() && authenticator != "AllowAllInternodeAuthenticator" &&
        authenticator != "MutualTlsInternodeAuthenticator")
      add("internode_authenticator", "it cannot tell one node from another", true);
    const auto tls = root["server_encryption_options"];
    const auto mode = tls["internode_encryption"].text();
    if (tls["require_endpoint_verification"].text() == "true" && !mode.empty() && mode != "none")
      add("require_endpoint_verification", "no peer's certificate is for that address", true);
  }

  void add(std::string_view key, std::string_view what, bool is_internode) {
    found_.push_back({.map = map_,
                      .place = place_of(file_, key),
                      .key = std::string(key),
                      .what = what,
                      .is_internode = is_internode});
  }

  const k8s::Object* map_ = nullptr;
  yaml::Node file_;
  std::vector<ByAddress> found_;
};

}  // namespace

yaml::Node jmx_without_password(const Setup& setup) {
  constexpr std::string_view off = "jmxremote.authenticate=false";
  if (setup.image().flavour == Flavour::google_samples) {
    const auto open = setup.variable("CASSANDRA_OPEN_JMX");
    if (open["value"].text() == "true") return open["value"];
  }
  for (const auto& variable : setup.container()["env"]) {
    if (variable["value"].text().find(off) != std::string_view::npos) return variable["value"];
  }
  for (const auto& words : {setup.container()["command"], setup.container()["args"]}) {
    for (const auto& word : words) {
      if (word.text().find(off) != std::string_view::npos) return word;
    }
  }
  return {};
}

std::vector<ByAddress> settings_by_address(const Setup& setup) {
  return Reader(setup).read();
}

}  // namespace cassmesh::cassandra
