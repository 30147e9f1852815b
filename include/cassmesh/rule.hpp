#pragma once

#include <fmt/core.h>

#include <deque>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "cassmesh/finding.hpp"
#include "cassmesh/k8s.hpp"
#include "cassmesh/mesh.hpp"

/// Rules: what people read about each, and the function that looks. To add one, see
/// CONTRIBUTING.md.
namespace cassmesh {

namespace engine {
class Engine;
}

/// What a rule may know besides what it looks at: the scope around it.
struct Scope {
  std::string_view name;          ///< empty where there is only one
  const k8s::ObjectSet& objects;  ///< what is applied together
  const mesh::Settings& settings;
  std::string_view default_namespace;  ///< of objects that do not say where they stand
  std::span<const mesh::Ring> rings;
  engine::Engine& engine;         ///< of these rings; see cassmesh/engine.hpp
  mesh::VersionRange istio;       ///< the versions that are judged
  mesh::VersionRange kubernetes;  ///< the same for Kubernetes, whose versions look alike
  /// Whether somebody gave the range with bounds, so that it must be served whole.
  bool istio_is_given = false;
  bool kubernetes_is_given = false;
  /// Whether objects belong here that nobody could read: of templates, of a kustomization's charts.
  bool lacks_objects = false;
  /// The objects of all scopes, this one included: what is in one of them is somewhere.
  std::span<const k8s::ObjectSet* const> everywhere;

  /// The ring that a full host belongs to; null if to none.
  const mesh::Ring* ring_of(std::string_view host) const;
  /// The ring whose pods a Service selects or governs; null if there is none.
  const mesh::Ring* ring_of(const k8s::Object& service) const;
  /// Whether an object of that kind, namespace and name is in any scope.
  bool is_anywhere(std::string_view known_kind, std::string_view name_space,
                   std::string_view name) const;
  /// How bad it is that something of a namespace is not in the files: a warning where the namespace
  /// is here at all and whole, or the configuration says that all is, else only worth an info.
  Severity severity_of_missing(std::string_view name_space) const;
};

/// What one rule finds in one scope.
class Report {
 public:
  Report(std::string_view rule, Severity severity, std::string_view fix, const Scope& scope)
      : rule_(rule), severity_(severity), fix_(fix), scope_(&scope) {}

  /// The finding that was just made, to say more about it.
  class Said {
   public:
    explicit Said(Finding& finding) : finding_(&finding) {}
    const Said& severity(Severity severity) const;
    /// The other place of a conflict; the finding's own is none.
    const Said& related(const k8s::Object& object, const yaml::Node& at, std::string message) const;
    const Said& related(const k8s::Object& object, const Place& at, std::string message) const;
    /// Another remedy than the rule's own.
    const Said& fix(std::string text, bool safe = false) const;
    /// On which versions it holds; what does not touch the judged ones is dropped.
    const Said& on(const mesh::VersionRange& istio) const;
    const Said& ring(const mesh::Ring& ring) const;
    const Said& ring(const mesh::Ring* ring) const;  ///< null: none
    const Said& breaks(std::vector<std::string_view> connections) const;

   private:
    Finding* finding_;
  };

  /// What is judged, and what stands around it.
  const Scope& scope() const { return *scope_; }

  /// Says what is wrong at a node of an object, in one line, lower case first, no full stop. The
  /// node must be there: what is missing is reported at its parent.
  template <typename... Args>
  Said operator()(const k8s::Object& object, const yaml::Node& at,
                  fmt::format_string<Args...> message, Args&&... args) {
    return add(&object, at.place(), fmt::format(message, std::forward<Args>(args)...));
  }
  /// The same at an exact place: that of a key, or of a part of a text.
  template <typename... Args>
  Said operator()(const k8s::Object& object, const Place& at, fmt::format_string<Args...> message,
                  Args&&... args) {
    return add(&object, at, fmt::format(message, std::forward<Args>(args)...));
  }
  /// For what is on no object.
  template <typename... Args>
  Said operator()(const Place& at, fmt::format_string<Args...> message, Args&&... args) {
    return add(nullptr, at, fmt::format(message, std::forward<Args>(args)...));
  }

  /// Says that an object was too much to be compared with others, so that a finding may be missing.
  void leave_out(const k8s::Object& object, std::string reason);

  /// What was too much to be judged.
  struct LeftOut {
    const k8s::Object* object;
    std::string reason;  ///< a clause
  };
  const std::vector<LeftOut>& left_out() const { return left_out_; }

  /// All that was found and touches the judged versions; leaves the report empty.
  std::vector<Finding> take();

 private:
  Said add(const k8s::Object* object, const Place& at, std::string message);

  std::string_view rule_;
  Severity severity_;
  std::string_view fix_;
  const Scope* scope_;
  std::deque<Finding> findings_;
  std::vector<LeftOut> left_out_;
};

/// Found by the engine around the rules: while reading, or when all rules have run.
struct ByTheEngine {};

/// How a rule looks. Its parameter says at what, and so how often it is called.
using Check =
    std::variant<ByTheEngine, void (*)(const k8s::Object&, Report&),  // each object of its kinds
                 void (*)(const k8s::Container&, Report&),            // each of their containers
                 void (*)(const mesh::Ring&, Report&),                // each ring
                 void (*)(const k8s::ObjectSet&, Report&),            // once, for what lies between
                 void (*)(const yaml::Document&, Report&)>;           // each document with objects

/// A rule is data. Its page, `explain` and the formats are made from it.
struct Rule {
  std::string_view name;  ///< the bad thing, kebab-case, so that "ignore NAME" reads right
  Severity severity;      ///< unless a finding says otherwise
  std::vector<std::string_view> kinds;  ///< that it looks at; empty: any
  std::string_view summary;             ///< one sentence: what must hold
  std::string_view why;                 ///< what goes wrong otherwise
  std::string_view fix;                 ///< what to do, as an order
  std::string_view versions;            ///< on which Istio versions, in words; empty: on all
  std::string_view source;              ///< where the facts stand: documents, issues, code at a tag
  Check check;
};

/// All rules, sorted by name: one for each file in src/rules.
std::span<const Rule* const> all_rules();

/// The rule of that name; null if there is none.
const Rule* find_rule(std::string_view name);

/// One of a rule's examples: a file of tests/rules/NAME. The program has those that pages show, and
/// what they are judged with; the tests have them all.
struct Example {
  std::string_view rule;
  std::string_view file;  ///< `bad.yaml`
  std::string_view text;  ///< as it stands there, marks included
};
std::span<const Example> all_examples();

/// An example's text as a reader sees it: without `# want: …` at the ends of lines, by which the
/// tests know what is to be found there, and without its first lines that set a range.
std::string without_marks(std::string_view text);

}  // namespace cassmesh
