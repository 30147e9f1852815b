#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "cassmesh/report.hpp"
#include "cassmesh/trace_report.hpp"
#include "text.hpp"
#include "trace_table.hpp"

namespace cassmesh::report {
namespace {

using engine::Outcome;
using lint::TracedConnection;
using lint::TracedHop;
using lint::TracedOutcome;
using lint::TracedRing;

/// Behind a decision that is longer, its place stands out of line.
constexpr std::size_t decision_columns = 64;

/// Stands where hops have their step.
constexpr std::string_view assumption_label = "assumption";

/// The decisions that make an outcome what it is: those that fail or are in doubt; of plaintext
/// those that leave mTLS out.
std::vector<std::string_view> telling(const TracedOutcome& outcome) {
  std::vector<std::string_view> all;
  const auto collect = [&](const auto& tells) {
    for (const auto& hop : outcome.hops) {
      if (tells(hop) && std::ranges::find(all, hop.decision) == all.end())
        all.push_back(hop.decision);
    }
  };
  collect([](const TracedHop& hop) { return hop.failure.has_value(); });
  for (const auto step : {engine::Step::client_tls, engine::Step::client_capture}) {
    if (all.empty()) collect([&](const TracedHop& hop) { return hop.step == step; });
  }
  return all;
}

/// One way that connections go, and which go it.
struct Way {
  const TracedOutcome* trace;
  bool is_needed = false;  ///< some of them are
  bool differs = false;    ///< in hops that do not tell
  std::vector<std::pair<const TracedConnection*, mesh::VersionRange>> connections{};

  bool is_of(const TracedOutcome& other) const {
    return trace->outcome == other.outcome && trace->assumption == other.assumption &&
           telling(*trace) == telling(other);
  }

  void add(const TracedConnection& connection, const mesh::VersionRange& istio) {
    is_needed = is_needed || connection.is_needed;
    if (!connections.empty() && connections.back().first == &connection) {
      connections.back().second = connections.back().second | istio;
    } else {
      connections.emplace_back(&connection, istio);
    }
  }

  /// What is worse goes first.
  int rank() const {
    if (!is_needed) return 3;
    if (trace->outcome == Outcome::plaintext) return 2;
    return trace->outcome == Outcome::unknown ? 1 : 0;
  }
};

/// All that do not end in mTLS.
std::vector<Way> ways_to_show(const TracedRing& ring) {
  std::vector<Way> ways;
  for (const auto& connection : ring.connections) {
    for (const auto& outcome : connection.outcomes) {
      if (outcome.outcome == Outcome::mtls) continue;
      auto known = std::ranges::find_if(ways, [&](const Way& way) { return way.is_of(outcome); });
      if (known == ways.end()) known = ways.insert(known, {.trace = &outcome});
      known->differs = known->differs || known->trace->hops != outcome.hops;
      known->add(connection, outcome.istio);
    }
  }
  std::ranges::stable_sort(ways, {}, &Way::rank);
  return ways;
}

/// `head` and the names behind it, broken into lines.
std::string listed(std::string_view head, const std::vector<std::string>& names,
                   const std::string& painted_head) {
  std::string out = painted_head;
  auto width = display_width(head);
  for (const auto& name : names) {
    const bool is_first = &name == &names.front();
    const auto taken = display_width(name) + 2;
    const bool fits = is_first || width + taken <= trace_width;
    out += (is_first ? "" : ",") + std::string(fits ? " " : "\n    ") + name;
    width = fits ? width + taken : 4 + taken;
  }
  return out + '\n';
}

class Hops {
 public:
  Hops(const Way& way, const Sources& sources, const Palette& palette)
      : way_(way), sources_(sources), palette_(palette) {
    if (says_assumption()) step_width_ = assumption_label.size();
    for (const auto& hop : way.trace->hops) {
      step_width_ = std::max(step_width_, to_string(hop.step).size());
      if (hop.place) {
        decision_width_ = std::max(decision_width_, display_width(decision(hop)));
      }
    }
    decision_width_ = std::min(decision_width_, decision_columns);
  }

  std::string text() const {
    std::string out;
    if (way_.differs) {
      out = fmt::format("    as {} goes on Istio {}:\n", way_.connections.front().first->name,
                        to_string(way_.trace->istio.intervals().front().first));
    }
    if (says_assumption()) {
      out += start(painted(Outcome::unknown, way_.is_needed, "?", palette_), assumption_label) +
             printable(way_.trace->assumption) + '\n';
    }
    for (const auto& hop : way_.trace->hops) out += line(hop);
    return out;
  }

 private:
  /// Whether it has to be said, since no hop says just that.
  bool says_assumption() const {
    const auto& [istio, outcome, assumption, hops] = *way_.trace;
    return !assumption.empty() &&
           std::ranges::find(hops, assumption, &TracedHop::in_words) == hops.end();
  }

  std::string start(std::string_view mark, std::string_view step) const {
    return fmt::format("  {} {}  ", mark, padded(std::string(step), step_width_));
  }

  /// With what the connection would fail of if it did not fail of something else before.
  std::string decision(const TracedHop& hop) const {
    auto text = printable(hop.in_words());
    if (hop.failure && *hop.failure != way_.trace->outcome && *hop.failure != Outcome::unknown)
      text += fmt::format(" ({})", to_string(*hop.failure));
    return text;
  }

  std::string mark(const TracedHop& hop) const {
    if (!hop.failure) return " ";
    return painted(*hop.failure, way_.is_needed, *hop.failure == Outcome::unknown ? "?" : "!",
                   palette_);
  }

  std::string line(const TracedHop& hop) const {
    auto out = start(mark(hop), to_string(hop.step));
    if (!hop.place) return out + decision(hop) + '\n';
    out += padded(decision(hop), decision_width_);
    return out + "  " + name_of(hop.place.at, sources_) + '\n';
  }

  const Way& way_;
  const Sources& sources_;
  const Palette& palette_;
  std::size_t step_width_ = 0;
  std::size_t decision_width_ = 0;
};

/// `refused on Istio 1.10 and newer: gossip, bootstrap`, a line for each range.
std::string heading(const Way& way, const Labels& labels, const Palette& palette) {
  std::string out;
  std::vector<mesh::VersionRange> ranges;
  for (const auto& [connection, istio] : way.connections) {
    if (std::ranges::find(ranges, istio) == ranges.end()) ranges.push_back(istio);
  }
  for (const auto& range : ranges) {
    std::vector<std::string> names;
    for (const auto& [connection, istio] : way.connections) {
      if (istio == range) names.push_back(labels.of(*connection));
    }
    const auto outcome = to_string(way.trace->outcome);
    const auto rest = fmt::format(" on {}:", in_words(range));
    out += listed(std::string(outcome) + rest, names,
                  painted(way.trace->outcome, way.is_needed, outcome, palette) + rest);
  }
  return out;
}

std::string ring_text(const TracedRing& ring, const Sources& sources, const Palette& palette) {
  auto title = "Ring " + printable(ring.ring);
  if (!ring.scope.empty()) title += " in " + printable(ring.scope);
  auto out = palette.bold(title) + "\n\n" + trace_table(ring, palette);
  const bool has_unneeded =
      std::ranges::find(ring.connections, false, &TracedConnection::is_needed) !=
      ring.connections.end();
  if (has_unneeded)
    out += "\n  * shown only, makes no finding: to refuse the unknown is what a policy is for\n";
  const Labels labels(ring);
  for (const auto& way : ways_to_show(ring)) {
    out += '\n' + heading(way, labels, palette) + Hops(way, sources, palette).text();
  }
  return out;
}

}  // namespace

std::string trace_text(const lint::TraceResult& result, const Sources& sources, bool color) {
  std::string out;
  for (const auto& ring : result.rings) {
    if (!out.empty()) out += '\n';
    out += ring_text(ring, sources, {.color = color});
  }
  return out;
}

}  // namespace cassmesh::report
