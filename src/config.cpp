// Each table of keys says which function takes the value of a key, and where to. Every value is
// checked alone and in full, so that one run shows all that is wrong.

#include "cassmesh/config.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "cassmesh/error.hpp"
#include "cassmesh/yaml.hpp"
#include "config_check.hpp"
#include "files.hpp"
#include "shown.hpp"
#include "text.hpp"

namespace cassmesh::config {
namespace {

using yaml::Node;

/// One key: its name, and what takes its value.
template <typename Target>
struct Key {
  std::string_view name;
  void (*take)(Checker& checker, const Node& node, Target& target);
};

/// The keys of a mapping that are known, each once. What is left empty counts as left out.
template <typename Target>
void take_keys(Checker& checker, const Node& mapping, std::span<const Key<Target>> keys,
               std::string_view holder, Target& target) {
  Seen seen;
  std::vector<std::string_view> names;
  for (const auto& key : keys) names.push_back(key.name);
  for (const auto& child : mapping) {
    if (!is_first(checker, child, seen)) continue;
    const auto known = std::ranges::find(keys, child.key(), &Key<Target>::name);
    if (known == keys.end()) {
      auto fix = meant(child.key(), names);
      if (fix.empty()) fix = fmt::format("the keys here are {}", fmt::join(names, ", "));
      checker.complain(child.key_where(),
                       fmt::format("unknown key '{}'{}", cut(child.key()), holder), std::move(fix));
    } else if (!child.is_null()) {
      known->take(checker, child, target);
    }
  }
}

template <auto member, Problem* problem_of = no_problem>
void text(Checker& checker, const Node& node, auto& target) {
  if (auto read = text_of(checker, node, subject(node), problem_of))
    target.*member = std::move(*read);
}

template <auto member, Problem* problem_of>
void texts(Checker& checker, const Node& node, auto& target) {
  if (node.is_scalar()) {
    checker.complain(node.place(), fmt::format("{} is a list, not {}", subject(node), shown(node)),
                     fmt::format("write it as a list: [{}]", written_again(node)));
    return;
  }
  if (!is_of_kind(checker, node, yaml::Kind::sequence, subject(node))) return;
  std::vector<std::string> items;
  for (const auto& item : node) {
    auto read = text_of(checker, item, subject(item, node.key()), problem_of);
    if (read) items.push_back(std::move(*read));
  }
  target.*member = std::move(items);
}

template <auto member>
void range(Checker& checker, const Node& node, auto& target) {
  if (!is_of_kind(checker, node, yaml::Kind::scalar, subject(node))) return;
  try {
    auto read = mesh::VersionRange::parse(node.text());
    if (!read.empty()) {
      target.*member = std::move(read);
    } else {
      checker.complain(node.place(),
                       fmt::format("'{}' is {}, which holds no version", node.key(), shown(node)),
                       "leave it out, or write 'any'");
    }
  } catch (const Error& error) {
    checker.complain(node.place(), node.key() == "kubernetes" ? for_kubernetes(error.what())
                                                              : std::string(error.what()));
  }
}

template <auto member>
void boolean(Checker& checker, const Node& node, auto& target) {
  const auto word = node.text();
  const bool is_true = word == "true";
  if (!node.quoted() && (is_true || word == "false")) {
    target.*member = is_true;
    return;
  }
  const auto lower = lower_case(word);
  std::string fix;
  if (lower == "true" || lower == "yes" || lower == "on") fix = "write true";
  if (lower == "false" || lower == "no" || lower == "off") fix = "write false";
  checker.complain(node.place(),
                   fmt::format("'{}' is true or false, not {}", node.key(), written(node)),
                   std::move(fix));
}

template <typename Value, std::size_t count>
using Words = std::array<std::pair<std::string_view, Value>, count>;

/// The value that a word stands for; null, with a complaint, if it is none of them.
template <typename Value, std::size_t count>
const Value* choice_of(Checker& checker, const Node& node, const Words<Value, count>& words) {
  std::array<std::string_view, count> names{};
  for (std::size_t i = 0; i < count; ++i) {
    if (node.text() == words[i].first) return &words[i].second;
    names[i] = words[i].first;
  }
  checker.complain(
      node.place(),
      fmt::format("'{}' is one of {}, not {}", node.key(), fmt::join(names, ", "), shown(node)),
      meant(node.text(), names));
  return nullptr;
}

template <auto member, const auto& words>
void choice(Checker& checker, const Node& node, auto& target) {
  if (const auto* value = choice_of(checker, node, words)) target.*member = *value;
}

constexpr Words<mesh::Mode, 3> modes{{{"sidecar", mesh::Mode::sidecar},
                                      {"ambient", mesh::Mode::ambient},
                                      {"none", mesh::Mode::none}}};

constexpr Words<mesh::InboundPolicy, 2> inbound_policies{
    {{"PASSTHROUGH", mesh::InboundPolicy::passthrough},
     {"LOCALHOST", mesh::InboundPolicy::localhost}}};

constexpr Words<mesh::OutboundPolicy, 2> outbound_policies{
    {{"ALLOW_ANY", mesh::OutboundPolicy::allow_any},
     {"REGISTRY_ONLY", mesh::OutboundPolicy::registry_only}}};

constexpr Words<std::optional<Severity>, 4> severities{{{"off", std::nullopt},
                                                        {"info", Severity::info},
                                                        {"warning", Severity::warning},
                                                        {"error", Severity::error}}};

/// A mapping from names of rules; what is said of one that does not exist would be lost.
void rules(Checker& checker, const Node& node, Config& config) {
  if (!is_of_kind(checker, node, yaml::Kind::mapping, subject(node))) return;
  Seen seen;
  for (const auto& child : node) {
    if (!is_first(checker, child, seen)) continue;
    if (std::ranges::find(checker.rules(), child.key()) == checker.rules().end()) {
      auto fix = meant(child.key(), checker.rules());
      if (fix.empty()) fix = "'cassmesh rules' lists all of them";
      checker.complain(child.key_where(), fmt::format("unknown rule '{}'", cut(child.key())),
                       std::move(fix));
    } else if (const auto* severity = choice_of(checker, child, severities)) {
      config.rules.insert_or_assign(std::string(child.key()), *severity);
    }
  }
}

constexpr std::array export_keys{
    Key<Config>{"service", texts<&Config::service_export_to, audience_problem>},
    Key<Config>{"virtualService", texts<&Config::virtual_service_export_to, audience_problem>},
    Key<Config>{"destinationRule", texts<&Config::destination_rule_export_to, audience_problem>},
};

void default_export_to(Checker& checker, const Node& node, Config& config) {
  if (!is_of_kind(checker, node, yaml::Kind::mapping, subject(node))) return;
  take_keys<Config>(checker, node, export_keys, " in 'defaultExportTo'", config);
}

constexpr std::array scope_keys{
    Key<ConfiguredScope>{"name", text<&ConfiguredScope::name>},
    Key<ConfiguredScope>{"paths", texts<&ConfiguredScope::paths, glob_problem>},
    Key<ConfiguredScope>{"istio", range<&ConfiguredScope::istio>},
};

/// Says what an item of `scopes` must have and has not.
void require(Checker& checker, const Node& item, std::string_view key, std::string_view example) {
  if (item[key] && !item[key].is_null()) return;
  const auto at = item.size() > 0 ? (*item.begin()).key_where() : item.place();
  checker.complain(at, fmt::format("an item of 'scopes' lacks its '{}'", key),
                   fmt::format("add '{}', as in '{}: {}'", key, key, example));
}

void scopes(Checker& checker, const Node& node, Config& config) {
  if (!is_of_kind(checker, node, yaml::Kind::sequence, subject(node))) return;
  std::map<std::string, Node> names;
  for (const auto& item : node) {
    if (!is_of_kind(checker, item, yaml::Kind::mapping, subject(item, "scopes"))) continue;
    ConfiguredScope scope;
    take_keys<ConfiguredScope>(checker, item, scope_keys, " in an item of 'scopes'", scope);
    require(checker, item, "name", "prod");
    require(checker, item, "paths", "[overlays/prod/**]");
    const auto [first, added] = names.emplace(scope.name, item["name"]);
    if (!added && !scope.name.empty()) {
      checker.complain(item["name"].place(), fmt::format("two scopes are named '{}'", scope.name),
                       "give each a name of its own", {{first->second.place(), "the other one"}});
    }
    config.scopes.push_back(std::move(scope));
  }
}

constexpr std::array config_keys{
    Key<Config>{"istio", range<&Config::istio>},
    Key<Config>{"kubernetes", range<&Config::kubernetes>},
    Key<Config>{"meshMode", choice<&Config::mesh_mode, modes>},
    Key<Config>{"clusterDomain", text<&Config::cluster_domain, dns_subdomain_problem>},
    Key<Config>{"rootNamespace", text<&Config::root_namespace, dns_label_problem>},
    Key<Config>{"trustDomain", text<&Config::trust_domain>},
    Key<Config>{"defaultNamespace", text<&Config::default_namespace, dns_label_problem>},
    Key<Config>{"inboundTrafficPolicy", choice<&Config::inbound, inbound_policies>},
    Key<Config>{"outboundTrafficPolicy", choice<&Config::outbound, outbound_policies>},
    Key<Config>{"autoMtls", boolean<&Config::auto_mtls>},
    Key<Config>{"defaultExportTo", default_export_to},
    Key<Config>{"closedWorld", boolean<&Config::closed_world>},
    Key<Config>{"exclude", texts<&Config::exclude, glob_problem>},
    Key<Config>{"rules", rules},
    Key<Config>{"scopes", scopes},
    Key<Config>{"baseline", text<&Config::baseline>},
};

template <typename Value>
void lay_over(const std::optional<Value>& over, auto& base) {
  if (over) base = *over;
}

}  // namespace

Config read(const Source& source, const std::vector<std::string_view>& rules,
            std::vector<Finding>& problems) {
  Config config;
  config.folder = std::filesystem::path(source.name()).parent_path().generic_string();
  Checker checker(rules, problems);
  Node first;
  for (const auto& document : yaml::parse(source)) {
    problems.insert(problems.end(), document.problems().begin(), document.problems().end());
    const auto root = document.root();
    if (!root || root.is_null()) continue;
    if (first) {
      checker.complain(root.place(), "a configuration is one document, this is a second one",
                       "remove it");
    } else if (is_of_kind(checker, root, yaml::Kind::mapping, "a configuration")) {
      take_keys<Config>(checker, root, config_keys, "", config);
    }
    first = root;
  }
  return config;
}

void apply(const Config& config, mesh::Settings& settings) {
  if (config.mesh_mode) settings.mode = config.mesh_mode;
  lay_over(config.cluster_domain, settings.cluster_domain);
  lay_over(config.root_namespace, settings.root_namespace);
  lay_over(config.trust_domain, settings.trust_domain);
  if (config.inbound) {
    settings.inbound = config.inbound;
    settings.inbound_versions = mesh::VersionRange::any();
  }
  if (config.outbound) settings.outbound = config.outbound;
  if (config.auto_mtls) settings.auto_mtls = config.auto_mtls;
  lay_over(config.service_export_to, settings.service_export_to);
  lay_over(config.virtual_service_export_to, settings.virtual_service_export_to);
  lay_over(config.destination_rule_export_to, settings.destination_rule_export_to);
  settings.closed_world = settings.closed_world || config.closed_world;
}

std::optional<std::filesystem::path> find_config(const std::filesystem::path& from) {
  namespace fs = std::filesystem;
  for (auto folder = fs::absolute(from).lexically_normal();; folder = folder.parent_path()) {
    const auto file = folder / file_name;
    if (fs::is_regular_file(files::status_of(file))) return file;
    const bool is_root = fs::exists(files::status_of(folder / ".git"));
    if (is_root || folder == folder.parent_path()) return std::nullopt;
  }
}

}  // namespace cassmesh::config
