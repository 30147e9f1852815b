#include "judged.hpp"

#include <algorithm>

#include "../fields/served.hpp"
#include "classify.hpp"

namespace cassmesh::lint {
namespace {

/// What is older has long been out of support; whoever still runs it says so.
const mesh::VersionRange& default_istio() {
  static const auto range = mesh::VersionRange::parse("1.10..");
  return range;
}

}  // namespace

mesh::VersionRange kubernetes_of(const config::Config& config, const mesh::VersionRange& istio) {
  return config.kubernetes ? config.kubernetes->range : fields::kubernetes_for(istio);
}

Inputs::Inputs(Sources& sources, const std::vector<const Source*>& files, const Options& options)
    : options_(options), project_(sources, files) {
  auto made = make_scopes(project_, options.config);
  summary_.not_checked = std::move(made.not_checked);
  for (auto& scope : made.scopes) {
    auto& judged = scopes_.emplace_back(std::move(scope));
    prepare(judged);
    everywhere_.push_back(&judged.objects);
    summary_.objects += judged.objects.size();
    summary_.rings += judged.rings.size();
  }
  count_documents();
}

void Inputs::count_documents() {
  auto& not_checked = summary_.not_checked;
  summary_.files = files().size();
  for (const auto& file : files()) {
    for (const auto& document : file.documents) {
      const auto kind = classify(document);
      if (kind != DocumentKind::empty) ++summary_.documents;
      const auto why = why_not_checked(kind);
      if (!why.empty()) {
        not_checked.push_back({.file = document.source().name(), .reason = std::string(why)});
      }
    }
  }
  std::ranges::sort(not_checked);
  not_checked.erase(std::unique(not_checked.begin(), not_checked.end()), not_checked.end());
}

void Inputs::prepare(Judged& judged) const {
  std::vector<k8s::Object> objects;
  for (const auto& node : judged.files.objects)
    objects.emplace_back(node, options_.config.default_namespace);
  judged.objects = k8s::ObjectSet(std::move(objects));
  judged.found = mesh::find_settings(judged.objects);
  auto& settings = judged.found.settings;
  config::apply(options_.config, settings);
  judged.rings = mesh::find_rings(judged.objects, settings);
  choose_istio(judged);
  judged.engine =
      std::make_unique<engine::Engine>(judged.objects, settings, judged.rings, judged.istio);
}

void Inputs::choose_istio(Judged& judged) const {
  std::optional<mesh::GivenRange> given;
  for (const auto& range : {options_.istio, judged.files.istio, options_.config.istio}) {
    if (!given) given = range;
  }
  if (!given && judged.found.istio) given = mesh::GivenRange{.range = *judged.found.istio};
  judged.istio = given ? given->range : default_istio();
  judged.istio_is_given = given && given->has_bounds;
  if (judged.istio_is_given) return;
  auto cut = judged.istio;
  for (const auto& object : judged.objects) cut = cut & fields::istio_versions_of(object);
  if (!cut.empty()) judged.istio = cut;  // else that is what a rule finds
}

Judged Inputs::nothing() const {
  Judged empty{ScopeFiles()};
  config::apply(options_.config, empty.found.settings);
  choose_istio(empty);
  return empty;
}

mesh::VersionRange Inputs::istio() const {
  mesh::VersionRange range;
  for (const auto& judged : scopes_) range = range | judged.istio;
  if (!range.empty()) return range;
  return options_.istio ? options_.istio->range : default_istio();
}

bool Inputs::istio_is_given() const {
  const auto whole = istio();
  return std::ranges::all_of(scopes_, [&](const Judged& judged) {
    return judged.istio_is_given && judged.istio == whole;
  });
}

std::vector<Finding> Inputs::problems() const {
  std::vector<Finding> found;
  for (const auto& file : files()) {
    for (const auto& document : file.documents) {
      const auto& problems = document.problems();
      if (problems.empty() || classify(document) != DocumentKind::broken) continue;
      found.insert(found.end(), problems.begin(), problems.end());
    }
  }
  return found;
}

bool Inputs::has_templates() const {
  const auto is_template = [](const NotChecked& each) {
    return each.reason == why_not_checked(DocumentKind::template_text);
  };
  return std::ranges::any_of(summary_.not_checked, is_template);
}

Scope Inputs::scope_of(const Judged& judged) const {
  return {.name = judged.files.name,
          .objects = judged.objects,
          .settings = judged.found.settings,
          .default_namespace = options_.config.default_namespace,
          .rings = judged.rings,
          .engine = *judged.engine,
          .istio = judged.istio,
          .kubernetes = kubernetes_of(options_.config, judged.istio),
          .istio_is_given = judged.istio_is_given,
          .kubernetes_is_given = options_.config.kubernetes.has_value(),
          .lacks_objects = judged.files.lacks_objects || has_templates(),
          .everywhere = everywhere_};
}

}  // namespace cassmesh::lint
