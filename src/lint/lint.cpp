// From scopes to findings: run each rule on each scope, then take away what was silenced or not
// asked for. Rules only ever see one scope.

#include "cassmesh/lint.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include "cassmesh/rule.hpp"
#include "judged.hpp"
#include "put_aside.hpp"
#include "reported.hpp"
#include "suppress.hpp"

namespace cassmesh::lint {
namespace {

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
      : sources_(sources), options_(options), inputs_(sources, files, options) {}

  Result run() {
    result_.summary = inputs_.summary();
    result_.istio = inputs_.istio();
    result_.istio_is_given = inputs_.istio_is_given();
    if (is_asked_for(yaml::invalid_yaml)) result_.findings = inputs_.problems();
    collect_suppressions();
    for (const auto& judged : inputs_.scopes()) judge(judged);
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

  void collect_suppressions() {
    for (const auto& judged : inputs_.scopes()) {
      for (const auto& object : judged.objects)
        suppressions_.add_annotation(object, &judged.objects);
    }
    for (const auto& file : inputs_.files()) suppressions_.add_comments(file);
  }

  void judge(const Judged& judged) {
    const auto scope = inputs_.scope_of(judged);
    std::vector<Finding> findings;
    for (const auto* rule : all_rules()) {
      if (!is_asked_for(rule->name)) continue;
      Report report(rule->name, rule->severity, rule->fix, scope);
      Runner(judged, report).run(*rule);
      for (auto& finding : report.take()) findings.push_back(std::move(finding));
      for (const auto& [object, reason] : report.left_out())
        leave_out(object->node().source().name(), reason);
    }
    result_.summary.suppressed += suppressions_.apply_annotations(findings, &judged.objects);
    for (auto& finding : findings) result_.findings.push_back(std::move(finding));
  }

  /// Sorted among what nobody could judge, each reason once.
  void leave_out(const std::string& file, const std::string& reason) {
    auto& all = result_.summary.not_checked;
    const NotChecked each{.file = file, .reason = reason};
    const auto at = std::ranges::lower_bound(all, each);
    if (at == all.end() || *at != each) all.insert(at, each);
  }

  void finish() {
    join_equal();
    auto& findings = result_.findings;
    result_.summary.suppressed += suppressions_.apply_comments(findings);
    if (is_asked_for("unused-suppression")) {
      for (auto& finding : suppressions_.unused([&](auto rule) { return is_asked_for(rule); }))
        findings.push_back(std::move(finding));
    }
    if (options_.baseline) apply_baseline();
    for (auto& finding : findings) {
      if (finding.istio == result_.istio) finding.istio.reset();
      const auto configured = options_.config.rules.find(finding.rule);
      if (configured != options_.config.rules.end() && configured->second)
        finding.severity = *configured->second;
    }
    const Reported reported(sources_, options_);
    std::erase_if(result_.findings, [&](const auto& finding) { return !reported.holds(finding); });
    sort_and_count();
  }

  void apply_baseline() {
    PutAside run{.sources = sources_,
                 .is_asked_for = [this](std::string_view rule) { return is_asked_for(rule); },
                 .is_read_whole = options_.baseline_is_read_whole,
                 .objects = {}};
    for (const auto& judged : inputs_.scopes()) {
      for (const auto& object : judged.objects)
        run.objects.emplace(baseline::to_string(k8s::name_of(object)), place_of(object));
    }
    result_.summary.in_baseline = put_aside(result_.findings, *options_.baseline, run);
  }

  static Place place_of(const k8s::Object& object) {
    const auto name = object.node()["metadata"]["name"];
    return name ? name.place() : object.node().place();
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

  void sort_and_count() {
    std::ranges::stable_sort(result_.findings, {},
                             [this](const Finding& finding) { return key_of(finding); });
    for (const auto& finding : result_.findings) result_.summary.count(finding.severity);
  }

  Sources& sources_;
  const Options& options_;
  Inputs inputs_;
  Suppressions suppressions_;
  Result result_;
};

}  // namespace

void Summary::count(Severity severity) {
  switch (severity) {
    case Severity::info:
      ++infos;
      break;
    case Severity::warning:
      ++warnings;
      break;
    case Severity::error:
      ++errors;
      break;
  }
}

Result lint(Sources& sources, const std::vector<const Source*>& files, const Options& options) {
  return Run(sources, files, options).run();
}

}  // namespace cassmesh::lint
