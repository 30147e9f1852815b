#pragma once

#include <string>
#include <string_view>

#include "match.hpp"
#include "moment.hpp"

/// Whether those who connect are meant by a word of an AuthorizationPolicy.
/// Source: istio/istio 1.24.0 pilot/pkg/security/authz/model/generator.go, matcher/string.go and
/// trustdomain/bundle.go; of ztunnel pilot/pkg/serviceregistry/kube/controller/ambient/
/// authorization.go (stringToMatch) and istio/ztunnel 1.24.0 src/rbac.rs.
namespace cassmesh::engine {

/// Somebody who connects, as far as a server's proxy knows him.
struct Caller {
  bool has_identity = false;  ///< by mTLS; if not, the rest says nothing
  std::string_view trust_domain{};
  std::string_view name_space{};       ///< empty: the files do not tell
  std::string_view service_account{};  ///< empty: the files do not tell
};

/// `cluster.local/ns/data/sa/cassandra`, `somebody of namespace 'shop'`, `a caller without
/// identity`: for messages.
std::string described(const Caller& caller);

/// Who reads the words: a sidecar and ztunnel do it differently.
struct Reader {
  explicit Reader(const Moment& on, bool in_ambient = false)
      : version(on), is_ztunnel(in_ambient) {}
  explicit Reader(const Moment&& gone, bool in_ambient = false) = delete;

  const Moment& version;
  bool is_ztunnel;
};

// Of a caller whose account nobody knows, only a word that means everybody, or everybody of his
// namespace, is known to mean him; all others are taken not to.

/// `cluster.local/ns/data/sa/cassandra` with one `*` at either end; `*` is everybody with an
/// identity. To sidecars `cluster.local` is the mesh's own trust domain, whatever that is called.
bool means_principal(std::string_view word, const Caller& caller, const Reader& reader);
bool means_namespace(std::string_view word, const Caller& caller, const Reader& reader);
/// `account` of the policy's namespace, or `namespace/account`.
bool means_service_account(std::string_view word, const Caller& caller,
                           std::string_view policy_namespace);
bool means_trust_domain(std::string_view word, const Caller& caller);

}  // namespace cassmesh::engine
