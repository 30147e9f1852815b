#include "cassmesh/config.hpp"

#include "../files.hpp"
#include "cassmesh/yaml.hpp"
#include "check.hpp"
#include "rows.hpp"

namespace cassmesh::config {
namespace {

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
  yaml::Node first;
  for (const auto& document : yaml::parse(source)) {
    problems.insert(problems.end(), document.problems().begin(), document.problems().end());
    const auto root = document.root();
    if (!root || root.is_null()) continue;
    if (first) {
      checker.complain(root.place(), "a configuration is one document, this is a second one",
                       "remove it");
    } else if (is_of_kind(checker, root, yaml::Kind::mapping, "a configuration")) {
      take_config(checker, root, config);
    }
    first = root;
  }
  config.places = checker.take_places();
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
