#include "cassmesh/render.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include "../text.hpp"
#include "../version.hpp"
#include "objects.hpp"
#include "patch.hpp"
#include "plan.hpp"
#include "templates.hpp"

namespace cassmesh::render {
namespace {

using yaml::Value;

/// The number in front of an object's file name, so that names sort in the order of applying.
int order_of(std::string_view kind) {
  constexpr std::array<std::pair<std::string_view, int>, 9> order{{{"Namespace", 0},
                                                                   {"ServiceAccount", 10},
                                                                   {"Service", 20},
                                                                   {"PeerAuthentication", 30},
                                                                   {"Policy", 30},
                                                                   {"DestinationRule", 31},
                                                                   {"AuthorizationPolicy", 32},
                                                                   {"PodDisruptionBudget", 40},
                                                                   {"StatefulSet", 50}}};
  constexpr int last = 60;
  const auto found = std::ranges::find(order, kind, &std::pair<std::string_view, int>::first);
  return found == order.end() ? last : found->second;
}

std::string mesh_words(const spec::ClusterSpec& spec, const Plan& plan) {
  if (plan.mode == MeshMode::none) return "none";
  const auto mtls = plan.mtls == Mtls::strict       ? "mTLS only"
                    : plan.mtls == Mtls::permissive ? "mTLS and plaintext"
                                                    : "mTLS as the mesh's own policy decides";
  return fmt::format("{} mode, {}", spec.text("mesh.mode"), mtls);
}

std::string listen_words(Listen listen) {
  switch (listen) {
    case Listen::both:
      return "127.0.0.1 and the pod's IP";
    case Listen::loopback:
      return "127.0.0.1";
    default:
      return "the pod's IP";
  }
}

/// The versions on which the nodes talk in plaintext unless the mesh has a rule of its own.
mesh::VersionRange plaintext_versions(const Plan& plan) {
  const bool inherits = plan.mode == MeshMode::sidecar && plan.mtls == Mtls::inherit;
  if (!inherits || plan.api_versions.contains("DestinationRule")) return {};
  return plan.istio & mesh::versions_with(mesh::Capability::auto_mtls_headless_never);
}

std::string header(const spec::ClusterSpec& spec, const Plan& plan, const RenderOptions& options) {
  auto text = fmt::format("# Made by cassmesh {} from {}: change that, not this.\n# {}\n",
                          version(), options.origin, options.command);
  if (plan.mode != MeshMode::none) text += fmt::format("# Istio: {}\n", to_string(plan.istio));
  text += fmt::format("# Mesh: {}\n", mesh_words(spec, plan));
  if (const auto plaintext = plaintext_versions(plan); !plaintext.empty()) {
    text += fmt::format(
        "#   On {} the nodes talk in plaintext, unless a DestinationRule\n"
        "#   of the mesh says ISTIO_MUTUAL; a STRICT mesh must have one there. `mesh.mtls: "
        "strict`\n"
        "#   brings a rule of the ring's own.\n",
        in_words(plaintext));
  }
  text += fmt::format("# Cassandra{}{} listens at {}\n", plan.version.empty() ? "" : " ",
                      plan.version, listen_words(plan.listen));
  return text;
}

/// Which objects a patch is for, and what it may not change.
class PatchRun {
 public:
  PatchRun(std::vector<Value>& objects, std::vector<Finding>& problems)
      : objects_(objects), problems_(problems) {}

  void apply(const Value& patch) {
    const auto& target = patch["target"];
    if (!target["kind"] || !patch["merge"]) return;
    bool matched = false;
    for (auto& object : objects_) {
      if (!matches(object, target)) continue;
      matched = true;
      if (!keeps_identity(object, patch["merge"])) continue;
      auto found = apply_patch(object, patch["merge"]);
      problems_.insert(problems_.end(), found.begin(), found.end());
    }
    if (!matched) nothing_matches(target);
  }

 private:
  static bool matches(const Value& object, const Value& target) {
    return object["kind"].text == target["kind"].text &&
           (!target["name"] || object["metadata"]["name"].text == target["name"].text);
  }

  bool keeps_identity(const Value& object, const Value& merge) {
    const auto same = [&](const Value& now, const Value& patched, std::string_view what) {
      if (!patched || patched.text == now.text) return true;
      complain(patched, fmt::format("a patch can't change the {} of an object", what),
               "set it by the spec's own keys");
      return false;
    };
    const auto& metadata = merge["metadata"];
    const auto& whole = merge["$patch"]         ? merge["$patch"]
                        : metadata.is_mapping() ? metadata["$patch"]
                                                : metadata;
    if (whole && whole.text != "merge") {
      complain(whole, "a patch can't take away what names an object", "name the keys to change");
      return false;
    }
    return same(object["kind"], merge["kind"], "kind") &&
           same(object["apiVersion"], merge["apiVersion"], "apiVersion") &&
           same(object["metadata"]["name"], metadata["name"], "name") &&
           same(object["metadata"]["namespace"], metadata["namespace"], "namespace");
  }

  void nothing_matches(const Value& target) {
    std::vector<std::string> all;
    std::vector<std::string_view> kinds;
    std::vector<std::string_view> names;
    const auto& kind = target["kind"];
    for (const auto& object : objects_) {
      const auto& name = object["metadata"]["name"].text;
      all.push_back(fmt::format("{}/{}", object["kind"].text, name));
      kinds.push_back(object["kind"].text);
      if (object["kind"].text == kind.text) names.push_back(name);
    }
    const bool kind_is_there = !names.empty();
    const auto& at = kind_is_there ? target["name"] : kind;
    const auto near = closest(at.text, kind_is_there ? names : kinds);
    complain(at,
             kind_is_there ? fmt::format("the manifest has no {} '{}'", kind.text, at.text)
                           : fmt::format("the manifest has no {}", kind.text),
             near.empty() ? fmt::format("its objects are {}", fmt::join(all, ", "))
                          : fmt::format("did you mean '{}'?", near));
  }

  void complain(const Value& at, std::string message, std::string fix) {
    problems_.push_back({.rule = spec::cluster_spec,
                         .message = std::move(message),
                         .place = at.origin.place(),
                         .fix = std::move(fix)});
  }

  std::vector<Value>& objects_;
  std::vector<Finding>& problems_;
};

void note(const spec::ClusterSpec& spec, const Plan& plan, std::vector<Finding>& problems) {
  if (plan.flavour == FlavourName::custom && !spec.given("flavour")) {
    problems.push_back(
        {.rule = spec::cluster_spec,
         .severity = Severity::info,
         .message =
             fmt::format("'{}' is no image that cassmesh knows: it is started as it is, with the "
                         "official image's environment",
                         spec.text("image")),
         .place = spec.place("image"),
         .fix = "set 'flavour' to official, bitnami or google-samples if it is made like one of "
                "these, "
                "else to custom"});
  }
  const bool by_namespace = spec.text("mesh.injection") == "namespace-label";
  if (!spec.flag("createNamespace") && plan.mode != MeshMode::none && by_namespace) {
    const auto label =
        plan.mode == MeshMode::ambient ? std::string("istio.io/dataplane-mode=ambient")
        : spec.given("mesh.revision")  ? fmt::format("istio.io/rev={}", spec.text("mesh.revision"))
                                       : std::string("istio-injection=enabled");
    problems.push_back(
        {.rule = spec::cluster_spec,
         .severity = Severity::info,
         .message =
             fmt::format("the namespace '{}' is not in the manifest and must carry the label {}",
                         spec.text("namespace"), label),
         .place = spec.place("createNamespace"),
         .fix = fmt::format("kubectl label namespace {} {}", spec.text("namespace"), label)});
  }
}

bool has_errors(const std::vector<Finding>& problems) {
  return std::ranges::any_of(
      problems, [](const Finding& finding) { return finding.severity == Severity::error; });
}

}  // namespace

std::string Manifest::text() const {
  auto out = header;
  for (const auto& object : objects) {
    if (&object != &objects.front()) out += "---\n";
    out += object.text;
  }
  return out;
}

std::optional<Manifest> render(const spec::ClusterSpec& spec, const RenderOptions& options,
                               std::vector<Finding>& problems) {
  const Templates templates(options.templates);
  const auto plan = make_plan(spec, problems);
  if (has_errors(problems)) return std::nullopt;
  auto objects = make_objects(spec, plan, templates);
  PatchRun patches(objects, problems);
  for (const auto& [none, patch, comment] : spec.value("patches").entries) patches.apply(patch);
  if (has_errors(problems)) return std::nullopt;
  note(spec, plan, problems);
  Manifest manifest{.header = header(spec, plan, options), .objects = {}};
  for (const auto& object : objects) {
    const auto& kind = object["kind"].text;
    const auto& name = object["metadata"]["name"].text;
    manifest.objects.push_back(
        {.kind = kind,
         .name = name,
         .file = fmt::format("{:02}-{}-{}.yaml", order_of(kind), lower_case(kind), name),
         .text = write_yaml(object)});
  }
  return manifest;
}

}  // namespace cassmesh::render
