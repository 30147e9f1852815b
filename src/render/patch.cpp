#include "patch.hpp"

#include <utility>

#include "../strategic_merge.hpp"

namespace cassmesh::render {

std::vector<Finding> apply_patch(yaml::Value& object, const yaml::Value& merge) {
  std::vector<Finding> findings;
  for (auto& problem : strategic_merge(object, merge, MergeStyle::api_server)) {
    findings.push_back({.rule = "cluster-spec",
                        .severity = Severity::error,
                        .message = std::move(problem.message),
                        .place = problem.place,
                        .fix = std::move(problem.fix)});
  }
  return findings;
}

}  // namespace cassmesh::render
