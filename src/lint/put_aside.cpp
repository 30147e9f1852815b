#include "put_aside.hpp"

#include <fmt/core.h>

#include <optional>
#include <utility>

#include "cassmesh/rule.hpp"

namespace cassmesh::lint {
namespace {

constexpr std::string_view rule_name = "stale-baseline-entry";

using Keys = std::map<baseline::Key, std::size_t>;

/// `on DestinationRule shop/orders`, `in k8s/a.yaml`; empty if the entry names neither.
std::string whereabouts(const baseline::Key& key) {
  if (!key.objects.empty()) return fmt::format(" on {}", key.objects.front());
  return key.file.empty() ? std::string() : fmt::format(" in {}", key.file);
}

std::string message_of(const baseline::Entry& entry, std::size_t found, const PutAside& run) {
  const auto& key = entry.key;
  if (found > 0)
    return fmt::format("of {} '{}'{} only {} {} left", entry.count, key.rule, whereabouts(key),
                       found, found == 1 ? "is" : "are");
  if (find_rule(key.rule) == nullptr) return fmt::format("there is no rule '{}'", key.rule);
  if (!key.objects.empty() && !run.objects.contains(key.objects.front()))
    return fmt::format("{} is not here any more", key.objects.front());
  return fmt::format("'{}' is not found{} any more", key.rule, whereabouts(key));
}

Finding stale(const baseline::Entry& entry, std::size_t found, const PutAside& run) {
  Finding finding{
      .rule = rule_name,
      .severity = Severity::warning,
      .message = message_of(entry, found, run),
      .place = entry.place,
      .fix = found > 0 ? fmt::format("write 'count: {}'", found) : std::string("delete the entry")};
  if (entry.key.objects.empty()) return finding;
  const auto object = run.objects.find(entry.key.objects.front());
  if (object != run.objects.end())
    finding.related.push_back({object->second, "where it was found", {}});
  return finding;
}

}  // namespace

std::size_t put_aside(std::vector<Finding>& findings, const baseline::Baseline& baseline,
                      const PutAside& run) {
  Keys held;
  for (const auto& entry : baseline.entries) held[entry.key] += entry.count;
  Keys found;
  std::vector<baseline::Key> keys;
  keys.reserve(findings.size());
  for (const auto& finding : findings) {
    keys.push_back(baseline::key_of(finding, run.sources, baseline.folder));
    ++found[keys.back()];
  }
  std::vector<Finding> kept;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const auto entry = held.find(keys[i]);
    if (entry == held.end() || found[keys[i]] > entry->second)
      kept.push_back(std::move(findings[i]));
  }
  const auto taken = findings.size() - kept.size();
  findings = std::move(kept);
  if (!run.is_read_whole || !run.is_asked_for(rule_name)) return taken;
  for (const auto& entry : baseline.entries) {
    const bool unknown = find_rule(entry.key.rule) == nullptr;
    if (!unknown && !run.is_asked_for(entry.key.rule)) continue;
    const auto count = found.find(entry.key);
    const auto left = count == found.end() ? 0 : count->second;
    if (left < held[entry.key]) findings.push_back(stale(entry, left, run));
  }
  return taken;
}

}  // namespace cassmesh::lint
