#include "principals.hpp"

#include <algorithm>

namespace cassmesh::mesh {

std::optional<Account> account_of(std::string_view principal) {
  constexpr std::string_view space = "/ns/";
  constexpr std::string_view account = "/sa/";
  const auto begin = principal.find(space);
  const auto end = principal.find(account, begin == std::string_view::npos ? 0 : begin);
  if (begin == std::string_view::npos) return std::nullopt;
  const auto from = begin + space.size();
  const auto name_space = principal.substr(from, end == std::string_view::npos ? end : end - from);
  if (end == std::string_view::npos) {
    // Only a whole namespace with a wildcard behind it: `cluster.local/ns/shop/*`.
    if (!name_space.ends_with("/*") || name_space.size() < 3) return std::nullopt;
    return Account{name_space.substr(0, name_space.size() - 2)};
  }
  const auto name = principal.substr(end + account.size());
  if (name_space.empty() || name_space.find('*') != std::string_view::npos) return std::nullopt;
  if (name == "*" || name.empty()) return Account{name_space};
  if (name.find('*') != std::string_view::npos) return std::nullopt;
  return Account{name_space, name};
}

Account account_of(std::string_view word, std::string_view policy_namespace) {
  const auto slash = word.find('/');
  if (slash == word.npos) return {policy_namespace, word};
  return {word.substr(0, slash), word.substr(slash + 1)};
}

std::string_view trust_domain_of(std::string_view principal) {
  constexpr auto slashes = 4;
  if (std::ranges::count(principal, '/') != slashes) return {};
  const auto domain = principal.substr(0, principal.find('/'));
  return domain == "*" ? std::string_view() : domain;
}

}  // namespace cassmesh::mesh
