#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "cassmesh/finding.hpp"
#include "cassmesh/k8s.hpp"
#include "project.hpp"

/// Findings that somebody has silenced, with a reason: by a comment on the line or the line above
/// (`# cassmesh: ignore NAME -- reason`), or by an annotation of the object, since comments do not
/// survive Helm and kustomize (`cassmesh/ignore: "NAME: reason"`, several one a line).
namespace cassmesh::lint {

/// The annotation's key.
inline constexpr std::string_view ignore_annotation = "cassmesh/ignore";

/// One rule that is silenced somewhere.
struct Suppression {
  std::string rule;
  std::string reason;  ///< empty if none is given, which silences nothing
  Place place;         ///< of the rule's name
  int line = 0;        ///< whose findings it means; 0: all of the object
  ObjectName object{};
  const k8s::ObjectSet* scope = nullptr;  ///< of the object
  bool used = false;
};

class Suppressions {
 public:
  Suppressions() = default;
  Suppressions(const Suppressions&) = delete;
  Suppressions& operator=(const Suppressions&) = delete;

  /// Collects the comments of a file.
  void add_comments(const File& file);
  /// Collects the annotation of an object in a scope, on the object or on its pods.
  void add_annotation(const k8s::Object& object, const k8s::ObjectSet* scope);

  /// Take the silenced findings away, those of one scope or all, and return how many they were.
  std::size_t apply_annotations(std::vector<Finding>& findings, const k8s::ObjectSet* scope);
  std::size_t apply_comments(std::vector<Finding>& findings);

  /// What silenced nothing and could have: its rule was `asked` for.
  std::vector<Finding> unused(const std::function<bool(std::string_view)>& asked) const;

 private:
  /// A rule, and what of it is meant: a line of a file, or an object of that kind and name.
  using Key = std::tuple<std::string_view, int, int, std::string_view, std::string_view>;
  template <typename KeyOf, typename Silences>
  std::size_t apply(std::vector<Finding>& findings, const KeyOf& key_of, const Silences& silences);
  void add(Suppression suppression);
  void add_lines(const yaml::Node& annotation, const ObjectName& object,
                 const k8s::ObjectSet* scope);
  std::deque<Suppression> all_;  ///< keeps in place what the keys point into
  std::map<Key, std::vector<Suppression*>> by_key_;
};

}  // namespace cassmesh::lint
