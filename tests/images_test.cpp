// What the names and tags of images tell.

#include "cassandra/images.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cassandra/releases.hpp"
#include "support.hpp"

using namespace cassmesh;

TEST_CASE("an image's name tells its flavour, and its tag Cassandra's version") {
  using enum cassandra::Flavour;
  struct Row {
    std::string image;
    cassandra::Flavour flavour;
    std::string version;
  };
  const std::vector<Row> rows{
      {"gcr.io/google-samples/cassandra:v11", google_samples, "3.9"},
      {"gcr.io/google-samples/cassandra:v12", google_samples, "3.10"},
      {"gcr.io/google-samples/cassandra:v13", google_samples, "3.11.2"},
      {"gcr.io/google-samples/cassandra:v14", google_samples, "3.11.2"},
      {"gcr.io/google-samples/cassandra:v13-dev", google_samples, "3.11.2"},
      {"gcr.io/google-samples/cassandra:v15", google_samples, ""},
      {"gcr.io/google-samples/cassandra:3.11.2", google_samples, ""},
      {"gcr.io/google-samples/cassandra", google_samples, ""},
      {"gcr.io/google_samples/cassandra:v13", google_samples, "3.11.2"},
      {"registry.example.com:5000/mirror/google-samples/cassandra:v13", google_samples, "3.11.2"},
      {"gcr.io/not-google-samples/cassandra:v13", custom, ""},
      {"cassandra", official, ""},
      {"cassandra:latest", official, ""},
      {"cassandra:4", official, "4"},
      {"cassandra:4.1", official, "4.1"},
      {"cassandra:4.1.8", official, "4.1.8"},
      {"cassandra:5.0.4-bookworm", official, "5.0.4"},
      {"cassandra:4.0-beta4", official, "4.0-beta4"},
      {"cassandra:v4.1", official, ""},
      {"cassandra:41a", official, ""},
      {"cassandra:4.1.8.1", official, ""},
      {"cassandra:4.1.8@sha256:0123456789abcdef", official, "4.1.8"},
      {"cassandra@sha256:0123456789abcdef", official, ""},
      {"docker.io/cassandra:4.1.8", official, "4.1.8"},
      {"library/cassandra:4.1.8", official, "4.1.8"},
      {"docker.io/library/cassandra:4.1.8", official, "4.1.8"},
      {"public.ecr.aws/docker/library/cassandra:4.1.8", official, "4.1.8"},
      {"registry.example.com:5000/library/cassandra:4.1.8", official, "4.1.8"},
      {"registry.example.com:5000/library/cassandra", official, ""},
      {"bitnami/cassandra:5.0.4-debian-12-r3", bitnami, "5.0.4"},
      {"docker.io/bitnami/cassandra:4.1", bitnami, "4.1"},
      {"bitnamilegacy/cassandra:4.0.9", bitnami, "4.0.9"},
      {"registry.example.com/mirror/bitnamisecure/cassandra@sha256:0123456789abcdef", bitnami, ""},
      {"notbitnami/cassandra:4.1", custom, ""},
      {"registry.example.com/cassandra:4.1.8", custom, ""},
      {"registry.example.com:5000/cassandra", custom, ""},
      {"localhost:5000/cassandra:4.1.8", custom, ""},
      {"bitnami/cassandra-exporter:2.3", custom, ""},
      {"scylladb/scylla:5.4", custom, ""},
  };
  for (const auto& [image, flavour, version] : rows) {
    INFO(image);
    const auto facts = cassandra::image_facts(image);
    CHECK(facts.flavour == flavour);
    CHECK(facts.version == version);
  }
}

TEST_CASE("versions of Cassandra compare as releases, what is left out as the newest") {
  using cassandra::read_version;
  CHECK(read_version("3.9") < read_version("3.10"));
  CHECK(read_version("3.10.99") < read_version("3.11"));
  CHECK(read_version("4.1") > read_version("4.1.8"));
  CHECK(read_version("4") > read_version("4.1"));
  CHECK(read_version("4.0-beta4") == read_version("4.0.0"));
  CHECK(read_version("4.1-rc1") == read_version("4.1.0"));
  for (const auto* text : {"", "latest", "v4", "4.", "4.x", "4.1.8.1", ".4", "99999999999"}) {
    INFO(text);
    CHECK_FALSE(read_version(text));
  }
}

TEST_CASE("a tag of anybody's image named cassandra tells a release if there is such a one") {
  using cassandra::release_of;
  using cassandra::Version;
  const std::vector<std::pair<std::string, std::optional<Version>>> rows{
      {"cassandra:3.11.14", Version{3, 11, 14}},
      {"registry.example.com:5000/db/cassandra:4.0.5", Version{4, 0, 5}},
      {"registry.example.com/cassandra:4.1.5-3@sha256:00", Version{4, 1, 5}},
      {"acme/cassandra:3.9", cassandra::read_version("3.9")},
      {"acme/cassandra:2.2.19", Version{2, 2, 19}},
      {"acme/cassandra:2.2.20", std::nullopt},
      {"acme/cassandra:1.16.0", std::nullopt},
      {"acme/cassandra:3.5.12", std::nullopt},
      {"acme/cassandra:4", std::nullopt},
      {"acme/cassandra:4.2.0", std::nullopt},
      {"acme/cassandra:20240105", std::nullopt},
      {"acme/cassandra:v13", std::nullopt},
      {"acme/cassandra", std::nullopt},
      {"acme/cassandra-ring:4.0.5", std::nullopt},
      {"gcr.io/google-samples/cassandra:v13", Version{3, 11, 2}},
  };
  for (const auto& [image, version] : rows) {
    INFO(image);
    CHECK(release_of(image) == version);
  }
}

TEST_CASE("an image's name tells whether it runs a node of a ring") {
  using enum cassandra::Runs;
  struct Row {
    std::string image;
    cassandra::Runs runs;
  };
  const std::vector<Row> rows{
      {"cassandra", cassandra},
      {"cassandra:4.1.3", cassandra},
      {"registry.example.com:5000/cassandra@sha256:0123456789abcdef", cassandra},
      {"gcr.io/google-samples/cassandra:v13", cassandra},
      {"bitnamilegacy/cassandra:5.0", cassandra},
      {"gcr.io/cassandra-operator/cassandra-3.11.9:latest", cassandra},
      {"launcher.gcr.io/google/cassandra3", cassandra},
      {"k8ssandra/cass-management-api:4.0.1", cassandra},
      {"cr.dtsx.io/k8ssandra/cass-management-api:4.1.8-ubi", cassandra},
      {"datastax/cassandra-mgmtapi-3_11_6:v0.1.9", cassandra},
      {"datastax/dse-server:6.8.25", cassandra},
      {"datastax/dse-mgmtapi-6_8", cassandra},
      {"scylladb/scylla:5.4", cassandra},
      {"scylladb/scylla-enterprise", cassandra},
      {"strapdata/elassandra:6.8.4", cassandra},
      {"orangeopensource/cassandra-image:3.11", cassandra},
      {"Cassandra_Custom", cassandra},
      {"criteord/cassandra_exporter:2.3", something_else},
      {"bitnami/cassandra-exporter", something_else},
      {"thelastpickle/cassandra-reaper:3.3", something_else},
      {"k8ssandra/medusa", something_else},
      {"k8ssandra/cass-operator", something_else},
      {"instaclustr/cassandra-operator", something_else},
      {"jaegertracing/jaeger-cassandra-schema:1.50", something_else},
      {"scylladb/scylla-manager-agent", something_else},
      {"scylladb/scylla-operator", something_else},
      {"datastax/cass-config-builder", something_else},
      {"ipushc/cassandra-web", something_else},
      {"cassandra-sidecar", something_else},
      {"acme/cassandra-orders", unknown},
      {"acme/db:1", unknown},
      {"nginx", unknown},
      {"cassandra/shop", unknown},
      {"datastax/dse", unknown},
      {"", unknown},
  };
  for (const auto& row : rows) {
    INFO(row.image);
    CHECK(cassandra::what_runs(row.image) == row.runs);
  }
}

TEST_CASE("the tag of a google-samples image tells where dumb-init is") {
  CHECK(cassandra::dumb_init_of("v12") == "/sbin/dumb-init");
  CHECK(cassandra::dumb_init_of("v14") == "/usr/bin/dumb-init");
  CHECK(cassandra::dumb_init_of("v13-dev") == "/usr/bin/dumb-init");
  CHECK(cassandra::dumb_init_of("v15").empty());
  CHECK(cassandra::dumb_init_of("").empty());
}
