#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cassmesh/trace.hpp"
#include "headline.hpp"

/// A ring's connections over the versions, as a table.
namespace cassmesh::report {

/// About as many columns as a terminal shows.
inline constexpr std::size_t trace_width = 100;

/// Neighbouring versions on which all connections of a ring end alike.
struct VersionColumn {
  mesh::VersionRange istio;
  /// One for each connection; none where it does not exist there.
  std::vector<std::optional<engine::Outcome>> outcomes;
  bool operator==(const VersionColumn&) const = default;
};

/// The oldest versions first.
std::vector<VersionColumn> version_columns(const lint::TracedRing& ring);

/// Short names of a ring's connections: with the two ends where the name alone does not tell, and
/// `*` behind those that make no finding.
class Labels {
 public:
  /// The ring must outlive it.
  explicit Labels(const lint::TracedRing& ring);
  std::string of(const lint::TracedConnection& connection) const;

 private:
  std::map<std::string_view, std::set<std::string_view>> sources_;
  std::map<std::pair<std::string_view, std::string_view>, int> count_;
};

/// If it is too wide, the ends of all connections stand first, then as many versions side by side
/// as there is room for, behind the short names. Empty if there is no connection.
std::string trace_table(const lint::TracedRing& ring, const Palette& palette);

/// The address that is dialled: `pod IP:7000`.
std::string target_of(const lint::TracedConnection& connection);

/// An outcome in its colour: what is none of our business has no alarming one.
std::string painted(engine::Outcome outcome, bool is_needed, std::string_view text,
                    const Palette& palette);

/// With spaces up to a width.
std::string padded(std::string text, std::size_t width);

}  // namespace cassmesh::report
