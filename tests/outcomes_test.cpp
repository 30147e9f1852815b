// What becomes of a ring's connections, by the table in tests/engine/outcomes.txt.

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/source.hpp"
#include "cassmesh/trace.hpp"
#include "files.hpp"
#include "support.hpp"
#include "text.hpp"

using namespace cassmesh;

namespace {

std::vector<std::string> split(std::string_view text, std::string_view by) {
  std::vector<std::string> parts;
  for (;;) {
    const auto at = text.find(by);
    parts.emplace_back(trim(text.substr(0, at)));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + by.size());
  }
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

/// One row: `gossip mtls` is expected, or `gossip plaintext on 1.6.6..1.7.4`.
struct Row {
  std::string scene;
  std::string istio;
  std::vector<std::string> expected;
  std::string fact;
};

/// The file: texts by name, and rows.
class Table {
 public:
  explicit Table(const std::string& path) {
    const auto text = files::read_file(std::string(CASSMESH_SOURCE_DIR) + "/" + path);
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("== ")) {
        finish();
        heading_ = split(line.substr(3), " ");
      } else if (!heading_.empty() && heading_.front() == "outcomes") {
        add_row(line);
      } else {
        body_.push_back(line);
      }
    }
  }

  const std::vector<Row>& rows() const { return rows_; }
  std::string text_of(const std::string& scene) const {
    std::string all;
    for (const auto& name : split(scene, "+")) {
      const auto found = texts_.find(name);
      REQUIRE(found != texts_.end());
      all += (all.empty() ? "" : "---\n") + found->second;
    }
    return all;
  }

 private:
  void add_row(const std::string& line) {
    if (line.empty() || line.starts_with('#')) return;
    const auto cells = split(line, "|");
    INFO(line);
    REQUIRE(cells.size() == 4);
    CHECK(!cells[3].empty());
    rows_.push_back({cells[0], cells[1], split(cells[2], ","), cells[3]});
  }

  void finish() {
    while (!body_.empty() && body_.back().empty()) body_.pop_back();
    if (heading_.size() == 2) {
      texts_[heading_[1]] = joined();
    } else if (heading_.size() == 4) {
      texts_[heading_[1]] = changed(texts_.at(heading_[3]));
    }
    body_.clear();
  }

  std::string joined() const {
    std::string text;
    for (const auto& line : body_) text += line + "\n";
    return text;
  }

  std::string changed(std::string text) const {
    for (const auto& line : body_) {
      const auto arrow = line.find(" =>");
      REQUIRE(arrow != std::string::npos);
      const auto from = replace_all(line.substr(0, arrow), "\\n", "\n");
      auto to = replace_all(line.substr(arrow + 3), "\\n", "\n");
      if (to.starts_with(' ')) to.erase(0, 1);
      INFO(line);
      REQUIRE(text.find(from) != std::string::npos);
      text = replace_all(std::move(text), from, to);
    }
    return text;
  }

  std::vector<std::string> heading_;
  std::vector<std::string> body_;
  std::map<std::string, std::string> texts_;
  std::vector<Row> rows_;
};

/// `cql` is the first of that name, `cql@cql` the first whose ends have that word.
const lint::TracedConnection* find(const lint::TracedRing& ring, const std::string& wanted) {
  const auto parts = split(wanted, "@");
  for (const auto& each : ring.connections) {
    const bool fits = parts.size() == 1 ||
                      (each.to + each.from).find("'data/" + parts[1] + "'") != std::string::npos ||
                      each.from.starts_with(parts[1]);
    if (each.name == parts[0] && fits) return &each;
  }
  return nullptr;
}

/// `gossip reset on 1.10..`, or all intervals if they are several.
std::string said(const lint::TracedRing& ring, const std::string& name,
                 const mesh::VersionRange& range) {
  const auto* connection = find(ring, name);
  if (connection == nullptr) return name + " is not there";
  std::string text;
  std::string_view last;
  std::string hops;
  for (const auto& each : connection->outcomes) {
    if (!each.istio.overlaps(range)) continue;
    const auto outcome = to_string(each.outcome);
    for (const auto& hop : each.hops)
      hops += fmt::format("\n    {}: {}", to_string(hop.step), hop.decision);
    if (outcome == last) continue;
    text += fmt::format("{}{}", text.empty() ? "" : ", then ", outcome);
    last = outcome;
  }
  UNSCOPED_INFO(hops);
  return fmt::format("{} {}", name, text);
}

lint::TracedRing traced(const std::string& text, const std::string& istio) {
  Sources sources;
  lint::Options options;
  options.istio = mesh::VersionRange::parse(istio);
  auto result = lint::trace(sources, {&sources.add("scene.yaml", text)}, options);
  for (const auto& problem : result.problems) FAIL_CHECK(problem.message);
  REQUIRE(!result.rings.empty());
  return result.rings.front();
}

}  // namespace

TEST_CASE("every connection comes out as the table says") {
  const Table table("tests/engine/outcomes.txt");
  CHECK(table.rows().size() >= 150);
  for (const auto& row : table.rows()) {
    INFO(row.scene << " | " << row.istio << " | " << row.fact);
    const auto ring = traced(table.text_of(row.scene), row.istio);
    for (const auto& expected : row.expected) {
      const auto words = split(expected, " on ");
      const auto range = mesh::VersionRange::parse(words.size() > 1 ? words[1] : row.istio);
      CHECK(said(ring, words[0].substr(0, words[0].find(' ')), range) == words[0]);
    }
  }
}
