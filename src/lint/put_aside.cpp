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

/// Whether a run could have found what an entry holds.
bool is_judged(const baseline::Entry& entry, const PutAside& run) {
  return find_rule(entry.key.rule) == nullptr || run.is_asked_for(entry.key.rule);
}

}  // namespace

std::size_t put_aside(std::vector<Finding>& findings, const baseline::Baseline& baseline,
                      const PutAside& run) {
  Keys held;
  for (const auto& entry : baseline.entries) held[entry.key] += entry.count;
  Keys found;
  std::vector<const Keys::value_type*> known;  // of each finding
  known.reserve(findings.size());
  for (const auto& finding : findings) {
    const auto key = baseline::key_of(finding, run.sources, baseline.folder);
    const auto at = found.try_emplace(key, 0).first;
    ++at->second;
    known.push_back(&*at);
  }
  std::vector<Finding> kept;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const auto& [key, count] = *known[i];
    const auto entry = held.find(key);
    if (entry == held.end() || count > entry->second) kept.push_back(std::move(findings[i]));
  }
  const auto taken = findings.size() - kept.size();
  findings = std::move(kept);
  if (!run.is_read_whole || !run.is_asked_for(rule_name)) return taken;
  for (const auto& entry : baseline.entries) {
    const auto left = found.contains(entry.key) ? found[entry.key] : 0;
    if (left < held[entry.key] && is_judged(entry, run))
      findings.push_back(stale(entry, left, run));
  }
  return taken;
}

}  // namespace cassmesh::lint
