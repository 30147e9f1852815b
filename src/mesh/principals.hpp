#pragma once

#include <optional>
#include <string_view>

/// The names that policies have for those who connect.
namespace cassmesh::mesh {

/// An account; no name: everybody in the namespace.
struct Account {
  std::string_view name_space;
  std::string_view name{};
  bool operator==(const Account&) const = default;
};

/// Whom a principal of an AuthorizationPolicy means: `cluster.local/ns/shop/sa/orders`,
/// `*/ns/shop/sa/orders`, `cluster.local/ns/shop/*`; nothing for what names no single namespace.
std::optional<Account> account_of(std::string_view principal);

/// Whom a word of `serviceAccounts` means: `account` of the policy's own namespace, or
/// `namespace/account`.
Account account_of(std::string_view word, std::string_view policy_namespace);

/// Whether a principal names an account in a trust domain of its own, as `DOMAIN/ns/…/sa/…`: in
/// five parts, the first of which is not `*`. Gives that first part, else nothing.
/// Source: istio/istio 1.24.0 pilot/pkg/security/trustdomain/bundle.go.
std::string_view trust_domain_of(std::string_view principal);

}  // namespace cassmesh::mesh
