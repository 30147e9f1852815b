#include "suppress.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "../text.hpp"
#include "cassmesh/rule.hpp"

namespace cassmesh::lint {
namespace {

constexpr std::string_view rule_name = "unused-suppression";
constexpr std::string_view mark = "cassmesh: ignore";

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

/// The scalars of a document as stretches of bytes: a `#` inside of one begins no comment.
struct Stretch {
  std::size_t begin = 0;
  std::size_t end = 0;
};

void collect_scalars(const yaml::Node& node, std::vector<Stretch>& scalars) {
  if (node.is_scalar()) scalars.push_back({node.begin_offset(), node.end_offset()});
  for (const auto& child : node) collect_scalars(child, scalars);
}

/// In their order; aliases make some of them stand there twice.
std::vector<Stretch> scalars_of(const File& file) {
  std::vector<Stretch> scalars;
  for (const auto& document : file.documents) collect_scalars(document.root(), scalars);
  std::ranges::sort(scalars, {}, &Stretch::begin);
  return scalars;
}

bool is_inside(const std::vector<Stretch>& scalars, std::size_t at) {
  const auto behind = std::ranges::upper_bound(scalars, at, {}, &Stretch::begin);
  return behind != scalars.begin() && at < std::prev(behind)->end;
}

/// Where the comment begins that holds `at`: the `#` in front of it with only blanks between; npos
/// if there is none.
std::size_t comment_begin(std::string_view text, std::size_t at) {
  while (at > 0 && is_blank(text[at - 1])) --at;
  if (at == 0 || text[at - 1] != '#') return std::string_view::npos;
  --at;
  const bool begins = at == 0 || is_blank(text[at - 1]) || text[at - 1] == '\n';
  return begins ? at : std::string_view::npos;
}

std::string_view trimmed_line(std::string_view line) {
  line = trim(line);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return trim(line);
}

/// The line that a comment on each line means: its own if something else stands there, else the
/// next one that holds more than a comment. The first is at 1.
std::vector<int> meant_lines(const Source& source) {
  const auto lines = source.locate(source.text().size()).line;
  std::vector<int> meant(static_cast<std::size_t>(lines) + 2, lines + 1);
  for (int line = lines; line >= 1; --line) {
    const auto at = static_cast<std::size_t>(line);
    meant[at] = trimmed_line(source.line(line)).starts_with('#') ? meant[at + 1] : line;
  }
  return meant;
}

/// Calls `take` with each of the names in `names`, which commas separate, and with its offset.
template <typename Take>
void each_name(std::string_view names, std::size_t offset, Take&& take) {
  while (!names.empty()) {
    const auto end = std::min(names.find(','), names.size());
    const auto part = names.substr(0, end);
    const auto name = trim(part);
    if (!name.empty()) take(name, offset + static_cast<std::size_t>(name.data() - names.data()));
    offset += std::min(end + 1, names.size());
    names.remove_prefix(std::min(end + 1, names.size()));
  }
}

Finding complaint(const Suppression& suppression, std::string message, std::string fix) {
  return {.rule = rule_name,
          .severity = Severity::warning,
          .message = std::move(message),
          .place = suppression.place,
          .fix = std::move(fix)};
}

Finding unknown_rule(const Suppression& suppression) {
  std::vector<std::string_view> names;
  for (const auto* rule : all_rules()) names.push_back(rule->name);
  const auto near = closest(suppression.rule, names);
  return complaint(suppression, fmt::format("there is no rule '{}'", suppression.rule),
                   near.empty() ? "see 'cassmesh rules' for all names"
                                : fmt::format("did you mean '{}'?", near));
}

}  // namespace

void Suppressions::add(Suppression suppression) {
  auto& added = all_.emplace_back(std::move(suppression));
  if (added.reason.empty()) return;
  const bool is_comment = added.scope == nullptr;
  const Key key(added.rule, is_comment ? added.place.at.file : 0, added.line, added.object.kind,
                added.object.name);
  by_key_[key].push_back(&added);
}

void Suppressions::add_comments(const File& file) {
  const auto& source = *file.source;
  const auto text = source.text();
  auto found = text.find(mark);
  if (found == std::string_view::npos) return;
  const auto scalars = scalars_of(file);
  const auto meant = meant_lines(source);
  for (; found != std::string_view::npos; found = text.find(mark, found + mark.size())) {
    const auto begin = comment_begin(text, found);
    if (begin == std::string_view::npos || is_inside(scalars, begin)) continue;
    const auto offset = found + mark.size();
    const auto end = std::min(text.find_first_of("#\n", offset), text.size());
    const auto rest = trimmed_line(text.substr(offset, end - offset));
    const auto dashes = rest.find("--");
    const auto reason =
        dashes == std::string_view::npos ? std::string_view() : trim(rest.substr(dashes + 2));
    const auto names = rest.substr(0, dashes);
    const auto line = meant[static_cast<std::size_t>(source.locate(begin).line)];
    each_name(names, static_cast<std::size_t>(names.data() - text.data()),
              [&](std::string_view name, std::size_t at) {
                add({.rule = std::string(name),
                     .reason = std::string(reason),
                     .place = source.place(at, at + name.size()),
                     .line = line});
              });
  }
}

void Suppressions::add_annotation(const k8s::Object& object, const k8s::ObjectSet* scope) {
  const auto name = k8s::name_of(object);
  add_lines(object.annotations()[ignore_annotation], name, scope);
  if (!object.is("Pod")) add_lines(object.pod_annotations()[ignore_annotation], name, scope);
}

void Suppressions::add_lines(const yaml::Node& annotation, const ObjectName& object,
                             const k8s::ObjectSet* scope) {
  auto text = annotation.text();
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = trim(text.substr(0, end));
    const auto colon = line.find(':');
    const auto reason =
        colon == std::string_view::npos ? std::string_view() : trim(line.substr(colon + 1));
    each_name(line.substr(0, colon), 0, [&](std::string_view rule, std::size_t) {
      add({.rule = std::string(rule),
           .reason = std::string(reason),
           .place = annotation.place(),
           .object = object,
           .scope = scope});
    });
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

template <typename KeyOf, typename Silences>
std::size_t Suppressions::apply(std::vector<Finding>& findings, const KeyOf& key_of,
                                const Silences& silences) {
  if (by_key_.empty()) return 0;
  return std::erase_if(findings, [&](const Finding& finding) {
    bool silenced = false;
    const auto found = by_key_.find(key_of(finding));
    if (found == by_key_.end()) return silenced;
    for (auto* suppression : found->second) {
      if (!silences(*suppression, finding)) continue;
      suppression->used = true;
      silenced = true;
    }
    return silenced;
  });
}

std::size_t Suppressions::apply_annotations(std::vector<Finding>& findings,
                                            const k8s::ObjectSet* scope) {
  const auto key_of = [](const Finding& finding) {
    if (!finding.object) return Key(finding.rule, 0, 0, {}, {});
    return Key(finding.rule, 0, 0, finding.object->kind, finding.object->name);
  };
  return apply(findings, key_of, [&](const Suppression& suppression, const Finding& finding) {
    if (suppression.scope != scope || !finding.object) return false;
    // As it is written, before kustomize gave it another namespace.
    const bool is_written_here = finding.place.at.file == suppression.place.at.file;
    return is_written_here || *finding.object == suppression.object;
  });
}

std::size_t Suppressions::apply_comments(std::vector<Finding>& findings) {
  const auto key_of = [](const Finding& finding) {
    return Key(finding.rule, finding.place.at.file, finding.place.at.line, {}, {});
  };
  return apply(findings, key_of, [](const Suppression& suppression, const Finding&) {
    return suppression.scope == nullptr;
  });
}

std::vector<Finding> Suppressions::unused(
    const std::function<bool(std::string_view)>& asked) const {
  // The same words may stand for several objects.
  std::set<std::pair<Place, std::string_view>> used;
  for (const auto& suppression : all_) {
    if (suppression.used) used.emplace(suppression.place, suppression.rule);
  }
  std::vector<Finding> findings;
  for (const auto& suppression : all_) {
    if (used.contains({suppression.place, suppression.rule})) continue;
    if (find_rule(suppression.rule) == nullptr) {
      findings.push_back(unknown_rule(suppression));
    } else if (suppression.reason.empty()) {
      findings.push_back(
          complaint(suppression,
                    fmt::format("'{}' is ignored without a reason, so it is not", suppression.rule),
                    suppression.line == 0
                        ? fmt::format("say why: '{}: REASON'", suppression.rule)
                        : fmt::format("say why: '# {} {} -- REASON'", mark, suppression.rule)));
    } else if (asked(suppression.rule)) {
      findings.push_back(complaint(suppression,
                                   fmt::format("there is no '{}' here to ignore", suppression.rule),
                                   "take the suppression away"));
    }
  }
  return findings;
}

}  // namespace cassmesh::lint
