#include <algorithm>
#include <array>

#include "../cassandra/setup.hpp"
#include "cassmesh/rule.hpp"

namespace cassmesh::rules {
namespace {

using cassandra::Flavour;

bool is_below(std::string_view path, std::string_view folder) {
  while (folder.ends_with('/')) folder.remove_suffix(1);
  return path == folder || (path.starts_with(folder) && path[folder.size()] == '/');
}

/// Whether something else than the image's read-only files is at a path.
bool is_mounted(const yaml::Node& container, std::string_view path) {
  return std::ranges::any_of(container["volumeMounts"], [&](const yaml::Node& mount) {
    return is_below(path, mount["mountPath"].text());
  });
}

/// Whether the capabilities to hand over to another user are given back.
bool gives_back(const yaml::Node& capabilities) {
  return std::ranges::any_of(capabilities["add"], [](const yaml::Node& each) {
    return each.text() == "SETUID" || each.text() == "CAP_SETUID" || each.text() == "ALL";
  });
}

/// What keeps the start script from being root; missing if nothing does.
yaml::Node what_takes_root(const yaml::Node& pod, const yaml::Node& container) {
  const auto of = [&](std::string_view key) { return container[key] ? container[key] : pod[key]; };
  if (const auto user = of("runAsUser"); !user.text().empty() && user.text() != "0") return user;
  if (const auto refused = of("runAsNonRoot"); refused.text() == "true") return refused;
  const auto capabilities = container["capabilities"];
  for (const auto& each : capabilities["drop"]) {
    if (each.text() == "ALL" && !gives_back(capabilities)) return each;
  }
  return {};
}

/// A file that the start command or script writes, and that is read-only; empty if there is none.
std::string_view what_is_read_only(const cassandra::Setup& setup) {
  constexpr std::string_view script = "/run.sh";
  const auto& container = setup.container();
  const bool edits_script = std::ranges::any_of(
      setup.edits(), [&](const cassandra::Edit& edit) { return edit.file == script; });
  if (edits_script && !is_mounted(container, script)) return script;
  const auto settings = setup.image().settings;
  return is_mounted(container, settings) ? std::string_view() : settings;
}

void check(const mesh::Ring& ring, Report& report) {
  for (const auto* set : ring.stateful_sets) {
    const auto container = mesh::cassandra_container(*set);
    if (!container) continue;
    const cassandra::Setup setup(*container, report.scope().objects);
    const auto flavour = setup.image().flavour;
    const auto own = container->node["securityContext"];
    const bool is_google = flavour == Flavour::google_samples;
    if (!setup.starts_as_usual() || (!is_google && flavour != Flavour::official)) continue;
    if (const auto at = what_takes_root(set->pod_spec()["securityContext"], own); is_google && at) {
      report(*set, at,
             "the start script of google-samples images needs root, to change its files and to "
             "hand over to another user")
          .ring(ring);
    }
    const auto file = what_is_read_only(setup);
    const auto at = own["readOnlyRootFilesystem"];
    if (at.text() == "true" && !file.empty())
      report(*set, at, "'{}' is changed when the container starts, and is read-only", file)
          .fix("remove it, or mount a writable copy of the file's folder")
          .ring(ring);
  }
}

}  // namespace

extern const Rule security_context_breaks_override{
    .name = "security-context-breaks-override",
    .severity = Severity::error,
    .kinds = {"StatefulSet"},
    .summary = "A container may do what its start script does.",
    .why =
        "Start scripts write Cassandra's addresses into its configuration. That of google-samples "
        "images is root when it does so, and hands over with `su`; the recipe for Istio changes "
        "the script itself before, in `/`. The official image's writes /etc/cassandra as its own "
        "user. If the security context does not let them, the container stops at its start.",
    .fix = "remove it, or use the official image, which runs as any user",
    .versions = "",
    .source =
        "kubernetes/examples databases/cassandra/image/files/run.sh at 279e8e4fe314; "
        "docker-library/cassandra docker-entrypoint.sh at 7b9da8f4f58f",
    .check = check,
};

}  // namespace cassmesh::rules
