#include "one_sided.hpp"

#include <algorithm>

namespace cassmesh::engine {
namespace {

class Finder {
 public:
  Finder(const Model& model, const Effect& effect) : model_(model), effect_(effect) {}

  std::vector<OneSided> find() {
    for (const auto& broken : effect_.breaks) {
      if (is_wanted(broken)) continue;
      for (const auto& node : model_.nodes) {
        look(node, broken, true);
        look(node, broken, false);
      }
      const auto client = broken.connection.client;
      if (client) look(model_.clients[*client], broken, false);
    }
    return std::move(found_);
  }

 private:
  /// Plaintext past the sidecars of both sides is what somebody asked for.
  bool is_wanted(const Break& broken) const {
    const int port = broken.connection.port;
    const auto version = broken.istio.intervals().front().first;
    const auto goes_in = [&](const Workload& node) {
      return node.interception.inbound(port, version).is_captured;
    };
    const auto goes_out = [&](const Workload& node) {
      return node.interception.outbound(port, version).is_captured;
    };
    const auto& from = broken.connection.client ? model_.clients : model_.nodes;
    return works(broken.outcome) && std::ranges::none_of(model_.nodes, goes_in) &&
           std::ranges::none_of(from, goes_out);
  }

  void look(const Workload& who, const Break& broken, bool is_inbound) {
    const int port = broken.connection.port;
    const auto version = broken.istio.intervals().front().first;
    if (!who.injection.sidecar.contains(version)) return;
    const auto decision = is_inbound ? who.interception.inbound(port, version)
                                     : who.interception.outbound(port, version);
    if (!decision.by.at || (decision.is_captured && decision.is_known)) return;
    const auto known = std::ranges::find(found_, decision.by.at, &OneSided::at);
    auto& one = known != found_.end() ? *known : found_.emplace_back();
    if (one.who == nullptr) {
      one = {.who = &who,
             .at = decision.by.at,
             .port = port,
             .is_inbound = is_inbound,
             .why = decision.why,
             .effect = {.ring = effect_.ring}};
    }
    one.effect.breaks.push_back(broken);
  }

  const Model& model_;
  const Effect& effect_;
  std::vector<OneSided> found_;
};

}  // namespace

std::vector<OneSided> one_sided(const Model& model, const Effect& of_interception) {
  return Finder(model, of_interception).find();
}

}  // namespace cassmesh::engine
