#include "trace_table.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <span>

#include "cassmesh/report.hpp"
#include "text.hpp"

namespace cassmesh::report {
namespace {

using engine::Outcome;
using lint::TracedConnection;
using lint::TracedRing;

/// Neighbouring versions between which nothing begins or ends.
std::vector<mesh::VersionRange> pieces_of(const TracedRing& ring) {
  std::set<mesh::IstioVersion> bounds;
  bool is_endless = false;
  for (const auto& connection : ring.connections) {
    for (const auto& outcome : connection.outcomes) {
      for (const auto& [first, last] : outcome.istio.intervals()) {
        bounds.insert(first);
        if (last) bounds.insert(*last);
        is_endless = is_endless || !last;
      }
    }
  }
  std::vector<mesh::VersionRange> pieces;
  for (auto at = bounds.begin(); at != bounds.end(); ++at) {
    const auto next = std::next(at);
    if (next != bounds.end()) {
      pieces.push_back(mesh::VersionRange::between(*at, *next));
    } else if (is_endless) {
      pieces.push_back(mesh::VersionRange::from(*at));
    }
  }
  return pieces;
}

std::optional<Outcome> outcome_on(const TracedConnection& connection,
                                  const mesh::VersionRange& piece) {
  const auto found = std::ranges::find_if(
      connection.outcomes, [&](const auto& outcome) { return outcome.istio.contains(piece); });
  if (found == connection.outcomes.end()) return std::nullopt;
  return found->outcome;
}

/// A column of text on the left.
struct Words {
  std::string head;
  std::vector<std::string> cells;

  std::size_t width() const {
    auto width = display_width(head);
    for (const auto& cell : cells) width = std::max(width, display_width(cell));
    return width;
  }
};

constexpr std::string_view gap = "  ";

std::string text_of(const std::optional<Outcome>& outcome) {
  return outcome ? std::string(to_string(*outcome)) : "-";
}

std::size_t width_of(const VersionColumn& column) {
  auto width = to_string(column.istio).size();
  for (const auto& outcome : column.outcomes) width = std::max(width, text_of(outcome).size());
  return width;
}

std::size_t width_of(const std::vector<Words>& left) {
  std::size_t width = 0;
  for (const auto& words : left) width += gap.size() + words.width();
  return width;
}

/// How many of the columns there is room for behind so many characters; one in any case.
std::size_t number_that_fits(std::span<const VersionColumn> columns, std::size_t width) {
  std::size_t number = 0;
  for (const auto& column : columns) {
    width += gap.size() + width_of(column);
    if (number > 0 && width > trace_width) break;
    ++number;
  }
  return number;
}

/// Texts side by side, with no spaces at the end.
class Line {
 public:
  void add(const std::string& text, std::size_t width, const std::string& painted) {
    text_ += std::string(missing_, ' ') + std::string(gap) + painted;
    missing_ = width - display_width(text);
  }
  void add(const std::string& text, std::size_t width) { add(text, width, text); }
  std::string end() const { return text_ + '\n'; }

 private:
  std::string text_;
  std::size_t missing_ = 0;
};

/// The outcomes of all connections on some versions, behind what they are called.
std::string block(const TracedRing& ring, const std::vector<Words>& left,
                  std::span<const VersionColumn> columns, const Palette& palette) {
  std::vector<std::size_t> widths;
  Line head;
  for (const auto& words : left) {
    widths.push_back(words.width());
    head.add(words.head, widths.back());
  }
  for (const auto& column : columns) {
    widths.push_back(width_of(column));
    head.add(to_string(column.istio), widths.back());
  }
  auto out = head.end();
  for (std::size_t row = 0; row < ring.connections.size(); ++row) {
    const bool is_needed = ring.connections[row].is_needed;
    auto width = widths.begin();
    Line line;
    for (const auto& words : left) line.add(words.cells[row], *width++);
    for (const auto& column : columns) {
      const auto& outcome = column.outcomes[row];
      const auto text = text_of(outcome);
      line.add(text, *width++, outcome ? painted(*outcome, is_needed, text, palette) : text);
    }
    out += line.end();
  }
  return out;
}

std::vector<Words> ends_of(const TracedRing& ring) {
  std::vector<Words> left{{"connection", {}}, {"from", {}}, {"to", {}}};
  for (const auto& connection : ring.connections) {
    left[0].cells.push_back(std::string(connection.name) + (connection.is_needed ? "" : " *"));
    left[1].cells.push_back(printable(connection.from));
    left[2].cells.push_back(target_of(connection));
  }
  return left;
}

}  // namespace

std::vector<VersionColumn> version_columns(const TracedRing& ring) {
  std::vector<VersionColumn> columns;
  for (const auto& piece : pieces_of(ring)) {
    VersionColumn column{.istio = piece, .outcomes = {}};
    for (const auto& connection : ring.connections)
      column.outcomes.push_back(outcome_on(connection, piece));
    const bool is_judged = std::ranges::any_of(
        column.outcomes, [](const std::optional<Outcome>& outcome) { return outcome.has_value(); });
    if (!is_judged) continue;
    if (!columns.empty() && columns.back().outcomes == column.outcomes) {
      columns.back().istio = columns.back().istio | piece;
    } else {
      columns.push_back(std::move(column));
    }
  }
  return columns;
}

Labels::Labels(const TracedRing& ring) {
  for (const auto& connection : ring.connections) {
    sources_[connection.name].insert(connection.from);
    ++count_[{connection.name, connection.from}];
  }
}

std::string Labels::of(const TracedConnection& connection) const {
  std::string label(connection.name);
  if (sources_.at(connection.name).size() > 1) label += " from " + printable(connection.from);
  if (count_.at({connection.name, connection.from}) > 1) label += " to " + target_of(connection);
  return label + (connection.is_needed ? "" : " *");
}

std::string trace_table(const TracedRing& ring, const Palette& palette) {
  const auto all = version_columns(ring);
  if (all.empty()) return {};
  const auto ends = ends_of(ring);
  if (number_that_fits(all, width_of(ends)) == all.size()) return block(ring, ends, all, palette);

  auto out = block(ring, ends, {}, palette);
  const Labels labels(ring);
  std::vector<Words> left{{"connection", {}}};
  for (const auto& connection : ring.connections)
    left.front().cells.push_back(labels.of(connection));
  for (std::span columns(all); !columns.empty();) {
    const auto number = number_that_fits(columns, width_of(left));
    out += '\n' + block(ring, left, columns.first(number), palette);
    columns = columns.subspan(number);
  }
  return out;
}

std::string target_of(const TracedConnection& connection) {
  auto target = printable(connection.to);
  if (connection.port != 0) target += fmt::format(":{}", connection.port);
  return target;
}

std::string painted(Outcome outcome, bool is_needed, std::string_view text,
                    const Palette& palette) {
  if (outcome == Outcome::mtls) return palette.green(text);
  if (outcome == Outcome::plaintext || !is_needed) return std::string(text);
  return palette.paint(outcome == Outcome::unknown ? "33" : "31", text);
}

std::string padded(std::string text, std::size_t width) {
  const auto taken = display_width(text);
  if (taken < width) text.append(width - taken, ' ');
  return text;
}

}  // namespace cassmesh::report
