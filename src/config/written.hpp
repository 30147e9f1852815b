#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/value.hpp"

/// How a configuration is written, for those who write one.
namespace cassmesh::config {

/// A value on one line: `cluster.local`, `[prod/**, '*.json']`.
std::string on_one_line(const yaml::Value& value);

/// A list of mappings in block style, as lines without their indentation below the key.
std::vector<std::string> as_items(const yaml::Value& list);

/// A line, and what is said of it behind a `#`; either may be empty.
struct Line {
  std::string text;
  std::string remark{};
};

/// The lines with their remarks below each other where they are not too long for that. What would
/// steer a terminal in a remark is escaped.
std::string joined(const std::vector<Line>& lines);

}  // namespace cassmesh::config
