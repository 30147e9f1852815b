#pragma once

#include "cassmesh/lint.hpp"
#include "commands.hpp"
#include "manifests.hpp"

/// The file of a baseline: read before a run, or written after it.
namespace cassmesh::cli {

/// Reads the baseline that is asked for, if one is, by the arguments or the configuration in
/// `options`. False if it is wrong, which it has said then. Throws Error if it is not there.
bool read_baseline(const LintArguments& arguments, Manifests& manifests, lint::Options& options,
                   Streams& streams);

/// Writes down what was found. Throws Error rather than overwrite what is no baseline.
int write_baseline(const LintArguments& arguments, const lint::Result& result,
                   const Sources& sources, Streams& streams);

}  // namespace cassmesh::cli
