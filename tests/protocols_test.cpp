// Which protocol Istio takes a port for. The names are those of pkg/config/kube/conversion_test.go
// and of the charts that people have.

#include "mesh/protocols.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <string_view>

#include "cassmesh/yaml.hpp"

using namespace cassmesh;
using mesh::Protocol;

TEST_CASE("the part of a port's name before the first dash is its protocol") {
  const struct {
    std::string_view name;
    Protocol protocol;
  } rows[] = {
      {"tcp", Protocol::tcp},
      {"tcp-cql", Protocol::tcp},
      {"TCP-cql", Protocol::tcp},
      {"tcp-tls-intra-node", Protocol::tcp},
      {"tls-intra-node", Protocol::tls},
      {"http", Protocol::http},
      {"http2-web", Protocol::http2},
      {"http_proxy", Protocol::http_proxy},
      {"https-web", Protocol::https},
      {"grpc", Protocol::grpc},
      {"grpc-web", Protocol::grpc_web},
      {"GRPC-WEB-x", Protocol::grpc_web},
      {"grpc-webby", Protocol::grpc_web},
      {"grpc-other", Protocol::grpc},
      {"mongo-a", Protocol::mongo},
      {"mysql", Protocol::mysql},
      {"redis-0", Protocol::redis},
      {"udp-dns", Protocol::udp},
      {"", Protocol::unknown},
      {"cql", Protocol::unknown},
      {"intra-node", Protocol::unknown},
      {"cql-tcp", Protocol::unknown},
      {"tcpcql", Protocol::unknown},
      {"httpx", Protocol::unknown},
      {"-tcp", Protocol::unknown},
      {"kubernetes.io/h2c", Protocol::unknown},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(mesh::protocol_of_name(row.name) == row.protocol);
  }
}

TEST_CASE("appProtocol knows three names of Kubernetes besides") {
  CHECK(mesh::protocol_of_app("kubernetes.io/h2c") == Protocol::http2);
  CHECK(mesh::protocol_of_app("kubernetes.io/ws") == Protocol::http);
  CHECK(mesh::protocol_of_app("kubernetes.io/wss") == Protocol::https);
  CHECK(mesh::protocol_of_app("tcp") == Protocol::tcp);
  CHECK(mesh::protocol_of_app("kubernetes.io/other") == Protocol::unknown);
}

TEST_CASE("proxies guess from 1.3 on where neither name nor appProtocol tells") {
  const struct {
    std::string_view port;
    std::string_view versions;
  } rows[] = {
      {"{name: tcp-cql}", "none"},
      {"{name: cql}", "1.3.."},
      {"{port: 9042}", "1.3.."},
      {"{name: cql, appProtocol: tcp}", "1.3..1.5"},
      {"{name: cql, appProtocol: null}", "1.3.."},
      {"{name: cql, appProtocol: cql}", "1.3.."},
      {"{name: tcp-cql, appProtocol: tcp}", "none"},
      {"{name: tcp-cql, appProtocol: cql}", "1.6.."},
      {"{name: web, appProtocol: kubernetes.io/h2c}", "1.3..1.18"},
      {"{name: web, appProtocol: kubernetes.io/wss}", "1.3..1.23"},
      {"{name: http, appProtocol: kubernetes.io/ws}", "1.6..1.23"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.port);
    Sources sources;
    const auto documents = yaml::parse(sources.add("port.yaml", std::string(row.port)));
    CHECK(mesh::to_string(mesh::versions_that_guess(documents.front().root())) == row.versions);
  }
}
