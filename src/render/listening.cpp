// Where Cassandra listens for its peers. It may not listen at a wildcard address, so there are
// three choices, and which of them a peer reaches turns on the mesh, on Istio's version and on
// Cassandra's own.

#include "listening.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "../text.hpp"

namespace cassmesh::render {
namespace {

using mesh::Capability;
using mesh::VersionRange;
using mesh::versions_with;

/// Cassandra binds its outbound connections to listen_address before 3.10, so 127.0.0.1 reaches
/// nobody. Source: CASSANDRA-12673.
constexpr cassandra::Version first_with_free_outbound{3, 10, 0};

/// Whether it dials its own broadcast address instead of its listen address.
/// Source: CASSANDRA-18200: 4.0.0 to 4.0.7 and 4.1.0.
bool dials_own_broadcast_address(const cassandra::Version& version) {
  return (version >= cassandra::Version{4, 0, 0} && version <= cassandra::Version{4, 0, 7}) ||
         version == cassandra::Version{4, 1, 0};
}

/// Whether a snitch broadcasts the machine's public address, and makes peers of its region go over
/// to the machine's private one, as the cloud tells both.
/// Source: Ec2MultiRegionSnitch of Cassandra 3.11, 4.0, 4.1 and 5.0.
bool leads_peers_to_machine(std::string_view snitch) {
  return snitch == "Ec2MultiRegionSnitch" ||
         snitch == "org.apache.cassandra.locator.Ec2MultiRegionSnitch";
}

class Listening {
 public:
  Listening(const spec::ClusterSpec& spec, const ImageFacts& image, MeshMode mode,
            Requirements& requirements, Complaints& complain)
      : spec_(spec), image_(image), mode_(mode), requirements_(requirements), complain_(complain) {}

  Listen choose() {
    listen();
    return choice_;
  }

 private:
  std::string quote(std::string_view path) const {
    return fmt::format("'{}: {}'", path, spec_.text(path));
  }

  void require(std::string_view path, const VersionRange& works, std::string what, std::string why,
               std::string fix) {
    requirements_.add({std::string(path), works, std::move(what), std::move(why), std::move(fix)});
  }

  std::optional<cassandra::Version> version() const {
    return cassandra::read_version(image_.version);
  }

  /// The key that says Cassandra's version.
  std::string_view version_key() const { return spec_.given("version") ? "version" : "image"; }

  /// Why Cassandra can't listen at 127.0.0.1, alone or besides: the key, and the end of a sentence.
  std::optional<std::pair<std::string_view, std::string>> no_loopback() const {
    if (flavour(image_.flavour).start == nullptr) {
      return std::pair{
          spec_.given("flavour") ? std::string_view("flavour") : "image",
          std::string("how this image is started is not known, so that its listen address "
                      "can't be overridden")};
    }
    if (leads_peers_to_machine(spec_.text("cluster.snitch"))) {
      return std::pair{std::string_view("cluster.snitch"),
                       std::string("Ec2MultiRegionSnitch leads peers to the machine's addresses, "
                                   "from which no sidecar delivers to 127.0.0.1")};
    }
    if (const auto known = version(); known && *known < first_with_free_outbound) {
      return std::pair{
          version_key(),
          fmt::format("Cassandra {} binds what it dials to its listen address, so that "
                      "127.0.0.1 reaches no peer (3.10 and newer do not)",
                      image_.version)};
    }
    return prefer_local();
  }

  /// The snitch's option `prefer_local`, where a variable sets it.
  std::optional<std::pair<std::string_view, std::string>> prefer_local() const {
    const auto& env = spec_.value("env").entries;
    const auto name = flavour(image_.flavour).prefer_local;
    const bool set = !name.empty() && std::ranges::any_of(env, [&](const yaml::Entry& entry) {
      return entry.value["name"].text == name && lower_case(entry.value["value"].text) == "true";
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
      choice_ = asked == "both" ? Listen::both : Listen::loopback;
      if (const auto obstacle = no_loopback()) {
        complain_.at("listen",
                     fmt::format("{} is not possible: {}", quote("listen"), obstacle->second),
                     "use 'pod-ip', which needs Istio 1.10 or newer, ambient mode or no mesh",
                     {{obstacle->first, "because of this"}});
      } else if (!version()) {
        unknown_version(fmt::format("which {} depends on", quote("listen")));
      } else if (choice_ == Listen::loopback) {
        listen_at_loopback();
      }
    }
  }

  void listen_automatically() {
    if (const auto obstacle = no_loopback()) {
      listen_at_pod_ip(obstacle->first, fmt::format("and {}", obstacle->second));
    } else if (version()) {
      choice_ = Listen::both;
    } else if (mode_ != MeshMode::sidecar || asked_range_delivers_to_pod_ip()) {
      choice_ = Listen::pod_ip;
    } else {
      unknown_version("which decides where it can listen");
    }
  }

  bool asked_range_delivers_to_pod_ip() const {
    if (!spec_.given("mesh.istio") || !spec_.sound("mesh.istio")) return false;
    return versions_with(Capability::inbound_to_pod_ip).contains(asked_range(spec_));
  }

  void unknown_version(std::string_view why) {
    complain_.at(
        "image",
        fmt::format("'{}' does not tell Cassandra's version, {}", spec_.text("image"), why),
        "set 'version', for instance version: 4.1.3",
        {{"version", "the version"}, {"listen", "asked for here"}});
  }

  void listen_at_pod_ip(std::string_view path, const std::string& why) {
    choice_ = Listen::pod_ip;
    if (mode_ != MeshMode::sidecar) return;
    require(path, versions_with(Capability::inbound_to_pod_ip),
            path == "listen" ? quote("listen") : "listening at the pod's IP alone",
            fmt::format("sidecars deliver to 127.0.0.1 there, {}",
                        why.empty() ? "where nobody listens" : why),
            path == "listen" ? "use 'both'" : "");
  }

  void listen_at_loopback() {
    if (mode_ != MeshMode::sidecar) {
      complain_.at(
          "listen",
          fmt::format("{} is not possible {}: peers dial the pod's IP, where nobody listens",
                      quote("listen"),
                      mode_ == MeshMode::ambient ? "in ambient mode" : "without a mesh"),
          "use 'both' or 'pod-ip'", {{"mesh.mode", "asked for here"}});
      return;
    }
    require("listen", versions_with(Capability::inbound_to_loopback), quote("listen"),
            "sidecars deliver to the pod's IP there, where nobody listens", "use 'both'");
    if (const auto known = version(); known && dials_own_broadcast_address(*known)) {
      complain_.at(
          "listen",
          fmt::format("Cassandra {} dials its own broadcast address, where nobody listens with "
                      "{}: range reads and repairs fail (CASSANDRA-18200)",
                      image_.version, quote("listen")),
          "use 'both'", {{version_key(), "the version"}});
    }
  }

  const spec::ClusterSpec& spec_;
  const ImageFacts& image_;
  MeshMode mode_;
  Requirements& requirements_;
  Complaints& complain_;
  Listen choice_ = Listen::pod_ip;
};

}  // namespace

Listen choose_listen(const spec::ClusterSpec& spec, const ImageFacts& image, MeshMode mode,
                     Requirements& requirements, Complaints& complain) {
  return Listening(spec, image, mode, requirements, complain).choose();
}

void require_own_address(const spec::ClusterSpec& spec, const ImageFacts& image,
                         std::string_view path, Requirements& requirements) {
  const auto known = cassandra::read_version(image.version);
  std::string why;
  if (known && dials_own_broadcast_address(*known)) {
    why = fmt::format("Cassandra {} dials its own pod IP", image.version);
  } else if (const auto& row = flavour(image.flavour); row.dials_own_ip) {
    why = fmt::format("the start script of {} dials the pod's own IP", row.image.words);
  } else {
    return;
  }
  const auto what = path == "mesh.clients" ? fmt::format("'{}'", path)
                                           : fmt::format("'{}: {}'", path, spec.text(path));
  requirements.add(
      {.path = std::string(path),
       .works = VersionRange::any() - versions_with(Capability::own_pod_ip_through_own_sidecar),
       .what = what,
       .why = why + ", which meets its own sidecar in plaintext there"});
}

}  // namespace cassmesh::render
