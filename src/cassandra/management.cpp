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
  explicit Reader(const SettingsFile& file) : file_(file) {}

  std::vector<ByAddress> read() {
    constexpr std::array limits{"native_transport_max_concurrent_connections_per_ip",
                                "native_transport_max_request_data_in_flight_per_ip",
                                "native_transport_max_concurrent_requests_in_bytes_per_ip"};
    for (const auto* key : limits) {
      if (is_limit(file_[key])) add(key, "one limit for all clients together", false);
    }
    if (class_of(file_["cidr_authorizer"]) == "CassandraCIDRAuthorizer")
      add("cidr_authorizer", "whom it admits hangs on that address alone", false);
    const auto authenticator = class_of(file_["internode_authenticator"]);
    if (!authenticator.empty() && authenticator != "AllowAllInternodeAuthenticator" &&
        authenticator != "MutualTlsInternodeAuthenticator")
      add("internode_authenticator", "it cannot tell one node from another", true);
    const auto tls = file_["server_encryption_options"];
    const auto mode = tls["internode_encryption"].text();
    if (tls["require_endpoint_verification"].text() == "true" && !mode.empty() && mode != "none")
      add("require_endpoint_verification", "no peer's certificate is for that address", true);
    return std::move(found_);
  }

 private:
  void add(std::string_view key, std::string_view what, bool is_internode) {
    found_.push_back({.map = file_.map(),
                      .place = place_of(file_.text(), key),
                      .key = std::string(key),
                      .what = what,
                      .is_internode = is_internode});
  }

  const SettingsFile& file_;
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
  return Reader(setup.settings_file()).read();
}

}  // namespace cassmesh::cassandra
