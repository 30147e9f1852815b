#pragma once

#include <span>
#include <vector>

#include "connections.hpp"
#include "segments.hpp"

/// What becomes of all connections of a ring on all versions.
namespace cassmesh::engine {

/// A row for each question, in it a cell for each segment.
using Table = std::vector<std::vector<Outcome>>;

/// Where the variants differ, and where the model lacks the Service that is dialled: `unknown`.
Table table(const std::vector<Question>& questions, const Model& model,
            std::span<const Segment> segments);

/// One cell.
Outcome outcome_of(const Question& question, const Model& model, mesh::IstioVersion version);

/// The same with its hops.
Trace trace_of(const Question& question, const Model& model, mesh::IstioVersion version);

/// For each question and segment: whether the policy in force at the nodes' port asks for mTLS, so
/// that plaintext is a loss. One that takes plaintext there says that it may come.
std::vector<std::vector<bool>> wants_mtls(const std::vector<Question>& questions,
                                          const Model& model, std::span<const Segment> segments);

/// Whether an outcome is a loss where the other one would be.
bool is_loss(Outcome outcome, Outcome otherwise, bool wants_mtls);

}  // namespace cassmesh::engine
