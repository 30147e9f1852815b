#include "api_versions.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "scalar.hpp"
#include "served.hpp"
#include "text.hpp"

namespace cassmesh::fields {
namespace {

using mesh::VersionRange;

/// `Kubernetes 1.22 and newer`, `Kubernetes up to 1.15`.
std::string kubernetes_in_words(const VersionRange& range) {
  const auto& last = range.intervals().back().last;
  if (last && range.intervals().front().first.minor == 0)
    return fmt::format("Kubernetes up to 1.{}", last->minor - 1);
  auto words = in_words(range);  // both count alike
  static constexpr std::string_view istio = "Istio";
  return words.replace(words.find(istio), istio.size(), "Kubernetes");
}

std::string write(std::string_view text) {
  return text.empty() ? std::string() : fmt::format("write '{}'", text);
}

/// The newest API version of a kind that all of a range serve; empty if there is none.
std::string_view served_by_all(const std::vector<const Served*>& rows, const VersionRange& range) {
  const auto found =
      std::ranges::find_if(rows, [&](const Served* row) { return row->versions.contains(range); });
  return found == rows.end() ? std::string_view() : (*found)->api_version;
}

/// The order to write an API version that a range serves, or what to do where none is.
std::string write_one_of(const std::vector<const Served*>& rows, std::string_view kind,
                         const VersionRange& range) {
  const auto api_version = served_by_all(rows, range);
  if (!api_version.empty()) return write(api_version);
  return fmt::format("no API version of {} is served by all of {}: keep a file for each part", kind,
                     in_words(range));
}

/// A kind, an API version or a group that no Istio ever had.
class NeverServed {
 public:
  explicit NeverServed(const k8s::Object& object) : object_(object) {}

  std::optional<ApiVersionProblem> find() const {
    const auto group = object_.group();
    const auto kinds = istio_kinds(group);
    if (kinds.empty()) return unknown_group();
    const auto rows = api_versions_of(group, object_.kind());
    if (rows.empty()) return unknown_kind(kinds);
    const auto known = [&](const Served* row) { return row->api_version == object_.api_version(); };
    if (std::ranges::any_of(rows, known)) return std::nullopt;
    return ApiVersionProblem{object_["apiVersion"].where(),
                             fmt::format("there is no {} in {}: did you mean '{}'?", object_.kind(),
                                         quoted(object_.api_version()), rows.front()->api_version),
                             write(rows.front()->api_version)};
  }

 private:
  std::optional<ApiVersionProblem> unknown_group() const {
    const auto groups = istio_groups();
    const auto near = closest(object_.group(), groups);
    if (near.empty()) return std::nullopt;  // of something else that calls itself Istio's
    return ApiVersionProblem{
        object_["apiVersion"].where(),
        fmt::format("Istio has no API group {}: did you mean '{}'?", quoted(object_.group()), near),
        fmt::format("write '{}'", near)};
  }

  std::optional<ApiVersionProblem> unknown_kind(const std::vector<std::string_view>& kinds) const {
    const auto near = closest(object_.kind(), kinds);
    // Before 1.0 it held kinds that nobody lists.
    if (near.empty() && object_.group() == "config.istio.io") return std::nullopt;
    const auto elsewhere = group_with();
    const auto words = !elsewhere.empty() ? fmt::format(": it is in '{}'", elsewhere)
                       : !near.empty()    ? fmt::format(": did you mean '{}'?", near)
                                          : std::string();
    if (!elsewhere.empty())
      return ApiVersionProblem{object_["apiVersion"].where(), message(words), write(elsewhere)};
    return ApiVersionProblem{object_["kind"].where(), message(words), write(near)};
  }

  std::string message(std::string_view words) const {
    return fmt::format("there is no kind {} in '{}'{}", quoted(object_.kind()), object_.group(),
                       words);
  }

  /// The newest API version of this kind in another group of Istio's.
  std::string_view group_with() const {
    for (const auto group : istio_groups()) {
      const auto rows = api_versions_of(group, object_.kind());
      if (!rows.empty() && !rows.front()->versions.intervals().back().last)
        return rows.front()->api_version;
    }
    return {};
  }

  const k8s::Object& object_;
};

std::optional<ApiVersionProblem> istio_problem(const k8s::Object& object, const Scope& scope) {
  if (auto problem = NeverServed(object).find()) return problem;
  const auto served = versions_serving(object.api_version(), object.kind());
  if (served.empty()) return std::nullopt;
  const auto rows = api_versions_of(object.group(), object.kind());
  const auto there = versions_of_kind(object.group(), object.kind());
  const auto end = there.intervals().back().last;
  const auto gone = end ? VersionRange::from(*end) : VersionRange();
  const auto missing = scope.istio - served - gone;
  if (missing.empty() || (!scope.istio_is_given && scope.istio.overlaps(served)))
    return std::nullopt;
  return ApiVersionProblem{object["apiVersion"].where(),
                           fmt::format("'{}' of {} is served only by {}", object.api_version(),
                                       object.kind(), in_words(served)),
                           write_one_of(rows, object.kind(), scope.istio), missing};
}

/// An API version that Kubernetes' own kinds never had. Alpha versions are in no table, nor is what
/// else was in `extensions`; Events are in the core group as well.
std::optional<ApiVersionProblem> never_in_kubernetes(const k8s::Object& object,
                                                     const std::vector<const Served*>& rows) {
  const auto group = object.group();
  const bool is_core = object.api_version() == "v1";
  if (rows.empty() || object.kind() == "Event" || group == "extensions" ||
      object.version().find("alpha") != std::string_view::npos ||
      (!is_core && !is_kubernetes_group(group)))
    return std::nullopt;
  const auto same_group = api_versions_of(group, object.kind());
  const auto meant = (same_group.empty() ? rows : same_group).front()->api_version;
  return ApiVersionProblem{object["apiVersion"].where(),
                           fmt::format("there is no {} in {}: did you mean '{}'?", object.kind(),
                                       quoted(object.api_version()), meant),
                           write(meant)};
}

/// What came after the judged versions is no problem unless they were given: clusters are newer
/// than what an Istio release was tested on.
std::optional<ApiVersionProblem> kubernetes_problem(const k8s::Object& object, const Scope& scope) {
  const auto rows = kubernetes_api_versions_of(object.kind());
  const auto served = versions_serving(object.api_version(), object.kind());
  if (served.empty()) return never_in_kubernetes(object, rows);
  if (scope.kubernetes.empty() || served.contains(scope.kubernetes)) return std::nullopt;
  const bool came_later =
      served.intervals().front().first > scope.kubernetes.intervals().front().first;
  if (!scope.kubernetes_is_given && (came_later || scope.kubernetes.overlaps(served)))
    return std::nullopt;
  return ApiVersionProblem{object["apiVersion"].where(),
                           fmt::format("'{}' of {} is served only by {}", object.api_version(),
                                       object.kind(), kubernetes_in_words(served)),
                           write(served_by_all(rows, scope.kubernetes))};
}

/// How many minors a range has a part in, as far as there are some.
int width(const VersionRange& range) {
  static constexpr int beyond = 100;
  int minors = 0;
  for (const auto& [first, last] : range.intervals())
    minors += (last ? last->minor : beyond) - first.minor;
  return minors;
}

}  // namespace

std::optional<ApiVersionProblem> api_version_problem(const k8s::Object& object,
                                                     const Scope& scope) {
  return k8s::is_istio_group(object.group()) ? istio_problem(object, scope)
                                             : kubernetes_problem(object, scope);
}

NoCommonVersion no_common_version(const k8s::ObjectSet& objects, const VersionRange& judged) {
  // Ranges without gaps that have no version in common are of two objects that have none.
  NoCommonVersion clash;
  for (const auto& object : objects) {
    const auto range = istio_versions_of(object);
    if (range == VersionRange::any() || !range.overlaps(judged)) continue;
    const auto* const narrowest = clash.narrowest;
    if (narrowest == nullptr || width(range) < width(istio_versions_of(*narrowest)))
      clash.narrowest = &object;
  }
  if (clash.narrowest == nullptr) return {};
  const auto range = istio_versions_of(*clash.narrowest) & judged;
  for (const auto& object : objects) {
    const auto other = istio_versions_of(object);
    if (!other.overlaps(judged) || other.overlaps(range)) continue;
    clash.other = &object;
    return clash;
  }
  return {};
}

}  // namespace cassmesh::fields
