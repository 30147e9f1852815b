// What a spec comes to. Each choice either works on a range of Istio versions (a Requirement) or
// clashes with another key outright. Requirements are collected first; then the range that the user
// asked for is held against each, or, if none was asked for, the newest span that satisfies all is
// taken.

#include "plan.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "../text.hpp"
#include "clashes.hpp"
#include "complaints.hpp"
#include "fields/served.hpp"
#include "listening.hpp"
#include "mesh_objects.hpp"
#include "requirements.hpp"

namespace cassmesh::render {
namespace {

using mesh::Capability;
using yaml::Value;

class Planner {
 public:
  Planner(const spec::ClusterSpec& spec, std::vector<Finding>& problems)
      : spec_(spec), complain_(spec, problems) {}

  Plan make() {
    mesh_keys();
    image_keys();
    plan_.listen =
        choose_listen(spec_, {plan_.flavour, plan_.version}, plan_.mode, requirements_, complain_);
    mtls();
    ring();
    clients();
    test_client();
    if (plan_.mode != MeshMode::none && spec_.sound("mesh.istio")) {
      plan_.istio = requirements_.resolve(spec_, complain_);
      choose_mesh_objects(spec_, plan_, complain_);
    }
    return std::move(plan_);
  }

 private:
  void require(std::string_view path, Capability capability, std::string what, std::string why,
               std::string fix = {}) {
    requirements_.add({std::string(path), mesh::versions_with(capability), std::move(what),
                       std::move(why), std::move(fix)});
  }

  void mesh_keys() {
    const auto& mode = spec_.text("mesh.mode");
    if (mode == "none") {
      plan_.mode = MeshMode::none;
      without_mesh();
    } else if (mode == "ambient") {
      plan_.mode = MeshMode::ambient;
      in_ambient_mode();
    } else {
      plan_.mode = MeshMode::sidecar;
      with_sidecars();
    }
  }

  bool pod_label() const { return spec_.text("mesh.injection") == "pod-label"; }

  void without_mesh() {
    if (pod_label()) needs_mesh("mesh.injection");
    if (spec_.given("mesh.revision")) needs_mesh("mesh.revision");
    if (spec_.text("mesh.mtls") != "inherit") needs_mesh("mesh.mtls");
    if (!spec_.value("mesh.clients").entries.empty()) needs_mesh("mesh.clients");
  }

  void in_ambient_mode() {
    if (spec_.given("mesh.revision")) {
      complain_.at("mesh.revision",
                   "ambient mode has no revisions: the one ztunnel of a node serves all",
                   "remove 'mesh.revision'", {{"mesh.mode", "asked for here"}});
    }
    require("mesh.mode", Capability::ambient_mode, complain_.quote("mesh.mode"),
            "ambient mode is missing there, or, from 1.18 to 1.20, an experiment that redirects "
            "traffic outside of the pods");
    if (!pod_label()) return;
    require("mesh.injection", Capability::ambient_pod_label, complain_.quote("mesh.injection"),
            "a pod's own label has no effect there in ambient mode", "use 'namespace-label'");
  }

  void with_sidecars() {
    const bool revision = spec_.given("mesh.revision");
    if (spec_.text("mesh.revision") == "default") {
      require("mesh.revision", Capability::default_revision, complain_.quote("mesh.revision"),
              "the default installation does not answer to that name there", "leave it out");
    } else if (revision) {
      require("mesh.revision", Capability::revision_label, "'mesh.revision'",
              "there is no revision to choose there");
    }
    if (!pod_label()) return;
    require("mesh.injection",
            revision ? Capability::pod_label_revision : Capability::pod_label_injection,
            complain_.quote("mesh.injection"), "a pod's label can't ask for injection there",
            "use 'namespace-label'");
  }

  void needs_mesh(std::string_view path) {
    complain_.at(path, fmt::format("'{}' needs a mesh, and there is none", path),
                 fmt::format("remove '{}', or set 'mesh.mode' to sidecar or ambient", path),
                 {{"mesh.mode", "no mesh is asked for here"}});
  }

  void image_keys() {
    auto facts = cassandra::image_facts(spec_.text("image"));
    if (spec_.given("flavour")) {
      const auto named = named_flavour(spec_.text("flavour"));
      const bool known = facts.flavour != FlavourName::custom;
      if (known && named != facts.flavour && named != FlavourName::custom) {
        complain_.at(
            "flavour",
            fmt::format("{} does not fit the {}, which is of {}", complain_.quote("flavour"),
                        spec_.given("image") ? "image" : "default image",
                        flavour(facts.flavour).spec_name),
            spec_.given("image") ? "remove 'flavour', or set another 'image'" : "set 'image' too",
            {{"image", "the image"}});
      } else {
        facts = cassandra::image_facts(spec_.text("image"), named);
      }
    }
    plan_.flavour = facts.flavour;
    plan_.version = facts.version;
    if (!spec_.given("version")) return;
    const auto& asked = spec_.text("version");
    if (!holds(asked, facts.version) && !holds(facts.version, asked)) {
      complain_.at(
          "version",
          fmt::format("'version' is {}, but the image's tag says {}", asked, facts.version),
          "remove 'version', or set 'image'", {{"image", "the image"}});
    }
    if (asked.size() > facts.version.size()) plan_.version = asked;
  }

  /// True if `exact` is a release of `version`: 4.1.3 is one of 4.1; whatever it is, of an unknown
  /// one.
  static bool holds(std::string_view version, std::string_view exact) {
    return version.empty() || (exact.starts_with(version) &&
                               (exact.size() == version.size() || exact[version.size()] == '.' ||
                                exact[version.size()] == '-'));
  }

  void mtls() {
    const auto& asked = spec_.text("mesh.mtls");
    plan_.mtls = asked == "strict"       ? Mtls::strict
                 : asked == "permissive" ? Mtls::permissive
                                         : Mtls::inherit;
    if (plan_.mode != MeshMode::sidecar || plan_.mtls != Mtls::strict) return;
    require_own_address(spec_, {plan_.flavour, plan_.version}, "mesh.mtls", requirements_);
  }

  void ring() {
    const auto& name = spec_.text("name");
    const auto& racks = spec_.value("racks").entries;
    plan_.service_account = spec_.given("serviceAccount") ? spec_.text("serviceAccount") : name;
    if (racks.empty()) {
      plan_.stateful_sets.push_back(
          {name, spec_.text("cluster.rack"), spec_.integer("replicas"), {}, {}});
    } else {
      for (const auto* path : {"replicas", "cluster.rack"}) {
        if (!spec_.given(path)) continue;
        complain_.at(
            path,
            fmt::format("'{}' has no meaning besides 'racks', each of which has its own", path),
            fmt::format("remove '{}'", path), {{"racks", "the racks"}});
      }
      for (const auto& rack : racks) add_rack(rack.value);
    }
    seeds();
  }

  /// A rack's name as part of an object's: `rac1` of `RAC1`, `rack-1` of `Rack_1`.
  static std::string object_name_of(std::string_view rack) {
    auto name = lower_case(rack);
    for (auto& letter : name) {
      if (letter == '_' || letter == '.') letter = '-';
    }
    return name;
  }

  void add_rack(const Value& rack) {
    const auto& name = rack["name"];
    StatefulSetPlan set{.name = fmt::format("{}-{}", spec_.text("name"), object_name_of(name.text)),
                        .rack = name.text,
                        .replicas = rack["replicas"] ? std::stoi(rack["replicas"].text) : 1,
                        .zone = rack["zone"].text,
                        .node_selector = rack["nodeSelector"]};
    if (!name || !spec_.sound("racks")) return;
    const auto same = std::ranges::find(plan_.stateful_sets, set.name, &StatefulSetPlan::name);
    constexpr std::size_t longest_stateful_set = 52;
    if (same != plan_.stateful_sets.end() && same->rack == set.rack) {
      complain_.at(name.origin.place(), fmt::format("there are two racks '{}'", name.text),
                   "give each rack a name of its own");
    } else if (same != plan_.stateful_sets.end()) {
      complain_.at(name.origin.place(),
                   fmt::format("the racks '{}' and '{}' would both be the StatefulSet '{}'",
                               same->rack, name.text, set.name),
                   "give them names that differ in more than capitals, '_', '.' and '-'");
    } else if (set.name.size() > longest_stateful_set) {
      complain_.at(name.origin.place(),
                   fmt::format("the StatefulSet's name '{}' is longer than {} characters ({})",
                               set.name, longest_stateful_set, set.name.size()),
                   "choose a shorter name for the rack, or a shorter 'name'");
    }
    plan_.stateful_sets.push_back(std::move(set));
  }

  void seeds() {
    int nodes = 0;
    int deepest = 0;
    for (const auto& set : plan_.stateful_sets) {
      nodes += set.replicas;
      deepest = std::max(deepest, set.replicas);
    }
    constexpr int nodes_for_two_seeds = 3;
    const int wanted = spec_.given("seeds")          ? spec_.integer("seeds")
                       : nodes < nodes_for_two_seeds ? 1
                                                     : 2;
    if (wanted > nodes) {
      complain_.at("seeds",
                   fmt::format("'seeds' is {}, but the ring has {} node{}", wanted, nodes,
                               nodes == 1 ? "" : "s"),
                   fmt::format("set it to {} at most", nodes),
                   {{"replicas", "the nodes"}, {"racks", "the nodes"}});
    }
    for (int ordinal = 0; ordinal < deepest; ++ordinal) {
      for (const auto& set : plan_.stateful_sets) {
        if (ordinal >= set.replicas || static_cast<int>(plan_.seeds.size()) >= wanted) continue;
        plan_.seeds.push_back(fmt::format("{}-{}.{}.{}.svc.cluster.local", set.name, ordinal,
                                          spec_.text("name"), spec_.text("namespace")));
      }
    }
  }

  void clients() {
    const auto& clients = spec_.value("mesh.clients").entries;
    if (clients.empty() || plan_.mode == MeshMode::none) return;
    plan_.authorization_policy = true;
    requirements_.add({"mesh.clients",
                       fields::versions_of_kind("security.istio.io", "AuthorizationPolicy"),
                       "'mesh.clients'", "there is no AuthorizationPolicy to say it with"});
    if (plan_.mode == MeshMode::sidecar) {
      require_own_address(spec_, {plan_.flavour, plan_.version}, "mesh.clients", requirements_);
    }
  }

  void test_client() {
    if (!spec_.flag("testClient")) return;
    if (spec_.text("ports.cql") == "false") {
      complain_.at("testClient", "'testClient' needs the CQL port, which is left out",
                   "remove 'testClient', or set 'ports.cql'", {{"ports.cql", "left out here"}});
    }
    if (plan_.mode == MeshMode::none) {
      complain_.at("testClient", "'testClient' shows what a mesh lets through, and there is none",
                   "remove 'testClient'", {{"mesh.mode", "no mesh is asked for here"}});
    }
    if (plan_.mode == MeshMode::ambient) {
      require("testClient", Capability::ambient_pod_label, "'testClient'",
              "no label keeps a pod out of ambient mode there, which one of the two test clients "
              "needs");
    }
  }

  const spec::ClusterSpec& spec_;
  Complaints complain_;
  Plan plan_;
  Requirements requirements_;
};

}  // namespace

Plan make_plan(const spec::ClusterSpec& spec, std::vector<Finding>& problems) {
  auto plan = Planner(spec, problems).make();
  find_clashes(spec, plan, problems);
  return plan;
}

}  // namespace cassmesh::render
