// What the start script of the image can't carry, can't do, or would undo.

#include <fmt/core.h>

#include <algorithm>
#include <set>
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
      : spec_(spec), plan_(plan), complain_(spec, problems) {}

  void find() {
    for (const auto* path : {"cluster.name", "cluster.datacenter", "cluster.rack"}) mangled(path);
    snitch();
    start_script_needs();
    set_variables();
  }

 private:
  void mangled(std::string_view path) {
    const auto& text = spec_.text(path);
    auto problem = flavour(plan_.flavour).mangles(path, text);
    if (problem.empty() && plan_.flavour != FlavourName::custom && path != "cluster.name") {
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
                             flavour_words(), problem),
                 "choose another name", {{"image", "the image"}});
  }

  std::string_view flavour_words() const {
    switch (plan_.flavour) {
      case FlavourName::google_samples:
        return "google-samples images";
      case FlavourName::official:
        return "the official image";
      case FlavourName::bitnami:
        return "Bitnami's image";
      default:
        return "the image";
    }
  }

  void snitch() {
    const auto& snitch = spec_.text("cluster.snitch");
    if (plan_.flavour == FlavourName::google_samples && snitch != "GossipingPropertyFileSnitch") {
      complain_.at(
          "cluster.snitch",
          "the start script of google-samples images always sets GossipingPropertyFileSnitch, as "
          "datacenter and rack are given",
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
    if (plan_.flavour == FlavourName::custom) return;
    const auto& container = spec_.value("securityContext");
    if (container["readOnlyRootFilesystem"].text == "true") {
      complain_.at(
          container["readOnlyRootFilesystem"].origin.place(),
          fmt::format(
              "{} can't start with a read-only root file system: the start script writes the "
              "configuration",
              capitalised(flavour_words())),
          "remove it");
    }
    if (plan_.flavour != FlavourName::google_samples) return;
    for (const auto* path : {"podSecurityContext", "securityContext"}) {
      const auto& context = spec_.value(path);
      if (context["runAsNonRoot"].text == "true") needs_root(context["runAsNonRoot"]);
      if (const auto& user = context["runAsUser"]; user && user.text != "0") needs_root(user);
    }
    for (const auto& [none, dropped, comment] : container["capabilities"]["drop"].entries) {
      if (dropped.text == "ALL") needs_root(dropped);
    }
  }

  void needs_root(const Value& at) {
    complain_.at(
        at.origin.place(),
        "the start script of google-samples images needs root: it changes /run.sh, hands the "
        "data over to its own user and becomes that user",
        "remove it, or use the official image");
  }

  static std::string capitalised(std::string_view text) {
    std::string out(text);
    if (out.starts_with("the ")) out.replace(0, 1, "T");
    return out;
  }

  /// Variables that cassmesh sets itself, or that would undo what it sets.
  void set_variables() {
    const auto& facts = flavour(plan_.flavour);
    for (const auto& [none, variable, comment] : spec_.value("env").entries) {
      const auto& name = variable["name"].text;
      if (name.empty()) continue;
      const auto place = variable["name"].origin.place();
      const auto own = std::ranges::find(facts.variables, name, &Variable::name);
      if (own != facts.variables.end()) {
        complain_.at(place, fmt::format("'{}' is set by '{}'", name, own->key),
                     fmt::format("set '{}' instead", own->key));
      } else if (name == "POD_IP") {
        complain_.at(place, "'POD_IP' is set to the pod's IP already", "remove it");
      } else if (name == "CASSANDRA_ENDPOINT_SNITCH") {
        complain_.at(
            place,
            fmt::format(
                "'{}' has no effect: the start script of google-samples images sets it itself",
                name),
            "remove it");
      } else if (std::ranges::find(facts.reserved, name) != facts.reserved.end()) {
        complain_.at(
            place, fmt::format("'{}' would work against the listen address that is rendered", name),
            "use 'listen'");
      }
    }
  }

  const spec::ClusterSpec& spec_;
  const Plan& plan_;
  Complaints complain_;
};

}  // namespace

void find_start_script_clashes(const spec::ClusterSpec& spec, const Plan& plan,
                               std::vector<Finding>& problems) {
  StartScriptClashes(spec, plan, problems).find();
}

}  // namespace cassmesh::render
