#include "cassmesh/rule.hpp"

#include <algorithm>
#include <cassert>

namespace cassmesh {

const mesh::Ring* Scope::ring_of(std::string_view host) const {
  const auto found = std::ranges::find_if(
      rings, [&](const mesh::Ring& ring) { return ring.has_host(host, settings); });
  return found == rings.end() ? nullptr : &*found;
}

const mesh::Ring* Scope::ring_of(const k8s::Object& service) const {
  const auto found = std::ranges::find_if(rings, [&](const mesh::Ring& ring) {
    return ring.service == &service ||
           std::ranges::find(ring.services, &service) != ring.services.end();
  });
  return found == rings.end() ? nullptr : &*found;
}

bool Scope::is_anywhere(std::string_view known_kind, std::string_view name_space,
                        std::string_view object_name) const {
  return std::ranges::any_of(everywhere, [&](const k8s::ObjectSet* set) {
    return set->find(known_kind, name_space, object_name) != nullptr;
  });
}

Severity Scope::severity_of_missing(std::string_view name_space) const {
  const bool all_is_here = objects.covers(name_space) && !lacks_objects;
  return settings.closed_world || all_is_here ? Severity::warning : Severity::info;
}

const Report::Said& Report::Said::severity(Severity severity) const {
  finding_->severity = severity;
  return *this;
}

const Report::Said& Report::Said::related(const k8s::Object& object, const Place& at,
                                          std::string message) const {
  if (at == finding_->place) return *this;
  finding_->related.push_back(
      {.place = at, .message = std::move(message), .object = k8s::name_of(object)});
  return *this;
}

const Report::Said& Report::Said::related(const k8s::Object& object, const yaml::Node& at,
                                          std::string message) const {
  return related(object, at.place(), std::move(message));
}

const Report::Said& Report::Said::fix(std::string text, bool safe) const {
  finding_->fix = std::move(text);
  finding_->fix_is_safe = safe;
  return *this;
}

const Report::Said& Report::Said::on(const mesh::VersionRange& istio) const {
  finding_->istio = istio;
  return *this;
}

const Report::Said& Report::Said::ring(const mesh::Ring& ring) const {
  finding_->ring = ring.name;
  return *this;
}

const Report::Said& Report::Said::ring(const mesh::Ring* ring) const {
  return ring == nullptr ? *this : this->ring(*ring);
}

const Report::Said& Report::Said::breaks(std::vector<std::string_view> connections) const {
  finding_->breaks = std::move(connections);
  return *this;
}

Report::Said Report::add(const k8s::Object* object, const Place& at, std::string message) {
  // What is missing is reported at its parent; a rule that forgot one speaks of the object.
  const auto place = at || object == nullptr ? at : object->name_node().place();
  assert(place && "a finding stands somewhere");
  auto& finding = findings_.emplace_back(Finding{.rule = rule_,
                                                 .severity = severity_,
                                                 .message = std::move(message),
                                                 .place = place,
                                                 .fix = std::string(fix_)});
  if (object != nullptr) finding.object = k8s::name_of(*object);
  return Said(finding);
}

void Report::leave_out(const k8s::Object& object, std::string reason) {
  left_out_.push_back({.object = &object, .reason = std::move(reason)});
}

std::vector<Finding> Report::take() {
  std::vector<Finding> kept;
  for (auto& finding : findings_) {
    finding.istio = finding.istio.value_or(scope_->istio) & scope_->istio;
    if (!finding.istio->empty()) kept.push_back(std::move(finding));
  }
  findings_.clear();
  return kept;
}

const Rule* find_rule(std::string_view name) {
  const auto rules = all_rules();
  const auto found = std::ranges::lower_bound(rules, name, {}, &Rule::name);
  return found == rules.end() || (*found)->name != name ? nullptr : *found;
}

std::string without_marks(std::string_view text) {
  std::string shown;
  bool begins = true;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size() - 1);
    auto line = text.substr(0, end + 1);
    text.remove_prefix(line.size());
    begins = begins && (line.starts_with("# istio: ") || line.starts_with("# kubernetes: "));
    if (begins) continue;
    const auto mark = line.find("# want");
    if (mark != std::string_view::npos) line = line.substr(0, mark);
    const auto last = line.find_last_not_of(" \n");
    shown += line.substr(0, last == std::string_view::npos ? 0 : last + 1);
    shown += '\n';
  }
  return shown;
}

}  // namespace cassmesh
