// What the start script of the image can't carry, can't do, or would undo.

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "../text.hpp"
#include "clashes.hpp"
#include "complaints.hpp"

namespace cassmesh::render {
namespace {

using yaml::Value;

class StartScriptClashes {
 public:
  StartScriptClashes(const spec::ClusterSpec& spec, const Plan& plan,
                     std::vector<Finding>& problems)
      : spec_(spec), image_(flavour(plan.flavour)), complain_(spec, problems) {}

  void find() {
    if (image_.start != nullptr) {
      for (const auto* path : {"cluster.name", "cluster.datacenter", "cluster.rack"}) mangled(path);
    }
    snitch();
    if (image_.start != nullptr) start_script_needs();
  }

 private:
  void mangled(std::string_view path) {
    const auto& text = spec_.text(path);
    auto problem = image_.mangles(path, text);
    if (problem.empty() && path != "cluster.name") {
      const bool ascii =
          std::ranges::all_of(text, [](char c) { return static_cast<signed char>(c) >= 0; });
      // Source: java.util.Properties.load, which SnitchProperties uses.
      if (!ascii)
        problem =
            "has a letter that is not ASCII, and Java reads the file that it goes to as Latin-1";
    }
    if (problem.empty()) return;
    complain_.at(path,
                 fmt::format("'{}' can't be carried by the start script of {}: it {}", path,
                             image_.image.words, problem),
                 "choose another name", {{"image", "the image"}});
  }

  void snitch() {
    const auto& snitch = spec_.text("cluster.snitch");
    if (!image_.image.fixed_snitch.empty() && snitch != image_.image.fixed_snitch) {
      complain_.at("cluster.snitch",
                   fmt::format("the start script of {} always sets {}, as datacenter and rack are "
                               "given",
                               image_.image.words, image_.image.fixed_snitch),
                   "remove 'cluster.snitch', or use another image", {{"image", "the image"}});
      return;
    }
    if (snitch != "SimpleSnitch") return;
    for (const auto* path : {"cluster.datacenter", "cluster.rack", "racks"}) {
      if (spec_.given(path)) {
        complain_.at("cluster.snitch", fmt::format("SimpleSnitch does not read '{}'", path),
                     "use GossipingPropertyFileSnitch", {{path, "given here"}});
        return;
      }
    }
  }

  void start_script_needs() {
    const auto& container = spec_.value("securityContext");
    if (container["readOnlyRootFilesystem"].text == "true") {
      complain_.at(
          container["readOnlyRootFilesystem"].origin.place(),
          fmt::format(
              "{} can't start with a read-only root file system: the start script writes the "
              "configuration",
              image_.image.words),
          "remove it");
    }
    if (image_.starts_as_root) starts_as_root();
    if (image_.needs_root.empty()) return;
    for (const auto* path : {"podSecurityContext", "securityContext"}) {
      const auto& context = spec_.value(path);
      if (context["runAsNonRoot"].text == "true") needs_root(context["runAsNonRoot"]);
      if (const auto& user = context["runAsUser"]; user && user.text != "0") needs_root(user);
    }
    for (const auto& [none, dropped, comment] : container["capabilities"]["drop"].entries) {
      if (dropped.text == "ALL") needs_root(dropped);
    }
  }

  /// An image that starts as root, unless it is told another user.
  void starts_as_root() {
    const auto& pod = spec_.value("podSecurityContext");
    const auto& container = spec_.value("securityContext");
    const auto& user = container["runAsUser"] ? container["runAsUser"] : pod["runAsUser"];
    if (user && user.text != "0") return;
    for (const auto* context : {&pod, &container}) {
      const auto& refused = (*context)["runAsNonRoot"];
      if (refused.text == "true") tell_user(refused);
    }
    for (const auto& [none, dropped, comment] : container["capabilities"]["drop"].entries) {
      if (dropped.text == "ALL") tell_user(dropped);
    }
  }

  void tell_user(const Value& at) {
    complain_.at(
        at.origin.place(),
        fmt::format("{} starts as root, which this does not let it do", image_.image.words),
        "set 'runAsUser' and 'fsGroup' to its own user, 999, too");
  }

  void needs_root(const Value& at) {
    complain_.at(
        at.origin.place(),
        fmt::format("the start script of {} needs root: {}", image_.image.words, image_.needs_root),
        "remove it, or use the official image");
  }

  const spec::ClusterSpec& spec_;
  const Flavour& image_;
  Complaints complain_;
};

}  // namespace

void find_start_script_clashes(const spec::ClusterSpec& spec, const Plan& plan,
                               std::vector<Finding>& problems) {
  StartScriptClashes(spec, plan, problems).find();
}

}  // namespace cassmesh::render
