#include "unknown_accounts.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "admitted.hpp"
#include "text.hpp"

namespace cassmesh::mesh {
namespace {

/// The accounts that objects make, or that pods run under.
class Accounts {
 public:
  explicit Accounts(std::span<const k8s::ObjectSet* const> sets) : sets_(sets) {}

  bool has(const Account& account) const {
    // Kubernetes makes one of this name in every namespace.
    if (account.name == "default") return has_namespace(account.name_space);
    return std::ranges::any_of(sets_, [&](const k8s::ObjectSet* set) {
      const auto runs_under = [&](const k8s::Object* workload) {
        return service_account_of(*workload) == account.name;
      };
      return set->find("ServiceAccount", account.name_space, account.name) != nullptr ||
             std::ranges::any_of(set->workloads(account.name_space), runs_under);
    });
  }

  /// Those of a namespace whose names begin with the same letters.
  std::vector<Account> like(const Account& account) const {
    constexpr std::size_t letters = 4;
    std::vector<Account> found;
    for (const auto& [name_space, name] : all()) {
      if (name_space == account.name_space && name != "default" && name.size() >= letters &&
          account.name.starts_with(name.substr(0, letters)))
        found.push_back({name_space, name});
    }
    return found;
  }

  /// One whose name is a slip away; else one of the same name in such a namespace.
  Account closest_to(const Account& account) const {
    Names names;
    Names spaces;
    for (const auto& [name_space, name] : all()) {
      if (name_space == account.name_space && name != "default") names.push_back(name);
      if (name == account.name && name_space != account.name_space) spaces.push_back(name_space);
    }
    if (const auto name = slip(account.name, names); !name.empty())
      return {account.name_space, name};
    if (has_namespace(account.name_space) || account.name == "default") return {};
    const auto name_space = slip(account.name_space, spaces);
    return name_space.empty() ? Account{} : Account{name_space, account.name};
  }

 private:
  using Names = std::vector<std::string_view>;

  /// By namespace and name.
  std::set<std::pair<std::string_view, std::string_view>> all() const {
    std::set<std::pair<std::string_view, std::string_view>> found;
    for (const auto* set : sets_) {
      for (const auto* account : set->of("ServiceAccount"))
        found.emplace(account->name_space(), account->name());
      for (const auto* workload : set->workloads())
        found.emplace(workload->name_space(), service_account_of(*workload));
    }
    return found;
  }

  bool has_namespace(std::string_view name_space) const {
    return std::ranges::any_of(sets_, [&](const k8s::ObjectSet* set) {
      return !set->workloads(name_space).empty() ||
             std::ranges::find(set->of("ServiceAccount"), name_space, &k8s::Object::name_space) !=
                 set->of("ServiceAccount").end();
    });
  }

  /// `orders-batch` is no slip of `orders`.
  static std::string_view slip(std::string_view word, const Names& names) {
    const auto found = closest(word, names);
    return found.starts_with(word) || word.starts_with(found) ? std::string_view() : found;
  }

  std::span<const k8s::ObjectSet* const> sets_;
};

/// Istio puts it before each principal by itself.
constexpr std::string_view scheme = "spiffe://";

class Search {
 public:
  Search(const k8s::Object& policy, std::span<const k8s::ObjectSet* const> everywhere)
      : policy_(policy), accounts_(everywhere) {}

  std::vector<UnknownAccount> find() {
    for (const auto& rule : policy_["spec"]["rules"]) {
      for (const auto& from : rule["from"]) look_at_source(from["source"]);
      for (const auto& condition : rule["when"]) {
        if (condition["key"].text() == "source.principal") look_at_principals(condition["values"]);
      }
    }
    for (auto& each : found_) {
      if (!each.meant.name.empty()) continue;
      auto like = accounts_.like(each.account);
      std::erase_if(like, [this](const Account& account) {
        return std::ranges::find(named_, account) != named_.end();
      });
      if (like.size() == 1) each.alike = like.front().name;
    }
    return std::move(found_);
  }

 private:
  void look_at_source(const yaml::Node& source) {
    look_at_principals(source["principals"]);
    for (const auto& word : source["serviceAccounts"])
      look(word, account_of(word.text(), policy_.name_space()));
  }
  void look_at_principals(const yaml::Node& words) {
    for (const auto& word : words) {
      const auto account = account_of(word.text());
      if (word.text().starts_with(scheme) && account) {
        found_.push_back({.at = word,
                          .account = *account,
                          .meant = *account,
                          .written = std::string(word.text().substr(scheme.size())),
                          .has_scheme = true});
      } else {
        look(word, account);
      }
    }
  }
  void look(const yaml::Node& word, const std::optional<Account>& account) {
    if (account) named_.push_back(*account);
    if (!account || account->name.empty() || account->name.find('*') != std::string_view::npos ||
        accounts_.has(*account))
      return;
    const auto meant = accounts_.closest_to(*account);
    found_.push_back({.at = word,
                      .account = *account,
                      .meant = meant,
                      .written = meant.name.empty() ? "" : written(word.text(), *account, meant)});
  }

  static std::string written(std::string_view word, const Account& account, const Account& meant) {
    std::string text(word);
    text.replace(text.rfind(account.name), account.name.size(), meant.name);
    if (account.name_space != meant.name_space) {
      const auto at = text.rfind(account.name_space, text.rfind('/'));
      text.replace(at, account.name_space.size(), meant.name_space);
    }
    return text;
  }

  const k8s::Object& policy_;
  Accounts accounts_;
  std::vector<Account> named_;  ///< as they are meant to be written
  std::vector<UnknownAccount> found_;
};

}  // namespace

std::vector<UnknownAccount> unknown_accounts(const k8s::Object& policy,
                                             std::span<const k8s::ObjectSet* const> everywhere) {
  return Search(policy, everywhere).find();
}

}  // namespace cassmesh::mesh
