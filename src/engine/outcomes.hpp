#pragma once

#include <vector>

#include "connections.hpp"

/// What becomes of a ring's connections, whatever the files leave open.
namespace cassmesh::engine {

/// The models that may be true where nobody knows whether somebody has a sidecar, or which of
/// several objects is the oldest: mostly the one that it is made of, which must outlive it.
class Variants {
 public:
  explicit Variants(const Model& model);

  const Model* begin() const { return all_.empty() ? only_ : all_.data(); }
  const Model* end() const { return all_.empty() ? only_ + 1 : all_.data() + all_.size(); }

 private:
  const Model* only_;
  std::vector<Model> all_;
};

/// The outcome on which all variants agree; `unknown` where they differ, and where they lack the
/// Service that is dialled.
Outcome outcome_of(const Question& question, const Variants& models, const Moment& version);

/// The same with its hops.
Trace trace_of(const Question& question, const Variants& models, const Moment& version);

/// Whether the policy in force at the nodes' port asks for mTLS, so that plaintext is a loss. One
/// that takes plaintext there says that it may come.
bool wants_mtls(const Question& question, const Variants& models, const Moment& version);

/// Whether an outcome is a loss where the other one would be.
bool is_loss(Outcome outcome, Outcome otherwise, bool wants_mtls);

}  // namespace cassmesh::engine
