#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/spec.hpp"
#include "words.hpp"

namespace cassmesh::spec {

/// Holds what was written against the table of keys, and makes Values of what is right.
class Checker {
 public:
  /// Problems are appended to `problems`, the paths of refused values are added to `unsound`.
  Checker(std::vector<Finding>& problems, std::set<std::string, std::less<>>& unsound)
      : problems_(problems), unsound_(unsound) {}

  /// Checks a whole spec; absent if it is none.
  yaml::Value root(const yaml::Node& node);
  /// Checks the keys of a mapping and gives those that are right.
  yaml::Value group(const yaml::Node& node, std::string_view path);
  /// Checks one value; absent if it is wrong.
  yaml::Value value(const yaml::Node& node, const Key& key);
  /// Checks one entry of a text_map, whose name stands at `name_place`; absent if it is wrong.
  yaml::Value text_entry(const yaml::Node& node, std::string_view name, const Place& name_place,
                         const Key& key);

  /// Checks a value in Kubernetes' own shape, or a part of one; absent if it is wrong.
  yaml::Value kubernetes(const yaml::Node& node, const Key& key);

  /// Says that `path` has no key `name`.
  void unknown(std::string_view name, std::string_view path, const Place& place);
  void complain(const Place& place, std::string message, std::string fix = {},
                std::vector<Related> related = {});

 private:
  using Seen = std::map<std::string_view, yaml::Node>;

  bool first_of_its_name(const yaml::Node& child, Seen& seen);
  bool has_tag(const yaml::Node& node);
  yaml::Value list(const yaml::Node& node, const Key& key);
  void require(const Key& key, const yaml::Value& holder, const yaml::Node& item, const Key& list);
  yaml::Value integers(const yaml::Node& node, const Key& key);
  yaml::Value scalar(const yaml::Node& node, const Key& key);
  yaml::Value boolean(const yaml::Node& node, const Key& key);
  yaml::Value integer(const yaml::Node& node, const Key& key);
  yaml::Value choice(const yaml::Node& node, const Key& key);
  yaml::Value text(const yaml::Node& node, const Key& key);
  yaml::Value text_map(const yaml::Node& node, const Key& key);
  void check_kubernetes(const yaml::Node& node);
  yaml::Value wrong_type(const Key& key, const yaml::Node& node);
  yaml::Value wrong(const Key& key, const yaml::Node& node, std::string message,
                    std::string fix = {});
  yaml::Value refused(const Key& key);

  std::vector<Finding>& problems_;
  std::set<std::string, std::less<>>& unsound_;
};

}  // namespace cassmesh::spec
