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

/// `cassmesh explain NAME`.
std::string explanation(const Rule& rule);

/// docs/rules/NAME.md.
std::string page(const Rule& rule);

/// `cassmesh rules`: a line each.
std::string list();

/// `cassmesh rules --format json`.
std::string json();

}  // namespace cassmesh::pages
