#include "selection.hpp"

#include <algorithm>

namespace cassmesh::mesh {
namespace {

/// Each compares a label with those of all pods.
constexpr std::size_t most_suggestions = 200;

bool asks_for_run_time(const Selector& selector) {
  return std::ranges::any_of(selector.expressions,
                             [](const yaml::Node& expression) {
                               return is_set_at_run_time(expression["key"].text());
                             }) ||
         std::ranges::any_of(selector.labels, is_set_at_run_time, &yaml::Node::key);
}

/// `istio: ingressgateway`: gateways are installed by charts of their own.
bool is_of_a_gateway(const yaml::Node& label) {
  return label.text().find("gateway") != std::string_view::npos;
}

}  // namespace

Selection::Selection(const k8s::ObjectSet& here, std::span<const k8s::ObjectSet* const> everywhere,
                     const Settings& settings)
    : here_(here),
      everywhere_(everywhere),
      settings_(settings),
      pods_([&here] {
        const auto* const set = &here;
        return Pods({&set, 1});
      }()),
      unseen_(everywhere) {}

std::optional<Selection::Nothing> Selection::nothing_for(const k8s::Object& object) {
  const auto selector = selector_of(object);
  if (selector.labels.size() == 0 && selector.expressions.size() == 0) return {};
  const auto where = selected_namespace(object, settings_);
  if (selects_any(pods_, selector, where) || selects_any(all(), selector, where)) return {};
  Nothing nothing{.where = where};
  for (const auto& label : selector.labels) {
    if (all().has(label, where)) continue;
    nothing.label = label;
    if (suggestions_++ < most_suggestions) nothing.near = all().closest_to(label, where);
    break;
  }
  // Pods of the whole mesh are seldom in one place.
  nothing.certain = settings_.closed_world || (!where.empty() && !here_.workloads(where).empty());
  if (may_be_unseen(nothing)) return {};
  return nothing;
}

bool Selection::selects_any(const Pods& pods, const Selector& selector, std::string_view where) {
  const auto selected = pods.with(selector.labels, where);
  if (selector.expressions.size() == 0 || asks_for_run_time(selector)) return !selected.empty();
  return std::ranges::any_of(selected, [&](const Pod* pod) {
    return k8s::label_selector_selects(selector.node, *pod->object);
  });
}

bool Selection::may_be_unseen(const Nothing& nothing) {
  if (nothing.where.empty() ? unseen_.anywhere() : unseen_.in(nothing.where)) return true;
  if (!nothing.label) return false;
  if (may_mark_a_role(nothing.label.key()) && !all().has_key(nothing.label.key(), nothing.where))
    return true;
  return !nothing.certain && is_of_a_gateway(nothing.label);
}

const Pods& Selection::all() {
  if (everywhere_.size() < 2) return pods_;
  if (!all_) all_.emplace(everywhere_);
  return *all_;
}

}  // namespace cassmesh::mesh
