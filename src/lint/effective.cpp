#include "cassmesh/effective.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <utility>

#include "../config/in_force.hpp"
#include "../config/written.hpp"
#include "../fields/served.hpp"
#include "judged.hpp"

namespace cassmesh::lint {
namespace {

/// `IstioOperator 'istio-system/mesh'`.
std::string words_for(const k8s::Object& object) {
  return fmt::format("{} '{}/{}'", object.kind(), object.name_space(), object.name());
}

/// The settings of one scope.
class Settler {
 public:
  Settler(const Sources& sources, const Options& options, const std::vector<Typed>& typed,
          const Judged& judged)
      : sources_(sources),
        options_(options),
        typed_(typed),
        judged_(judged),
        kubernetes_(kubernetes_of(options.config, judged.istio)) {}

  std::vector<Setting> settle() const {
    std::vector<Setting> settings;
    for (const auto* key : config::keys_below("")) settings.push_back(setting(*key));
    return settings;
  }

 private:
  Setting setting(const config::Key& key) const {
    Setting made{.path = std::string(key.path), .key = &key};
    if (key.type == config::Type::group) {
      for (const auto* below : config::keys_below(key.path)) made.below.push_back(setting(*below));
      made.is_set = std::ranges::any_of(made.below, &Setting::is_set);
    } else if (key.type == config::Type::rules) {
      add_rules(made);
    } else {
      made.value = key.value({.config = options_.config,
                              .settings = judged_.found.settings,
                              .istio = judged_.istio,
                              .kubernetes = kubernetes_});
      say_origin(made);
    }
    return made;
  }

  /// By who goes first: the command line, the scope, the configuration, the linted files.
  void say_origin(Setting& made) const {
    const bool is_istio = made.path == "istio";
    const auto typed = std::ranges::find(typed_, made.path, &Typed::path);
    made.is_set = true;
    if (typed != typed_.end()) {
      made.value = typed->value;
      made.origin = typed->option;
    } else if (is_istio && options_.istio) {
      made.origin = "--istio";
    } else if (is_istio && judged_.files.istio) {
      made.origin = fmt::format("scope '{}' of {}", judged_.files.name, in_config("scopes"));
    } else if (options_.config.places.contains(made.path)) {
      made.origin = in_config(made.path);
    } else if (const auto told = judged_.found.places.find(made.path);
               told != judged_.found.places.end()) {
      made.origin = in_files(told->second);
      if (made.path == "inboundTrafficPolicy") made.origin += where_inbound_counts();
    } else {
      made.is_set = false;
      made.origin =
          made.key->otherwise.empty() ? "default" : fmt::format("default: {}", made.key->otherwise);
    }
  }

  /// Istiod's variable and the mesh's configuration each count on some versions only.
  std::string where_inbound_counts() const {
    const auto& versions = judged_.found.settings.inbound_versions;
    if (versions.contains(judged_.istio)) return {};
    return fmt::format(", which counts on {}", mesh::in_words(versions));
  }

  std::string in_config(std::string_view path) const {
    const auto place = options_.config.places.find(path);
    if (place == options_.config.places.end()) return {};
    const auto& at = place->second.at;
    return fmt::format("{}:{}", sources_[at.file].name(), at.line);
  }

  std::string in_files(const std::vector<mesh::SettingPlace>& places) const {
    std::string text;
    for (const auto& [place, by] : places) {
      text +=
          fmt::format("{}{}:{}:{}, {}", text.empty() ? "" : " and ", sources_[place.at.file].name(),
                      place.at.line, place.at.column, words_for(*by));
    }
    return text;
  }

  void add_rules(Setting& made) const {
    const auto& configured = options_.config.rules;
    std::set<std::string, std::less<>> names;
    for (const auto& [name, severity] : configured) names.insert(name);
    for (const auto& name : options_.ignore) names.insert(name);
    for (const auto& name : names) {
      const bool ignored = std::ranges::find(options_.ignore, name) != options_.ignore.end();
      Setting rule{.path = fmt::format("{}.{}", made.path, name), .key = made.key, .is_set = true};
      rule.value = yaml::Value::literal(
          ignored ? "off" : config::word_for(config::severities, configured.at(name)));
      rule.origin = ignored ? "--ignore" : in_config(rule.path);
      made.below.push_back(std::move(rule));
    }
    made.is_set = !made.below.empty();
    if (!options_.select.empty()) {
      made.origin = "--select: no rules run but";
      for (const auto& name : options_.select)
        made.origin += (name == options_.select.front() ? " " : ", ") + name;
    } else if (!made.is_set) {
      made.value = yaml::Value::mapping();
      made.origin = "default";
    }
  }

  const Sources& sources_;
  const Options& options_;
  const std::vector<Typed>& typed_;
  const Judged& judged_;
  mesh::VersionRange kubernetes_;
};

bool is_same(const Setting& a, const Setting& b) {
  return a.is_set == b.is_set && a.origin == b.origin &&
         config::on_one_line(a.value) == config::on_one_line(b.value);
}

void collect(std::vector<Setting>& settings, std::vector<Setting*>& values) {
  for (auto& setting : settings) {
    if (setting.key->type == config::Type::group) {
      collect(setting.below, values);
    } else {
      values.push_back(&setting);
    }
  }
}

/// All but groups, and what is in these.
std::vector<Setting*> values_in(std::vector<Setting>& settings) {
  std::vector<Setting*> values;
  collect(settings, values);
  return values;
}

/// Leaves in the scopes what is not the same in all of them. All lists have the same keys.
void part(std::vector<Setting>& common, std::vector<ScopeSettings>& scopes) {
  const auto all = values_in(common);
  for (auto& scope : scopes) {
    const auto own = values_in(scope.settings);
    for (std::size_t i = 0; i < all.size(); ++i)
      all[i]->differs = all[i]->differs || !is_same(*own[i], *all[i]);
  }
  for (auto& scope : scopes) {
    const auto own = values_in(scope.settings);
    std::vector<Setting> kept;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i]->differs) kept.push_back(*own[i]);
    }
    scope.settings = std::move(kept);
  }
}

}  // namespace

Effective effective_config(Sources& sources, const std::vector<const Source*>& files,
                           const Options& options, const std::vector<Typed>& typed) {
  const Inputs inputs(sources, files, options);
  Effective effective{.settings = {}, .scopes = {}, .summary = inputs.summary(), .files = {}};
  for (const auto& file : inputs.files()) effective.files.push_back(file.source->name());
  for (const auto& judged : inputs.scopes()) {
    effective.scopes.push_back({.name = judged.files.name,
                                .objects = judged.objects.size(),
                                .rings = judged.rings.size(),
                                .settings = Settler(sources, options, typed, judged).settle()});
  }
  if (effective.scopes.empty()) {
    effective.settings = Settler(sources, options, typed, inputs.nothing()).settle();
    return effective;
  }
  effective.settings = effective.scopes.front().settings;
  part(effective.settings, effective.scopes);
  return effective;
}

}  // namespace cassmesh::lint
