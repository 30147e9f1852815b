#include "flow.hpp"

#include <utility>

namespace cassmesh::engine {

void Flow::add(Step step, Grounds grounds, std::optional<Outcome> failure) {
  hops_.push_back({.step = step,
                   .decision = std::move(grounds.why),
                   .by = grounds.by,
                   .failure = failure,
                   .caller = step == Step::authorization ? caller : std::string()});
}

Trace Flow::finish() {
  Trace trace;
  trace.outcome = wire == Wire::mtls ? Outcome::mtls : Outcome::plaintext;
  if (is_doubtful_) trace.outcome = Outcome::unknown;
  if (failure_) trace.outcome = *failure_;
  trace.hops = std::move(hops_);
  trace.is_answered_by_proxy = is_answered_by_proxy;
  if (trace.outcome != Outcome::unknown) return trace;
  for (const auto& hop : trace.hops) {
    if (hop.failure != Outcome::unknown) continue;
    if (!trace.assumption.empty()) trace.assumption += "; ";
    trace.assumption += hop.decision;
  }
  return trace;
}

Trace follow(const Model& model, const Route& route, const Moment& version, bool records) {
  Flow flow(model, route, version, records);
  for (auto* const stage :
       {resolve_name, leave_client, choose_listener, follow_routes, choose_client_tls,
        pass_network_policy, arrive_at_server, check_peer_authentication, check_authorization,
        choose_address, reach_application}) {
    stage(flow);
    if (flow.is_answered_by_proxy) break;
  }
  return flow.finish();
}

}  // namespace cassmesh::engine
