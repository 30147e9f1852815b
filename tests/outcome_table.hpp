#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/trace.hpp"

/// The parts of a text between separators, without blanks around them.
std::vector<std::string> split(std::string_view text, std::string_view by);
std::string replace_all(std::string text, std::string_view from, std::string_view to);

/// The table of outcomes in tests/engine/outcomes.txt: texts by name, and rows.
class OutcomeTable {
 public:
  /// `expected`: `gossip mtls`, or `gossip plaintext on 1.6.6..1.7.4`.
  struct Row {
    std::string scene;
    std::string istio;
    std::vector<std::string> expected;
    std::string fact;
  };

  OutcomeTable();

  const std::vector<Row>& rows() const { return rows_; }
  /// The manifests of a row.
  std::string text_of(const std::string& scene) const;

 private:
  void add_row(const std::string& line);
  void finish();
  std::string joined() const;
  std::string changed(std::string text) const;

  std::vector<std::string> heading_;
  std::vector<std::string> body_;
  std::map<std::string, std::string> texts_;
  std::vector<Row> rows_;
};

/// What the engine says of the first ring in some files, on a range.
cassmesh::lint::TracedRing traced(const std::vector<std::string>& files, const std::string& istio);
