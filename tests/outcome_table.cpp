#include "outcome_table.hpp"

#include <fmt/core.h>

#include <sstream>
#include <utility>

#include "files.hpp"
#include "support.hpp"
#include "text.hpp"

using namespace cassmesh;

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

OutcomeTable::OutcomeTable() {
  const auto text = files::read_file(source_folder() / "tests/engine/outcomes.txt");
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

std::string OutcomeTable::text_of(const std::string& scene) const {
  std::string all;
  for (const auto& name : split(scene, "+")) {
    const auto found = texts_.find(name);
    REQUIRE(found != texts_.end());
    all += (all.empty() ? "" : "---\n") + found->second;
  }
  return all;
}

void OutcomeTable::add_row(const std::string& line) {
  if (line.empty() || line.starts_with('#')) return;
  const auto cells = split(line, "|");
  INFO(line);
  REQUIRE(cells.size() == 4);
  CHECK(!cells[3].empty());
  rows_.push_back({cells[0], cells[1], split(cells[2], ","), cells[3]});
}

void OutcomeTable::finish() {
  while (!body_.empty() && body_.back().empty()) body_.pop_back();
  if (heading_.size() == 2) {
    texts_[heading_[1]] = joined();
  } else if (heading_.size() == 4) {
    texts_[heading_[1]] = changed(texts_.at(heading_[3]));
  }
  body_.clear();
}

std::string OutcomeTable::joined() const {
  std::string text;
  for (const auto& line : body_) text += line + "\n";
  return text;
}

std::string OutcomeTable::changed(std::string text) const {
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

lint::TracedRing traced(const std::vector<std::string>& files, const std::string& istio) {
  Sources sources;
  std::vector<const Source*> inputs;
  for (const auto& text : files)
    inputs.push_back(&sources.add(fmt::format("scene-{}.yaml", inputs.size()), text));
  lint::Options options;
  options.istio = mesh::GivenRange::parse(istio);
  auto result = lint::trace(sources, inputs, options);
  for (const auto& problem : result.problems) FAIL_CHECK(problem.message);
  REQUIRE(!result.rings.empty());
  return result.rings.front();
}
