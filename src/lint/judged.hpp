#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "cassmesh/engine.hpp"
#include "cassmesh/lint.hpp"
#include "cassmesh/rule.hpp"
#include "project.hpp"
#include "scopes.hpp"

/// What the rules and `trace` judge: the files of a run, read and put into scopes.
namespace cassmesh::lint {

/// A scope with what it owns. Its rings and its engine look into it, so it stays where it is.
struct Judged {
  explicit Judged(ScopeFiles given) : files(std::move(given)) {}

  ScopeFiles files;
  k8s::ObjectSet objects{};
  mesh::FoundSettings found{};
  std::vector<mesh::Ring> rings{};
  mesh::VersionRange istio{};
  bool istio_is_given = false;  ///< with bounds
  std::unique_ptr<engine::Engine> engine{};
};

/// The Kubernetes versions to judge: as configured, else those that run these Istio versions.
mesh::VersionRange kubernetes_of(const config::Config& config, const mesh::VersionRange& istio);

class Inputs {
 public:
  /// `options` must outlive it.
  Inputs(Sources& sources, const std::vector<const Source*>& files, const Options& options);

  const std::deque<File>& files() const { return project_.files(); }
  const std::deque<Judged>& scopes() const { return scopes_; }
  /// A scope that holds nothing, as where there are no files.
  Judged nothing() const;
  /// The files, documents, objects and rings, and what is not judged.
  const Summary& summary() const { return summary_; }
  /// The versions that are judged, over all scopes.
  mesh::VersionRange istio() const;
  /// Whether somebody gave this range, with bounds, for each of them.
  bool istio_is_given() const;
  /// What is wrong with documents that are ours and no YAML.
  std::vector<Finding> problems() const;
  /// A scope as rules see it.
  Scope scope_of(const Judged& judged) const;

 private:
  void count_documents();
  void prepare(Judged& judged) const;
  void choose_istio(Judged& judged) const;
  bool has_templates() const;

  const Options& options_;
  Project project_;
  std::deque<Judged> scopes_;
  std::vector<const k8s::ObjectSet*> everywhere_;
  Summary summary_;
};

}  // namespace cassmesh::lint
