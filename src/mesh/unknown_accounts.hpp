#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/k8s.hpp"
#include "principals.hpp"

namespace cassmesh::mesh {

/// A word of an AuthorizationPolicy for an account that is not in the files.
struct UnknownAccount {
  yaml::Node at{};
  Account account{};
  Account meant{};        ///< one that is there and looks like it; empty if none does
  std::string written{};  ///< the word for that one
  /// It begins with `spiffe://`, and so means nobody, whoever has the account.
  bool has_scheme = false;
  /// The one account of that namespace that begins alike and that the policy does not name; empty
  /// if there is none, or if there are several.
  std::string_view alike{};
};

/// Those among `principals` and `serviceAccounts` of a policy's rules and the values of
/// `source.principal`. `everywhere`: all that was read.
std::vector<UnknownAccount> unknown_accounts(const k8s::Object& policy,
                                             std::span<const k8s::ObjectSet* const> everywhere);

}  // namespace cassmesh::mesh
