// How hosts are matched. The cases "of Istio" are those of its own tests (istio/istio 1.24.0
// pkg/config/host/name_test.go, names_test.go, pilot/pkg/model/config_test.go); many of the others
// are what other tools took otherwise than the control plane does.

#include "cassmesh/hosts.hpp"

#include <fmt/core.h>

#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <string_view>

using namespace cassmesh::mesh;

namespace {

constexpr std::string_view domain = "cluster.local";

/// `name.namespace`, with the pod before it where one is named; `-` for nothing.
std::string shown(const std::optional<ServiceName>& service) {
  return service ? fmt::format("{}.{}", service->name, service->name_space) : "-";
}

std::string shown(const std::optional<PodName>& pod) {
  return pod ? fmt::format("{} of {}", pod->pod, shown(std::optional(pod->service))) : "-";
}

std::string shown(const std::optional<MeantService>& meant) {
  if (!meant) return "-";
  return fmt::format("{}{}.{}", meant->certain ? "" : "perhaps ", meant->name, meant->name_space);
}

}  // namespace

TEST_CASE("only a host without a dot is completed") {
  struct Row {
    std::string_view host;
    std::string_view full;
  };
  const Row rows[] = {
      {"cassandra", "cassandra.data.svc.cluster.local"},
      {"cassandra-0", "cassandra-0.data.svc.cluster.local"},
      {"Cassandra", "Cassandra.data.svc.cluster.local"},
      {"cassandra.data", "cassandra.data"},
      {"cassandra.data.svc", "cassandra.data.svc"},
      {"cassandra.data.svc.cluster.local", "cassandra.data.svc.cluster.local"},
      {"cassandra.data.svc.cluster.local.", "cassandra.data.svc.cluster.local."},
      {"cassandra.", "cassandra."},
      {".cassandra", ".cassandra"},
      {"cassandra-0.cassandra", "cassandra-0.cassandra"},
      {"example.com", "example.com"},
      {"*", "*"},
      {"*.local", "*.local"},
      // A `*` alone is complete; a wildcard without a dot is not.
      {"*cassandra", "*cassandra.data.svc.cluster.local"},
      {"10.0.0.1", "10.0.0.1"},
      {"2001:db8::1", "2001:db8::1"},
      {"::1", "::1"},
      {"", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.host);
    CHECK(full_host(row.host, "data", domain) == row.full);
  }
  CHECK(full_host("cassandra", "data", "corp.example") == "cassandra.data.svc.corp.example");
  CHECK(full_host("cassandra", "", domain) == "cassandra.svc.cluster.local");
  CHECK(full_host("cassandra", "data", "") == "cassandra.data");
}

TEST_CASE("a gateway is named with or without its namespace") {
  struct Row {
    std::string_view gateway;
    std::string_view full;
  };
  const Row rows[] = {
      {"mesh", "mesh"},
      {"edge", "data/edge"},
      {"./edge", "data/edge"},
      {"data/edge", "data/edge"},
      {"infra/edge", "infra/edge"},
      {"infra/mesh", "infra/mesh"},
      {"edge.infra", "infra/edge"},
      {"edge.infra.svc", "infra/edge"},
      {"edge.infra.svc.cluster.local", "infra/edge"},
      {"edge.", "/edge"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.gateway);
    CHECK(full_gateway(row.gateway, "data") == row.full);
  }
}

TEST_CASE("a wildcard stands for names by their plain suffix") {
  struct Row {
    std::string_view left;
    std::string_view right;
    bool left_covers_right;
    bool right_covers_left;
  };
  // They overlap where one covers the other: there is no third way.
  const Row rows[] = {
      // Of Istio.
      {"", "", true, true},
      {"", "foo.com", false, false},
      {"foo.com", "foo.com", true, true},
      {"foo.com", "bar.com", false, false},
      {"foo.com", "bar.foo.com", false, false},
      {"*.com", "foo.com", true, false},
      {"*.foo.com", "bar.foo.com", true, false},
      {"*.foo.com", "foo.com", false, false},
      {"*", "foo.com", true, false},
      {"*", "*.com", true, false},
      {"*", "com", true, false},
      {"*", "*", true, true},
      {"*", "", true, false},
      {"*.com", "*.foo.com", true, false},
      {"*.foo.bar.baz", "baz", false, false},
      {"*.baz", "*.foo.bar.baz", true, false},
      {"*.baz", "foo.bar.baz", true, false},
      // The classic rule for the whole mesh covers every Service.
      {"*.local", "cassandra.data.svc.cluster.local", true, false},
      {"*.svc.cluster.local", "cassandra.data.svc.cluster.local", true, false},
      {"*.data.svc.cluster.local", "cassandra.data.svc.cluster.local", true, false},
      {"*.data.svc.cluster.local", "cassandra.other.svc.cluster.local", false, false},
      // What stands below a Service is not the Service.
      {"*.cassandra.data.svc.cluster.local", "cassandra.data.svc.cluster.local", false, false},
      {"*.cassandra.data.svc.cluster.local", "cassandra-0.cassandra.data.svc.cluster.local", true,
       false},
      {"cassandra.data.svc.cluster.local", "cassandra-0.cassandra.data.svc.cluster.local", false,
       false},
      // No dot is needed behind the `*`, and none is added.
      {"*sandra.data.svc.cluster.local", "cassandra.data.svc.cluster.local", true, false},
      {"*cassandra.data.svc.cluster.local", "cassandra.data.svc.cluster.local", true, false},
      {"*data.svc.cluster.local", "cassandra.bigdata.svc.cluster.local", true, false},
      {"*.com", "foocom", false, false},
      {"*x.com", "foox.com", true, false},
      {"*foo.com", "*.foo.com", true, false},
      {"*foo.com", "foo.com", true, false},
      // Wildcards beside each other.
      {"*.a.example.com", "*.b.example.com", false, false},
      {"*.team-a.svc.cluster.local", "*.team-b.svc.cluster.local", false, false},
      {"*.local", "*.data.svc.cluster.local", true, false},
      {"*.example.com", "*.example.com", true, true},
      // Equal in length, equal in nothing.
      {"*.ab.com", "*.cd.com", false, false},
      // A `*` means something only in front.
      {"foo.*", "foo.com", false, false},
      {"foo.*.com", "foo.bar.com", false, false},
      {"a*.com", "ab.com", false, false},
      {"**.com", "foo.com", false, false},
      {"**.com", "*.com", false, true},
      // Byte for byte.
      {"Cassandra.data.svc.cluster.local", "cassandra.data.svc.cluster.local", false, false},
      {"*.Data.svc.cluster.local", "cassandra.data.svc.cluster.local", false, false},
      {"example.com.", "example.com", false, false},
      {"*.example.com", "a.example.com.", false, false},
      // Short names are other names.
      {"cassandra", "cassandra.data.svc.cluster.local", false, false},
      {"cassandra.data", "cassandra.data.svc.cluster.local", false, false},
      {"cassandra.data.svc", "cassandra.data.svc.cluster.local", false, false},
      {"*.data", "cassandra.data.svc.cluster.local", false, false},
      {"*.data", "cassandra.data", true, false},
      {"*.svc", "cassandra.data.svc", true, false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.left, row.right);
    CHECK(covers(row.left, row.right) == row.left_covers_right);
    CHECK(covers(row.right, row.left) == row.right_covers_left);
    CHECK(overlap(row.left, row.right) == (row.left_covers_right || row.right_covers_left));
    CHECK(overlap(row.right, row.left) == (row.left_covers_right || row.right_covers_left));
  }
  CHECK(is_wildcard("*"));
  CHECK(is_wildcard("*.local"));
  CHECK(is_wildcard("*cassandra"));
  CHECK_FALSE(is_wildcard("cassandra.*"));
  CHECK_FALSE(is_wildcard(""));
}

TEST_CASE("the more specific host goes first") {
  struct Row {
    std::string_view first;
    std::string_view second;
  };
  const Row rows[] = {
      {"a.com", "*.com"},
      {"a.com", "*"},
      // A name of one letter before the longest wildcard.
      {"a", "*.data.svc.cluster.local"},
      {"*.data.svc.cluster.local", "*.svc.cluster.local"},
      {"*.svc.cluster.local", "*.local"},
      {"*.local", "*"},
      {"*foo.com", "*.com"},
      {"*", ""},  // never compared in earnest; kept from turning the order around
      {"b.example.com", "b.com"},
      // Of the same length by the alphabet.
      {"a.com", "b.com"},
      {"*.a.com", "*.b.com"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.first, row.second);
    const bool empty = row.second.empty();
    CHECK(more_specific(row.first, row.second) == !empty);
    CHECK(more_specific(row.second, row.first) == empty);
  }
  CHECK_FALSE(more_specific("a.com", "a.com"));
  CHECK_FALSE(more_specific("", ""));
}

TEST_CASE("a full host names a Service or a pod") {
  struct Row {
    std::string_view host;
    std::string_view service;
    std::string_view pod;
  };
  const Row rows[] = {
      {"cassandra.data.svc.cluster.local", "cassandra.data", "-"},
      {"cassandra-0.cassandra.data.svc.cluster.local", "-", "cassandra-0 of cassandra.data"},
      {"a.b.c.d.svc.cluster.local", "-", "-"},
      {"foo.svc.cluster.local", "-", "-"},
      {"svc.cluster.local", "-", "-"},
      {".svc.cluster.local", "-", "-"},
      {".data.svc.cluster.local", "-", "-"},
      {"cassandra..svc.cluster.local", "-", "-"},
      {".cassandra.data.svc.cluster.local", "-", "-"},
      {"cassandra.data.svc.cluster.local.", "-", "-"},
      {"cassandra.data.svc.Cluster.local", "-", "-"},
      {"cassandra.data.svc.corp.example", "-", "-"},
      {"cassandra.data.xsvc.cluster.local", "-", "-"},
      {"cassandra.data.svc", "-", "-"},
      {"cassandra.data", "-", "-"},
      {"cassandra", "-", "-"},
      {"*.data.svc.cluster.local", "-", "-"},
      {"*.svc.cluster.local", "-", "-"},
      {"*sandra.data.svc.cluster.local", "-", "-"},
      {"*.cassandra.data.svc.cluster.local", "-", "-"},
      // A Service and a namespace called `svc`.
      {"svc.svc.svc.cluster.local", "svc.svc", "-"},
      {"", "-", "-"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.host);
    CHECK(shown(service_of(row.host, domain)) == row.service);
    CHECK(shown(pod_of(row.host, domain)) == row.pod);
  }
  CHECK(shown(service_of("cassandra.data.svc.corp.example", "corp.example")) == "cassandra.data");
}

TEST_CASE("a host that names nothing may mean a Service") {
  struct Row {
    std::string_view host;
    std::string_view meant;
  };
  const Row rows[] = {
      {"cassandra.data", "perhaps cassandra.data"},
      {"cassandra.com", "perhaps cassandra.com"},
      {"Cassandra.Data", "perhaps cassandra.data"},
      {"cassandra.data.", "perhaps cassandra.data"},
      {"cassandra.data.svc", "cassandra.data"},
      {"cassandra.data.svc.", "cassandra.data"},
      {"cassandra.data.svc.cluster", "cassandra.data"},
      {"cassandra.data.svc.cluster.local.", "cassandra.data"},
      {"Cassandra.data.svc.cluster.local", "cassandra.data"},
      {"cassandra.DATA.svc.cluster.local", "cassandra.data"},
      {"cassandra.data.SVC.Cluster.Local", "cassandra.data"},
      // Good as they are.
      {"cassandra.data.svc.cluster.local", "-"},
      {"*", "-"},
      {"*.data", "-"},
      {"*.data.svc", "-"},
      {"*.Data.svc.cluster.local", "-"},
      // Names outside of the cluster, and of other clusters.
      {"www.example.com", "-"},
      {"db.eu-west-1.example.com", "-"},
      {"cassandra.data.svc.clusterset.local", "-"},
      {"cassandra.data.global", "-"},
      {"10.0.0.1", "-"},
      // A pod, and what is too short or too long to be anything.
      {"cassandra-0.cassandra.data.svc.cluster.local", "-"},
      {"cassandra-0.cassandra.data.svc", "-"},
      {"cassandra", "-"},
      {"cassandra.", "-"},
      {"cassandra.svc", "-"},
      {"data.svc.cluster.local", "-"},
      {"", "-"},
      {".", "-"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.host);
    CHECK(shown(meant_service(row.host, domain)) == row.meant);
  }
  CHECK(shown(meant_service("cassandra.data.svc.Corp.Example", "Corp.Example")) == "-");
  CHECK(shown(meant_service("Cassandra.data.svc.Corp.Example", "Corp.Example")) ==
        "cassandra.data");
}
