// The tables of keys. To add a key: add its row here; what reads it, shows it, and explains it
// follows by itself. Every value is checked alone and in full, so that one run shows all that is
// wrong.

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "../text.hpp"
#include "cassmesh/config_keys.hpp"
#include "cassmesh/yaml.hpp"
#include "in_force.hpp"
#include "rows.hpp"
#include "values.hpp"

namespace cassmesh::config {
namespace {

using yaml::Node;

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
      checker.note(fmt::format("rules.{}", child.key()), child);
    }
  }
}

constexpr std::array export_rows{
    Row<Config>{{.path = "defaultExportTo.service",
                 .type = Type::texts,
                 .fallback = "['*']",
                 .meaning = "Who sees Services that say nothing themselves.",
                 .in_files = true,
                 .value = audience_in_force<&mesh::Settings::service_export_to>},
                texts<&Config::service_export_to, audience_problem>},
    Row<Config>{{.path = "defaultExportTo.virtualService",
                 .type = Type::texts,
                 .fallback = "['*']",
                 .meaning = "Who sees VirtualServices that say nothing themselves.",
                 .in_files = true,
                 .value = audience_in_force<&mesh::Settings::virtual_service_export_to>},
                texts<&Config::virtual_service_export_to, audience_problem>},
    Row<Config>{{.path = "defaultExportTo.destinationRule",
                 .type = Type::texts,
                 .fallback = "['*']",
                 .meaning = "Who sees DestinationRules that say nothing themselves.",
                 .in_files = true,
                 .value = audience_in_force<&mesh::Settings::destination_rule_export_to>},
                texts<&Config::destination_rule_export_to, audience_problem>},
};

void default_export_to(Checker& checker, const Node& node, Config& config) {
  if (!is_of_kind(checker, node, yaml::Kind::mapping, subject(node))) return;
  take_keys<Config>(checker, node, export_rows, " in 'defaultExportTo'", config);
}

constexpr std::array scope_rows{
    Row<ConfiguredScope>{{.path = "scopes[].name",
                          .type = Type::text,
                          .fallback = "",
                          .meaning = "What the scope is called in messages.",
                          .example = "prod",
                          .required = true},
                         text<&ConfiguredScope::name>},
    Row<ConfiguredScope>{{.path = "scopes[].paths",
                          .type = Type::texts,
                          .fallback = "",
                          .meaning = "Globs of the files that are applied together, as in "
                                     "`exclude`. A file may be in several scopes.",
                          .example = "[prod/**, common/**]",
                          .required = true},
                         texts<&ConfiguredScope::paths, glob_problem>},
    Row<ConfiguredScope>{{.path = "scopes[].istio",
                          .type = Type::range,
                          .fallback = "",
                          .meaning = "The Istio versions to judge this scope on.",
                          .otherwise = "as without the scope",
                          .example = "1.24"},
                         range<&ConfiguredScope::istio>},
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
    take_keys<ConfiguredScope>(checker, item, scope_rows, " in an item of 'scopes'", scope);
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

constexpr std::array config_rows{
    Row<Config>{{.path = "istio",
                 .type = Type::range,
                 .fallback = "",
                 .meaning = "The Istio versions to judge: `1.24`, `1.24.2`, `1.9..1.24`, `1.10..`, "
                            "`any`, or a comma list of these. A range answers what an upgrade "
                            "would break. A version that is more than 8 releases, two years, above "
                            "the newest that cassmesh knows is refused as a slip; an open end "
                            "holds whatever comes.",
                 .otherwise = "1.10.., cut to the versions that serve all of the objects",
                 .example = "1.24",
                 .in_files = true,
                 .value = istio_in_force},
                range<&Config::istio>},
    Row<Config>{{.path = "kubernetes",
                 .type = Type::range,
                 .fallback = "",
                 .meaning = "The Kubernetes versions that must serve the objects, written as those "
                            "of Istio are.",
                 .otherwise = "those that the judged Istio versions support",
                 .example = "1.30..",
                 .value = kubernetes_in_force},
                range<&Config::kubernetes>},
    Row<Config>{{.path = "meshMode",
                 .type = Type::choice,
                 .fallback = "",
                 .meaning = "How pods are meant to be in the mesh: with a sidecar each, in ambient "
                            "mode, or not. It decides where their Namespace is not in the files.",
                 .otherwise = "what the objects say",
                 .example = "sidecar",
                 .choices = names_of<modes>,
                 .value = word_in_force<&mesh::Settings::mode, modes>},
                choice<&Config::mesh_mode, modes>},
    Row<Config>{{.path = "clusterDomain",
                 .type = Type::text,
                 .fallback = "cluster.local",
                 .meaning = "The domain that the cluster's names end in.",
                 .in_files = true,
                 .value = setting<&mesh::Settings::cluster_domain>},
                text<&Config::cluster_domain, dns_subdomain_problem>},
    Row<Config>{{.path = "rootNamespace",
                 .type = Type::text,
                 .fallback = "istio-system",
                 .meaning = "The namespace whose policies hold for the whole mesh.",
                 .in_files = true,
                 .value = setting<&mesh::Settings::root_namespace>},
                text<&Config::root_namespace, dns_label_problem>},
    Row<Config>{{.path = "trustDomain",
                 .type = Type::text,
                 .fallback = "cluster.local",
                 .meaning = "What the identities of the mesh's workloads begin with.",
                 .in_files = true,
                 .value = setting<&mesh::Settings::trust_domain>},
                text<&Config::trust_domain>},
    Row<Config>{{.path = "defaultNamespace",
                 .type = Type::text,
                 .fallback = "default",
                 .meaning = "The namespace of objects that name none, as `kubectl -n` gives it.",
                 .value = configured<&Config::default_namespace>},
                text<&Config::default_namespace, dns_label_problem>},
    Row<Config>{{.path = "inboundTrafficPolicy",
                 .type = Type::choice,
                 .fallback = "",
                 .meaning = "Where sidecars deliver what comes in: to the pod's own IP, or to "
                            "127.0.0.1.",
                 .otherwise = "Istio's own: PASSTHROUGH from 1.10 on, LOCALHOST before",
                 .example = "LOCALHOST",
                 .choices = names_of<inbound_policies>,
                 .in_files = true,
                 .value = inbound_in_force},
                choice<&Config::inbound, inbound_policies>},
    Row<Config>{{.path = "outboundTrafficPolicy",
                 .type = Type::choice,
                 .fallback = "",
                 .meaning = "Whether sidecars let their pods reach what the mesh does not know.",
                 .otherwise = "Istio's own: ALLOW_ANY from 1.1 on, REGISTRY_ONLY before",
                 .example = "REGISTRY_ONLY",
                 .choices = names_of<outbound_policies>,
                 .in_files = true,
                 .value = outbound_in_force},
                choice<&Config::outbound, outbound_policies>},
    Row<Config>{{.path = "autoMtls",
                 .type = Type::boolean,
                 .fallback = "",
                 .meaning = "Whether sidecars speak mTLS to each other where no DestinationRule "
                            "says how.",
                 .otherwise = "Istio's own: true from 1.5 on, false before",
                 .example = "false",
                 .in_files = true,
                 .value = auto_mtls_in_force},
                boolean<&Config::auto_mtls>},
    Row<Config>{{.path = "defaultExportTo",
                 .type = Type::group,
                 .fallback = "",
                 .meaning = "Which namespaces see objects without an `exportTo`: lists as in the "
                            "mesh's configuration, `.` is the object's own, `*` all, `~` none."},
                default_export_to},
    Row<Config>{{.path = "closedWorld",
                 .type = Type::boolean,
                 .fallback = "false",
                 .meaning = "Whether the files hold everything: what is not in them does not "
                            "exist, so a name that leads nowhere is a warning.",
                 .value = setting<&mesh::Settings::closed_world>},
                boolean<&Config::closed_world>},
    Row<Config>{{.path = "exclude",
                 .type = Type::texts,
                 .fallback = "[]",
                 .meaning = "Globs of files and folders that are not linted, as in .gitignore but "
                            "without negation, relative to the folder of this file.",
                 .example = "[charts/, '*.golden.yaml']",
                 .value = configured<&Config::exclude>},
                texts<&Config::exclude, glob_problem>},
    Row<Config>{{.path = "rules",
                 .type = Type::rules,
                 .fallback = "{}",
                 .meaning = "How severe the findings of a rule are. `cassmesh rules` lists all "
                            "rules, with the severities that they have by themselves.",
                 .example = "{dead-host: off}",
                 .choices = names_of<severities>},
                rules},
    Row<Config>{{.path = "scopes",
                 .type = Type::list,
                 .fallback = "[]",
                 .meaning = "What is applied together and so judged together. Each kustomization "
                            "that no other one includes is a scope by itself, and so is all that "
                            "is in no other scope.",
                 .value = scopes_in_force},
                scopes},
    Row<Config>{{.path = "baseline",
                 .type = Type::text,
                 .fallback = "",
                 .meaning = "A file with findings that are known and not reported, relative to the "
                            "folder of this one. `cassmesh lint --write-baseline FILE` makes it.",
                 .otherwise = "none",
                 .example = ".cassmesh-baseline.yaml",
                 .value = configured<&Config::baseline>},
                text<&Config::baseline>},
};

void append(std::vector<Key>& all, const auto& rows) {
  for (const auto& row : rows) {
    all.push_back(row.key);
    if (row.key.path == "defaultExportTo") append(all, export_rows);
    if (row.key.path == "scopes") append(all, scope_rows);
  }
}

}  // namespace

void take_config(Checker& checker, const Node& root, Config& config) {
  take_keys<Config>(checker, root, config_rows, "", config);
}

std::span<const Key> keys() {
  static const auto all = [] {
    std::vector<Key> table;
    append(table, config_rows);
    return table;
  }();
  return all;
}

std::vector<const Key*> keys_below(std::string_view path) {
  std::vector<const Key*> below;
  for (const auto& key : keys()) {
    const auto last = last_part(key.path);
    auto holder = key.path.substr(0, key.path.size() - last.size());
    if (holder.ends_with('.')) holder.remove_suffix(1);
    if (holder.ends_with("[]")) holder.remove_suffix(2);
    if (holder == path) below.push_back(&key);
  }
  return below;
}

}  // namespace cassmesh::config
