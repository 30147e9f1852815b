#pragma once

#include <span>
#include <string>

#include "cassmesh/report.hpp"
#include "cassmesh/rule.hpp"

/// The formats, one a file. Each gives the whole of standard output.
namespace cassmesh::report {

/// One line a finding, for grep, editors and problem matchers.
std::string concise(const Run& run);
/// Our own, versioned: docs/usage.md says what may be relied upon.
std::string json(const Run& run);
/// SARIF 2.1.0, as GitHub's code scanning takes it. `rules`: all that there are.
std::string sarif(const Run& run, std::span<const Rule* const> rules);
/// Workflow commands of GitHub Actions, which become annotations.
std::string github(const Run& run);
/// GitLab's Code Quality report.
std::string gitlab(const Run& run);
/// JUnit's XML, as Jenkins and GitLab read it.
std::string junit(const Run& run);

}  // namespace cassmesh::report
