#pragma once

#include <string>

#include "cassmesh/report.hpp"

/// Findings as the answer to what an upgrade of Istio changes.
namespace cassmesh::report {

/// Whether somebody asked that: for a range of more than one minor version.
bool asks_for_upgrade(const lint::Result& result);

/// The findings as `text` writes them, under headings that say when they begin and end: what is
/// wrong on all versions, what an upgrade breaks and from which version on, what is so only on the
/// way, what is new, what ends, and what can be deleted when the old versions are gone.
std::string upgrade(const Run& run);

}  // namespace cassmesh::report
