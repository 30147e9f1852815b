#pragma once

#include <string>
#include <string_view>

#include "cassmesh/lint.hpp"
#include "cassmesh/rule.hpp"

/// What is told about rules, made from their data and their examples.
namespace cassmesh::pages {

/// How an example is linted: the ranges that its first lines set (`# istio: 1.5..1.9`,
/// `# kubernetes: 1.20..`), and the .cassmesh.yaml that stands beside it.
lint::Options options_for(const Example& example);

/// Where a rule's folder holds this file, its examples are baselines for it.
inline constexpr std::string_view manifests_file = "manifests.yaml";

/// Lints an example, or what was made from its text.
lint::Result lint_example(const Example& example, std::string text, Sources& sources);

/// `cassmesh explain NAME`.
std::string explanation(const Rule& rule);

/// docs/rules/NAME.md.
std::string page(const Rule& rule);

/// `cassmesh rules`: a line each.
std::string list();

/// `cassmesh rules --format json`.
std::string json();

}  // namespace cassmesh::pages
