// What a spec comes to. Each choice either works on a range of Istio versions (a Requirement) or clashes with
// another key outright. Requirements are collected first; then the range that the user asked for is held
// against each, or, if none was asked for, the newest span that satisfies all is taken.

#include "plan.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "clashes.hpp"
#include "complaints.hpp"

namespace cassmesh::render {
namespace {

using mesh::Capability;
using mesh::VersionRange;
using mesh::versions_with;
using yaml::Value;

/// The versions on which something that the spec asks for works, and how to say that on others it does not.
struct Requirement {
  std::string path;   ///< the key that asks
  VersionRange works;
  std::string what;   ///< the subject of a sentence: "'listen: pod-ip'"
  std::string why;    ///< why it does not work elsewhere
  std::string fix;
};

/// The API versions of the Istio kinds that we write, newest first.
struct ApiVersion {
  std::string_view kind;
  std::string_view api_version;
  Capability served;
};

constexpr std::array api_versions{
    ApiVersion{"DestinationRule", "networking.istio.io/v1", Capability::destination_rule_v1},
    ApiVersion{"DestinationRule", "networking.istio.io/v1beta1", Capability::destination_rule_v1beta1},
    ApiVersion{"DestinationRule", "networking.istio.io/v1alpha3", Capability::destination_rule_v1alpha3},
    ApiVersion{"PeerAuthentication", "security.istio.io/v1", Capability::peer_authentication_v1},
    ApiVersion{"PeerAuthentication", "security.istio.io/v1beta1", Capability::peer_authentication_v1beta1},
    ApiVersion{"AuthorizationPolicy", "security.istio.io/v1", Capability::authorization_policy_v1},
    ApiVersion{"AuthorizationPolicy", "security.istio.io/v1beta1", Capability::authorization_policy_v1beta1},
    ApiVersion{"Policy", "authentication.istio.io/v1alpha1", Capability::authentication_policy_v1alpha1},
};

/// Cassandra binds its outbound connections to listen_address before 3.10, so 127.0.0.1 reaches nobody.
/// Source: CASSANDRA-12673.
constexpr CassandraVersion first_with_free_outbound{3, 10, 0};

/// Whether it dials its own broadcast address instead of its listen address.
/// Source: CASSANDRA-18200: 4.0.0 to 4.0.7 and 4.1.0.
bool dials_own_broadcast_address(const CassandraVersion& version) {
  return (version >= CassandraVersion{4, 0, 0} && version <= CassandraVersion{4, 0, 7}) ||
         version == CassandraVersion{4, 1, 0};
}

/// Snitches that make peers reconnect to the listen address, which must then not be 127.0.0.1.
/// Source: Ec2MultiRegionSnitch and ReconnectableSnitchHelper in apache/cassandra.
bool prefers_listen_address(std::string_view snitch) {
  return snitch == "Ec2MultiRegionSnitch" ||
         snitch == "org.apache.cassandra.locator.Ec2MultiRegionSnitch";
}

class Planner {
 public:
  Planner(const spec::ClusterSpec& spec, std::vector<Finding>& problems)
      : spec_(spec), complain_(spec, problems) {}

  Plan make() {
    mesh_keys();
    image_keys();
    listen();
    mtls();
    ring();
    clients();
    test_client();
    versions();
    objects();
    return std::move(plan_);
  }

 private:
  // --- saying what is wrong -------------------------------------------------------------------------

  std::string quote(std::string_view path) const {
    return fmt::format("'{}: {}'", path, spec_.text(path));
  }

  // --- the mesh -------------------------------------------------------------------------------------

  void mesh_keys() {
    const auto& mode = spec_.text("mesh.mode");
    plan_.mode = mode == "ambient" ? MeshMode::ambient
                 : mode == "none"  ? MeshMode::none
                                   : MeshMode::sidecar;
    const bool pod_label = spec_.text("mesh.injection") == "pod-label";
    if (plan_.mode == MeshMode::none) {
      if (pod_label) needs_mesh("mesh.injection");
      if (spec_.given("mesh.revision")) needs_mesh("mesh.revision");
      if (spec_.text("mesh.mtls") != "inherit") needs_mesh("mesh.mtls");
      if (!spec_.value("mesh.clients").entries.empty()) needs_mesh("mesh.clients");
      return;
    }
    if (plan_.mode == MeshMode::ambient) {
      if (spec_.given("mesh.revision")) {
        complain_.at("mesh.revision", "ambient mode has no revisions: the one ztunnel of a node serves all",
                 "remove 'mesh.revision'", {{"mesh.mode", "asked for here"}});
      }
      require("mesh.mode", Capability::ambient_mode, quote("mesh.mode"),
              "ambient mode is missing there, or, from 1.18 to 1.20, an experiment that redirects "
              "traffic outside of the pods");
      if (pod_label) {
        require("mesh.injection", Capability::ambient_pod_label, quote("mesh.injection"),
                "a pod's own label has no effect there in ambient mode", "use 'namespace-label'");
      }
      return;
    }
    const bool revision = spec_.given("mesh.revision");
    if (revision) {
      require("mesh.revision", Capability::revision_label, "'mesh.revision'",
              "there is no revision to choose there");
    }
    if (pod_label) {
      require("mesh.injection",
              revision ? Capability::pod_label_revision : Capability::pod_label_injection,
              quote("mesh.injection"),
              "a pod's label can't ask for injection there", "use 'namespace-label'");
    }
  }

  void needs_mesh(std::string_view path) {
    complain_.at(path, fmt::format("'{}' needs a mesh, and there is none", path),
             fmt::format("remove '{}', or set 'mesh.mode' to sidecar or ambient", path),
             {{"mesh.mode", "no mesh is asked for here"}});
  }

  // --- the image ------------------------------------------------------------------------------------

  void image_keys() {
    const auto facts = image_facts(spec_.text("image"));
    plan_.flavour = facts.flavour;
    if (spec_.given("flavour")) {
      plan_.flavour = named_flavour(spec_.text("flavour"));
      if (!spec_.given("image") && plan_.flavour != facts.flavour) {
        complain_.at("flavour",
                 fmt::format("{} does not fit the default image, which is of google-samples",
                             quote("flavour")),
                 "set 'image' too", {{"image", "the image"}});
      }
    }
    plan_.version = facts.version;
    if (!spec_.given("version")) return;
    const auto& asked = spec_.text("version");
    if (!holds(asked, facts.version) && !holds(facts.version, asked)) {
      complain_.at("version",
               fmt::format("'version' is {}, but the image's tag says {}", asked, facts.version),
               "remove 'version', or set 'image'", {{"image", "the image"}});
    }
    if (asked.size() > facts.version.size()) plan_.version = asked;
  }

  /// True if `exact` is a release of `version`: 4.1.3 is one of 4.1; whatever it is, of an unknown one.
  static bool holds(std::string_view version, std::string_view exact) {
    return version.empty() ||
           (exact.starts_with(version) &&
            (exact.size() == version.size() || exact[version.size()] == '.' ||
             exact[version.size()] == '-'));
  }

  static FlavourName named_flavour(std::string_view name) {
    if (name == "google-samples") return FlavourName::google_samples;
    if (name == "official") return FlavourName::official;
    return name == "bitnami" ? FlavourName::bitnami : FlavourName::custom;
  }

  // --- where Cassandra listens ----------------------------------------------------------------------

  std::optional<CassandraVersion> version() const { return cassandra_version(plan_.version); }

  /// The key that says Cassandra's version.
  std::string_view version_key() const { return spec_.given("version") ? "version" : "image"; }

  /// Why Cassandra can't listen at 127.0.0.1, alone or besides: the key, and the end of a sentence.
  std::optional<std::pair<std::string_view, std::string>> no_loopback() const {
    if (plan_.flavour == FlavourName::custom) {
      return std::pair{spec_.given("flavour") ? std::string_view("flavour") : "image",
                       std::string("how this image is started is not known, so that its listen address "
                                   "can't be overridden")};
    }
    if (prefers_listen_address(spec_.text("cluster.snitch"))) {
      return std::pair{std::string_view("cluster.snitch"),
                       std::string("Ec2MultiRegionSnitch sends peers to the listen address, which "
                                   "must then not be 127.0.0.1")};
    }
    if (const auto known = version(); known && *known < first_with_free_outbound) {
      return std::pair{version_key(),
                       fmt::format("Cassandra {} binds what it dials to its listen address, so that "
                                   "127.0.0.1 reaches no peer (3.10 and newer do not)",
                                   plan_.version)};
    }
    return prefer_local();
  }

  /// `prefer_local` through Bitnami's generic variable.
  std::optional<std::pair<std::string_view, std::string>> prefer_local() const {
    const auto& env = spec_.value("env").entries;
    const bool set = plan_.flavour == FlavourName::bitnami &&
                     std::ranges::any_of(env, [](const yaml::Entry& entry) {
                       return entry.value["name"].text == "CASSANDRA_CFG_RACKDC_PREFER_LOCAL" &&
                              entry.value["value"].text == "true";
                     });
    if (!set) return std::nullopt;
    return std::pair{std::string_view("env"),
                     std::string("prefer_local sends peers to the listen address, which must then "
                                 "not be 127.0.0.1")};
  }

  void listen() {
    const auto& asked = spec_.text("listen");
    if (asked == "pod-ip") {
      listen_at_pod_ip("listen", "");
    } else if (asked == "auto") {
      listen_automatically();
    } else {
      plan_.listen = asked == "both" ? Listen::both : Listen::loopback;
      if (const auto obstacle = no_loopback()) {
        complain_.at("listen", fmt::format("{} is not possible: {}", quote("listen"), obstacle->second),
                 "use 'pod-ip', which needs Istio 1.10 or newer, ambient mode or no mesh",
                 {{obstacle->first, "because of this"}});
      } else if (!version()) {
        unknown_version(fmt::format("which {} depends on", quote("listen")));
      } else if (plan_.listen == Listen::loopback) {
        listen_at_loopback();
      }
    }
  }

  void listen_automatically() {
    if (const auto obstacle = no_loopback()) {
      listen_at_pod_ip(obstacle->first, fmt::format("and {}", obstacle->second));
    } else if (version()) {
      plan_.listen = Listen::both;
    } else if (plan_.mode != MeshMode::sidecar || asked_range_delivers_to_pod_ip()) {
      plan_.listen = Listen::pod_ip;
    } else {
      unknown_version("which decides where it can listen");
    }
  }

  bool asked_range_delivers_to_pod_ip() const {
    if (!spec_.given("mesh.istio") || !spec_.sound("mesh.istio")) return false;
    return versions_with(Capability::inbound_to_pod_ip).contains(asked_range());
  }

  void unknown_version(std::string_view why) {
    complain_.at("image",
             fmt::format("'{}' does not tell Cassandra's version, {}", spec_.text("image"), why),
             "set 'version', for instance version: 4.1.3", {{"version", "the version"}, {"listen", "asked for here"}});
  }

  void listen_at_pod_ip(std::string_view path, const std::string& why) {
    plan_.listen = Listen::pod_ip;
    if (plan_.mode != MeshMode::sidecar) return;
    require(path, Capability::inbound_to_pod_ip,
            path == "listen" ? quote("listen") : "listening at the pod's IP alone",
            fmt::format("sidecars deliver to 127.0.0.1 there, {}", why.empty() ? "where nobody listens" : why),
            path == "listen" ? "use 'both'" : "");
  }

  void listen_at_loopback() {
    if (plan_.mode != MeshMode::sidecar) {
      complain_.at("listen",
               fmt::format("{} is not possible {}: peers dial the pod's IP, where nobody listens",
                           quote("listen"),
                           plan_.mode == MeshMode::ambient ? "in ambient mode" : "without a mesh"),
               "use 'both' or 'pod-ip'", {{"mesh.mode", "asked for here"}});
      return;
    }
    require("listen", Capability::inbound_to_loopback, quote("listen"),
            "sidecars deliver to the pod's IP there, where nobody listens", "use 'both'");
    if (const auto known = version(); known && dials_own_broadcast_address(*known)) {
      complain_.at("listen",
               fmt::format("Cassandra {} dials its own broadcast address, where nobody listens with "
                           "{}: range reads and repairs fail (CASSANDRA-18200)",
                           plan_.version, quote("listen")),
               "use 'both'", {{version_key(), "the version"}});
    }
  }

  // --- mTLS -----------------------------------------------------------------------------------------

  void mtls() {
    const auto& asked = spec_.text("mesh.mtls");
    plan_.mtls = asked == "strict"       ? Mtls::strict
                 : asked == "permissive" ? Mtls::permissive
                                         : Mtls::inherit;
    if (plan_.mode != MeshMode::sidecar || plan_.mtls != Mtls::strict) return;
    own_address("mesh.mtls", quote("mesh.mtls"));
  }

  /// Up to Istio 1.4 a pod that dials its own IP meets its own sidecar, in plaintext.
  void own_address(std::string_view path, const std::string& what) {
    const auto works = VersionRange::any() - versions_with(Capability::own_pod_ip_through_own_sidecar);
    if (const auto known = version(); known && dials_own_broadcast_address(*known)) {
      require(path, works, what,
              fmt::format("Cassandra {} dials its own pod IP, which meets its own sidecar in "
                          "plaintext there",
                          plan_.version));
    } else if (plan_.flavour == FlavourName::bitnami) {
      require(path, works, what,
              "the start script of Bitnami's image dials the pod's own IP, which meets its own "
              "sidecar in plaintext there");
    }
  }

  // --- the ring -------------------------------------------------------------------------------------

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
        complain_.at(path, fmt::format("'{}' has no meaning besides 'racks', each of which has its own", path),
                 fmt::format("remove '{}'", path), {{"racks", "the racks"}});
      }
      for (const auto& rack : racks) add_rack(rack.value);
    }
    seeds();
  }

  void add_rack(const Value& rack) {
    const auto& name = rack["name"];
    StatefulSetPlan set{.name = fmt::format("{}-{}", spec_.text("name"), name.text),
                        .rack = name.text,
                        .replicas = rack["replicas"] ? std::stoi(rack["replicas"].text) : 1,
                        .zone = rack["zone"].text,
                        .node_selector = rack["nodeSelector"]};
    if (!name || !spec_.sound("racks")) return;
    const auto same = std::ranges::find(plan_.stateful_sets, set.rack, &StatefulSetPlan::rack);
    constexpr std::size_t longest_stateful_set = 52;
    if (same != plan_.stateful_sets.end()) {
      complain_.at(name.origin.place(), fmt::format("there are two racks '{}'", name.text),
                  "give each rack a name of its own");
    } else if (set.name.size() > longest_stateful_set) {
      complain_.at(name.origin.place(),
                  fmt::format("the StatefulSet's name '{}' is longer than {} characters ({})", set.name,
                              longest_stateful_set, set.name.size()),
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
    const int wanted = spec_.given("seeds") ? spec_.integer("seeds") : nodes < nodes_for_two_seeds ? 1 : 2;
    if (wanted > nodes) {
      complain_.at("seeds", fmt::format("'seeds' is {}, but the ring has {} node{}", wanted, nodes,
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

  // --- clients --------------------------------------------------------------------------------------

  void clients() {
    const auto& clients = spec_.value("mesh.clients").entries;
    if (clients.empty() || plan_.mode == MeshMode::none) return;
    plan_.authorization_policy = true;
    require("mesh.clients", Capability::authorization_policy_v1beta1, "'mesh.clients'",
            "there is no AuthorizationPolicy to say it with");
    if (plan_.mode == MeshMode::sidecar) own_address("mesh.clients", "'mesh.clients'");
  }

  // --- extras ---------------------------------------------------------------------------------------

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
              "no label keeps a pod out of ambient mode there, which one of the two test clients needs");
    }
  }

  // --- the range of versions ------------------------------------------------------------------------

  void require(std::string_view path, VersionRange works, std::string what, std::string why,
               std::string fix = {}) {
    requirements_.push_back(
        {std::string(path), std::move(works), std::move(what), std::move(why), std::move(fix)});
  }
  void require(std::string_view path, Capability capability, std::string what, std::string why,
               std::string fix = {}) {
    require(path, versions_with(capability), std::move(what), std::move(why), std::move(fix));
  }

  VersionRange asked_range() const { return VersionRange::parse(spec_.text("mesh.istio")); }

  void versions() {
    if (!spec_.sound("mesh.istio")) return;
    const bool asked = spec_.given("mesh.istio");
    if (plan_.mode == MeshMode::none) return;
    plan_.istio = asked ? asked_range() : VersionRange::any();
    for (const auto& requirement : requirements_) {
      asked ? hold_against_range(requirement) : narrow(requirement);
    }
    if (!asked) plan_.istio = plan_.istio.newest_span();
    if (plan_.mtls != Mtls::inherit) mtls_object(asked);
  }

  void hold_against_range(const Requirement& requirement) {
    const auto bad = plan_.istio - requirement.works;
    if (bad.empty()) return;
    complain_.at(requirement.path,
             fmt::format("{} does not work on {}: {}", requirement.what, in_words(bad), requirement.why),
             requirement.fix.empty()
                 ? fmt::format("ask for {}", to_string(requirement.works))
                 : fmt::format("{}, or ask for {}", requirement.fix, to_string(requirement.works)),
             {{"mesh.istio", "the versions asked for"}});
  }

  void narrow(const Requirement& requirement) {
    const auto narrowed = plan_.istio & requirement.works;
    if (!narrowed.empty()) {
      plan_.istio = narrowed;
      return;
    }
    const auto clash = std::ranges::find_if(requirements_, [&](const Requirement& other) {
      return !other.works.overlaps(requirement.works);
    });
    const auto& other = clash == requirements_.end() ? requirements_.front() : *clash;
    complain_.at(requirement.path,
             fmt::format("{} works on {}, but {} on {}: no version has both", requirement.what,
                         in_words(requirement.works), other.what, in_words(other.works)),
             requirement.fix, {{other.path, "asked for here"}});
  }

  /// Which object says `strict` or `permissive`: one alone must be read by every version.
  void mtls_object(bool asked) {
    const auto& old_kind = versions_with(Capability::authentication_policy_v1alpha1);
    const auto& new_kind = versions_with(Capability::peer_authentication_v1beta1);
    if (!asked && plan_.istio.overlaps(new_kind)) {
      plan_.istio = (plan_.istio & new_kind).newest_span();
    }
    if (new_kind.contains(plan_.istio) || old_kind.contains(plan_.istio)) return;
    complain_.at("mesh.mtls",
             fmt::format("{} can't be said to all of {}: up to 1.5 it takes a Policy, from 1.5 on a "
                         "PeerAuthentication, and none is read by all",
                         quote("mesh.mtls"), in_words(plan_.istio)),
             "render once for '..1.4' and once for '1.5..', or use 'inherit'",
             {{"mesh.istio", "the versions asked for"}});
  }

  // --- the mesh's objects ---------------------------------------------------------------------------

  void objects() {
    if (plan_.mode == MeshMode::none || plan_.istio.empty()) return;
    plan_.destination_rule = wants_destination_rule();
    if (plan_.destination_rule) api_version("DestinationRule");
    if (plan_.authorization_policy) api_version("AuthorizationPolicy");
    if (plan_.mtls == Mtls::inherit) return;
    const bool new_kind = versions_with(Capability::peer_authentication_v1beta1).contains(plan_.istio);
    api_version(new_kind ? "PeerAuthentication" : "Policy");
    if (!new_kind && spec_.text("name") == "default") {
      complain_.at("name",
               fmt::format("a Policy, which {} takes on {}, can't be named 'default' and be about one Service",
                           quote("mesh.mtls"), in_words(plan_.istio)),
               "choose another name", {{"mesh.mtls", "asked for here"}});
    }
  }

  /// A rule that says ISTIO_MUTUAL is needed where sidecars do not use mTLS towards a headless Service by
  /// themselves. It takes a server that accepts mTLS, which an installation of 1.0.0 to 1.0.2 does not by
  /// default: there it may stand only besides a policy of our own. Ztunnel reads no such rule.
  bool wants_destination_rule() const {
    if (plan_.mode != MeshMode::sidecar) return false;
    if (!plan_.istio.overlaps(versions_with(Capability::auto_mtls_headless_never))) return false;
    return plan_.mtls != Mtls::inherit ||
           versions_with(Capability::mtls_accepted_by_default).contains(plan_.istio);
  }

  void api_version(std::string_view kind) {
    const auto newest = std::ranges::find_if(api_versions, [&](const ApiVersion& row) {
      return row.kind == kind && versions_with(row.served).contains(plan_.istio);
    });
    if (newest != api_versions.end()) plan_.api_versions.emplace(kind, newest->api_version);
  }

  const spec::ClusterSpec& spec_;
  Complaints complain_;
  Plan plan_;
  std::vector<Requirement> requirements_;
};

}  // namespace

Plan make_plan(const spec::ClusterSpec& spec, std::vector<Finding>& problems) {
  auto plan = Planner(spec, problems).make();
  find_clashes(spec, plan, problems);
  return plan;
}

}  // namespace cassmesh::render
