#include "../cassandra/storage.hpp"
#include "cassmesh/rule.hpp"

namespace cassmesh::rules {
namespace {

using Kind = cassandra::Storage::Kind;

void check_set(const mesh::Ring& ring, const k8s::Object& set, Report& report) {
  const auto container = mesh::cassandra_container(set);
  if (!container) return;
  const cassandra::Setup setup(*container, report.scope().objects);
  const auto& image = setup.image();
  const auto storage = cassandra::storage_of(setup);
  const auto path = storage.mount["mountPath"];
  if (storage.mount && !path) return;  // which the API server refuses
  if (storage.kind == Kind::elsewhere) {
    report(set, path, "a claim is mounted at '{}', but the data of {} are in '{}'", path.text(),
           image.words, image.data)
        .related(set, setup.container()["image"], "the image")
        .fix(fmt::format("mount it at '{}'", image.data))
        .ring(ring);
  } else if (storage.kind == Kind::ephemeral) {
    const auto source =
        storage.volume["emptyDir"] ? storage.volume["emptyDir"] : storage.volume["ephemeral"];
    report(set, source.key_where(), "the data at '{}' go with the pod: '{}' is an {} volume",
           path.text(), storage.volume["name"].text(), source.key())
        .related(set, path, "mounted here")
        .ring(ring);
  } else if (storage.kind == Kind::none) {
    report(set, setup.container()["image"],
           "no volume is mounted at '{}', the data directory of {}", image.data, image.words)
        .ring(ring);
  }
}

void check(const mesh::Ring& ring, Report& report) {
  for (const auto* set : ring.stateful_sets) check_set(ring, *set, report);
}

}  // namespace

extern const Rule data_not_persisted{
    .name = "data-not-persisted",
    .severity = Severity::warning,
    .kinds = {"StatefulSet"},
    .summary = "A node's data are on a volume that outlives its pod.",
    .why =
        "Images keep their data in different places: google-samples in `/cassandra_data`, the "
        "official one in `/var/lib/cassandra`, Bitnami's in `/bitnami/cassandra`. A claim that "
        "is mounted anywhere else stays empty, and a restarted pod joins the ring as a new node "
        "in the place of one that is missed.",
    .fix = "mount a volume of volumeClaimTemplates where the image keeps its data",
    .versions = "",
    .source =
        "kubernetes/examples databases/cassandra/image/files/cassandra.yaml at 279e8e4fe314; "
        "docker-library/cassandra Dockerfile at 7b9da8f4f58f; bitnami/containers "
        "bitnami/cassandra/5.0/debian-12 cassandra-env.sh at 079e74b805f6",
    .check = check,
};

}  // namespace cassmesh::rules
