// From files to findings: parse, put the objects into scopes, run each rule on each scope, then
// take away what was silenced or not asked for. Rules only ever see one scope.

#include "cassmesh/lint.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include "../fields/served.hpp"
#include "cassmesh/rule.hpp"
#include "classify.hpp"
#include "project.hpp"
#include "scopes.hpp"
#include "suppress.hpp"

namespace cassmesh::lint {
namespace {

/// What is older has long been out of support; whoever still runs it says so.
const mesh::VersionRange& default_istio() {
  static const auto range = mesh::VersionRange::parse("1.10..");
  return range;
}

/// A scope with what it owns.
struct Judged {
  explicit Judged(ScopeFiles given) : files(std::move(given)) {}

  ScopeFiles files;
  k8s::ObjectSet objects;
  mesh::FoundSettings found;
  std::vector<mesh::Ring> rings;
};

/// Calls a check as often as its parameter asks for.
class Runner {
 public:
  Runner(const Judged& judged, Report& report) : judged_(judged), report_(report) {}

  void run(const Rule& rule) {
    kinds_ = &rule.kinds;
    std::visit([this](const auto& check) { each(check); }, rule.check);
  }

 private:
  void each(const ByTheEngine& /*none*/) {}

  void each(void (*check)(const k8s::Object&, Report&)) {
    each_object([&](const k8s::Object& object) { check(object, report_); });
  }

  void each(void (*check)(const k8s::Container&, Report&)) {
    each_object([&](const k8s::Object& object) {
      for (const auto& container : k8s::containers(object)) check(container, report_);
    });
  }

  void each(void (*check)(const mesh::Ring&, Report&)) {
    for (const auto& ring : judged_.rings) check(ring, report_);
  }

  void each(void (*check)(const k8s::ObjectSet&, Report&)) { check(judged_.objects, report_); }

  void each(void (*check)(const yaml::Document&, Report&)) {
    for (const auto* document : judged_.files.documents) check(*document, report_);
  }

  template <typename Check>
  void each_object(const Check& check) {
    if (kinds_->empty()) {
      for (const auto& object : judged_.objects) check(object);
    }
    for (const auto kind : *kinds_) {
      for (const auto* object : judged_.objects.all_of(kind)) check(*object);
    }
  }

  const Judged& judged_;
  Report& report_;
  const std::vector<std::string_view>* kinds_ = nullptr;
};

class Run {
 public:
  Run(Sources& sources, const std::vector<const Source*>& files, const Options& options)
      : sources_(sources), options_(options), project_(sources, files) {}

  Result run() {
    auto scopes = make_scopes(project_, options_.config);
    result_.summary.not_checked = std::move(scopes.not_checked);
    for (auto& files : scopes.scopes) judged_.emplace_back(std::move(files));
    for (auto& judged : judged_) prepare(judged);
    for (const auto& judged : judged_) everywhere_.push_back(&judged.objects);
    look_at_files();
    for (const auto& judged : judged_) judge(judged);
    finish();
    return std::move(result_);
  }

 private:
  bool is_asked_for(std::string_view rule) const {
    const auto names = [&](const std::vector<std::string>& list) {
      return std::ranges::find(list, rule) != list.end();
    };
    const auto configured = options_.config.rules.find(rule);
    if (!options_.select.empty()) return names(options_.select) && !names(options_.ignore);
    const bool off = configured != options_.config.rules.end() && !configured->second;
    return !off && !names(options_.ignore);
  }

  void prepare(Judged& judged) {
    std::vector<k8s::Object> objects;
    for (const auto& node : judged.files.objects)
      objects.emplace_back(node, options_.config.default_namespace);
    judged.objects = k8s::ObjectSet(std::move(objects));
    judged.found = mesh::find_settings(judged.objects);
    config::apply(options_.config, judged.found.settings);
    judged.rings = mesh::find_rings(judged.objects, judged.found.settings);
    result_.summary.objects += judged.objects.size();
    result_.summary.rings += judged.rings.size();
    for (const auto& object : judged.objects) suppressions_.add_annotation(object, &judged.objects);
  }

  /// The range as somebody gave it; none if nobody did.
  std::optional<mesh::VersionRange> given_istio(const Judged& judged) const {
    for (const auto& range :
         {options_.istio, judged.files.istio, options_.config.istio, judged.found.istio}) {
      if (range) return range;
    }
    return std::nullopt;
  }

  bool has_templates() const {
    const auto is_template = [](const NotChecked& each) {
      return each.reason == why_not_checked(DocumentKind::template_text);
    };
    return std::ranges::any_of(result_.summary.not_checked, is_template);
  }

  Scope scope_of(const Judged& judged) const {
    const auto given = given_istio(judged);
    Scope scope{.name = judged.files.name,
                .objects = judged.objects,
                .settings = judged.found.settings,
                .default_namespace = options_.config.default_namespace,
                .rings = judged.rings,
                .istio = given.value_or(default_istio()),
                .kubernetes = {},
                .istio_is_given = given && *given != mesh::VersionRange::any(),
                .kubernetes_is_given = options_.config.kubernetes.has_value(),
                .lacks_objects = judged.files.lacks_objects || has_templates(),
                .everywhere = everywhere_};
    if (!scope.istio_is_given) {
      auto cut = scope.istio;
      for (const auto& object : judged.objects) cut = cut & fields::istio_versions_of(object);
      if (!cut.empty()) scope.istio = cut;  // else that is what a rule finds
    }
    scope.kubernetes = options_.config.kubernetes.value_or(fields::kubernetes_for(scope.istio));
    return scope;
  }

  void judge(const Judged& judged) {
    const auto scope = scope_of(judged);
    std::vector<Finding> findings;
    result_.istio = result_.istio | scope.istio;
    for (const auto* rule : all_rules()) {
      if (!is_asked_for(rule->name)) continue;
      Report report(rule->name, rule->severity, rule->fix, scope);
      Runner(judged, report).run(*rule);
      for (auto& finding : report.take()) findings.push_back(std::move(finding));
    }
    result_.summary.suppressed += suppressions_.apply_annotations(findings, &judged.objects);
    for (auto& finding : findings) result_.findings.push_back(std::move(finding));
  }

  /// What is not YAML, not ours, or silenced, file by file.
  void look_at_files() {
    const bool complain = is_asked_for(yaml::invalid_yaml);
    for (const auto& file : project_.files()) {
      ++result_.summary.files;
      for (const auto& document : file.documents) look_at(document, complain);
      suppressions_.add_comments(file);
    }
  }

  void look_at(const yaml::Document& document, bool complain) {
    const auto kind = classify(document);
    if (kind != DocumentKind::empty) ++result_.summary.documents;
    if (kind == DocumentKind::broken && complain) {
      const auto& problems = document.problems();
      result_.findings.insert(result_.findings.end(), problems.begin(), problems.end());
    }
    const auto why = why_not_checked(kind);
    if (!why.empty()) {
      result_.summary.not_checked.push_back(
          {.file = document.source().name(), .reason = std::string(why)});
    }
  }

  void finish() {
    if (result_.istio.empty()) result_.istio = options_.istio.value_or(default_istio());
    join_equal();
    auto& findings = result_.findings;
    result_.summary.suppressed += suppressions_.apply_comments(findings);
    if (is_asked_for("unused-suppression")) {
      for (auto& finding : suppressions_.unused([&](auto rule) { return is_asked_for(rule); }))
        findings.push_back(std::move(finding));
    }
    for (auto& finding : findings) {
      if (finding.istio == result_.istio) finding.istio.reset();
      const auto configured = options_.config.rules.find(finding.rule);
      if (configured != options_.config.rules.end() && configured->second)
        finding.severity = *configured->second;
    }
    keep_only_in();
    sort_and_count();
  }

  auto key_of(const Finding& finding) const {
    const auto& at = finding.place.at;
    const auto file = at ? std::string_view(sources_[at.file].name()) : std::string_view();
    return std::tuple(file, finding.place, finding.rule, std::string_view(finding.message));
  }

  /// A base that two overlays include gives each finding twice: it holds where one of them does.
  void join_equal() {
    std::map<decltype(key_of({})), std::size_t> first;
    std::vector<Finding> joined;
    joined.reserve(result_.findings.size());  // keys are views into the findings
    for (auto& finding : result_.findings) {
      const auto known = first.find(key_of(finding));
      if (known == first.end()) {
        joined.push_back(std::move(finding));
        first.emplace(key_of(joined.back()), joined.size() - 1);
        continue;
      }
      auto& kept = joined[known->second];
      if (kept.istio && finding.istio) kept.istio = *kept.istio | *finding.istio;
      kept.severity = std::max(kept.severity, finding.severity);
    }
    result_.findings = std::move(joined);
  }

  void keep_only_in() {
    if (options_.only_in.empty()) return;
    std::set<std::string> names;
    for (const auto& name : options_.only_in) names.insert(normalized(name));
    const auto touches = [&](const Place& place) {
      return place && names.contains(normalized(sources_[place.at.file].name()));
    };
    std::erase_if(result_.findings, [&](const Finding& finding) {
      return !touches(finding.place) &&
             std::ranges::none_of(finding.related, touches, &Related::place);
    });
  }

  void sort_and_count() {
    auto& [files, documents, objects, rings, errors, warnings, infos, suppressed, not_checked] =
        result_.summary;
    std::ranges::stable_sort(result_.findings, {},
                             [this](const Finding& finding) { return key_of(finding); });
    for (const auto& finding : result_.findings) {
      const std::array<std::size_t*, 3> counts{&infos, &warnings, &errors};
      ++*counts[static_cast<std::size_t>(finding.severity)];
    }
    std::ranges::sort(not_checked);
    not_checked.erase(std::unique(not_checked.begin(), not_checked.end()), not_checked.end());
  }

  Sources& sources_;
  const Options& options_;
  Project project_;
  std::deque<Judged> judged_;
  std::vector<const k8s::ObjectSet*> everywhere_;
  Suppressions suppressions_;
  Result result_;
};

}  // namespace

Result lint(Sources& sources, const std::vector<const Source*>& files, const Options& options) {
  return Run(sources, files, options).run();
}

}  // namespace cassmesh::lint
