#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli.hpp"

/// What the commands do, once their arguments are read.
namespace cassmesh::cli {

struct RenderArguments {
  std::vector<std::string> specs;  ///< files; `-` is standard input
  std::vector<std::string> sets;
  std::optional<std::string> istio;
  std::optional<std::string> output;  ///< a file, or a folder if it ends in `/` or is one
  std::optional<std::string> check;
  std::optional<std::string> templates;
};

/// Prints data. Throws Error if standard output takes no more.
int print(std::string_view text, Streams& streams);

int render(const RenderArguments& arguments, Streams& streams);
int init(const std::optional<std::string>& output, Streams& streams);
int schema(Streams& streams);

}  // namespace cassmesh::cli
