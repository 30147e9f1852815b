#include <algorithm>
#include <array>

#include "cassmesh/rule.hpp"
#include "engine/blame.hpp"
#include "text.hpp"

namespace cassmesh::rules {
namespace {

/// A mode that takes mTLS off; `tls` without a mode does too. One with a slip in that word is the
/// matter of `unknown-field`.
bool takes_mtls_off(const yaml::Node& word) {
  if (word.key() != "tls") return word.text() == "DISABLE";
  constexpr std::array<std::string_view, 1> mode{"mode"};
  return std::none_of(word.begin(), word.end(),
                      [&](const yaml::Node& field) { return !closest(field.key(), mode).empty(); });
}

std::string makes(const yaml::Node& word) {
  if (!takes_mtls_off(word)) return {};
  return fmt::format("{} makes sidecars speak plaintext",
                     word.key() == "tls" ? "'tls' without a mode" : "'DISABLE'");
}

void check(const k8s::Object& rule, Report& report) {
  engine::tell_tls_conflicts(rule, makes, report);
}

}  // namespace

extern const Rule destination_rule_disables_mtls{
    .name = "destination-rule-disables-mtls",
    .severity = Severity::error,
    .kinds = {"DestinationRule"},
    .summary = "No DestinationRule takes the mTLS off that a ring asks for.",
    .why =
        "What a DestinationRule says of TLS goes before auto-mTLS: with `DISABLE`, or with `tls` "
        "that names no mode, the sidecars of nodes and clients speak plaintext, and a ring under "
        "STRICT closes every such connection. The host may be a wildcard that was meant for "
        "others: for each client the rule counts whose host is the most specific, of its own "
        "namespace, else of the ring's, else of the root namespace.",
    .fix = "write 'mode: ISTIO_MUTUAL', or delete the tls setting where auto-mTLS does it",
    .versions = "",
    .source =
        "istio.io/latest/docs/ops/common-problems/network-issues; istio/istio#20201, #12795; "
        "istio/istio 1.24.0 pilot/pkg/model/push_context.go (destinationRule)",
    .check = check,
};

}  // namespace cassmesh::rules
