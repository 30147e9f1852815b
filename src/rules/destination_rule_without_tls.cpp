#include "cassmesh/rule.hpp"
#include "engine/blame.hpp"

namespace cassmesh::rules {
namespace {

/// Of a rule that has no word on TLS its host is blamed.
std::string makes(const yaml::Node& word) {
  return word.key() == "host" ? "a DestinationRule without tls means plaintext" : "";
}

void check(const k8s::Object& rule, Report& report) {
  engine::tell_tls_conflicts(rule, makes, report);
}

}  // namespace

extern const Rule destination_rule_without_tls{
    .name = "destination-rule-without-tls",
    .severity = Severity::error,
    .kinds = {"DestinationRule"},
    .summary = "Before auto-mTLS, a DestinationRule for a ring under mTLS says ISTIO_MUTUAL.",
    .why =
        "Up to Istio 1.4 nothing but a DestinationRule makes a sidecar speak mTLS, and the rules "
        "of different hosts are not merged: one for the ring's host that is only about "
        "connection pools takes the place of the mesh-wide `*.local` one as a whole, and the "
        "mTLS is gone.",
    .fix = "write 'tls: {mode: ISTIO_MUTUAL}' into its trafficPolicy",
    .versions = "1.0 to 1.4, and newer ones where auto-mTLS is switched off",
    .source =
        "istio.io/latest/docs/ops/common-problems/network-issues (503 errors after setting "
        "destination rule); istio/istio#20201",
    .check = check,
};

}  // namespace cassmesh::rules
