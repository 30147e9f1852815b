#include "callers.hpp"

#include <fmt/core.h>

#include "../mesh/principals.hpp"

namespace cassmesh::engine {
namespace {

constexpr std::string_view default_trust_domain = "cluster.local";

/// What is known of a caller's principal, from its front; all of it if the account is known.
std::string known_principal(const Caller& caller) {
  auto known = fmt::format("{}/ns/", caller.trust_domain);
  if (!caller.name_space.empty()) known += fmt::format("{}/sa/", caller.name_space);
  return known + std::string(caller.service_account);
}

/// Whether a text is meant by a word that has a `*` at one end, or none.
bool matches(std::string_view word, std::string_view text) {
  if (word.starts_with('*')) return text.ends_with(word.substr(1));
  if (word.ends_with('*')) return text.starts_with(word.substr(0, word.size() - 1));
  return text == word;
}

/// Whether a text is meant by a word in which each `*` stands for any letters: its first part at
/// the front, its last part at the end, and each of the others at the first place behind the last.
bool glob_matches(std::string_view word, std::string_view text) {
  auto star = word.find('*');
  if (star == word.npos) return text == word;
  if (!text.starts_with(word.substr(0, star))) return false;
  while (true) {
    text.remove_prefix(star);
    word.remove_prefix(star + 1);
    star = word.find('*');
    if (star == word.npos) return text.ends_with(word);
    const auto found = text.find(word.substr(0, star));
    if (found == text.npos) return false;
    text.remove_prefix(found);
  }
}

/// Whether the trust domain that a principal of a policy names is the mesh's own.
bool is_local(std::string_view domain, std::string_view trust_domain) {
  return domain == default_trust_domain || matches(domain, trust_domain);
}

/// A principal as the control plane hands it to sidecars.
std::string migrated(std::string_view word, std::string_view trust_domain) {
  const auto domain = mesh::trust_domain_of(word);
  if (domain.empty() || !is_local(domain, trust_domain)) return std::string(word);
  return std::string(trust_domain) + std::string(word.substr(domain.size()));
}

}  // namespace

std::string described(const Caller& caller) {
  if (!caller.has_identity) return "a caller without identity";
  if (!caller.service_account.empty()) return known_principal(caller);
  if (!caller.name_space.empty())
    return fmt::format("somebody of namespace '{}'", caller.name_space);
  return "somebody in the mesh";
}

bool means_principal(std::string_view word, const Caller& caller, const Reader& reader) {
  if (!caller.has_identity) return false;
  if (word == "*") return true;
  if (word.starts_with('*')) {
    const bool works =
        reader.is_ztunnel || reader.version.has(mesh::Capability::authorization_leading_wildcard);
    return works && !caller.service_account.empty() && matches(word, known_principal(caller));
  }
  const auto principal =
      reader.is_ztunnel ? std::string(word) : migrated(word, caller.trust_domain);
  if (!principal.ends_with('*') && caller.service_account.empty()) return false;
  return matches(principal, known_principal(caller));
}

bool means_namespace(std::string_view word, const Caller& caller, const Reader& reader) {
  if (!caller.has_identity) return false;
  if (word == "*") return true;
  if (caller.name_space.empty()) return false;
  if (reader.is_ztunnel) return matches(word, caller.name_space);
  const bool is_pattern = word.find('*') != std::string_view::npos;
  if (is_pattern && !reader.version.has(mesh::Capability::authorization_leading_wildcard))
    return false;
  return glob_matches(word, caller.name_space);
}

bool means_service_account(std::string_view word, const Caller& caller,
                           std::string_view policy_namespace) {
  if (!caller.has_identity || caller.service_account.empty()) return false;
  return mesh::account_of(word, policy_namespace) ==
         mesh::Account{caller.name_space, caller.service_account};
}

bool means_trust_domain(std::string_view word, const Caller& caller) {
  return caller.has_identity && glob_matches(word, caller.trust_domain);
}

}  // namespace cassmesh::engine
