#pragma once

#include <string>
#include <string_view>

#include "option_table.hpp"

/// What the program says of itself.
namespace cassmesh::cli {

/// The help of a command; of the whole program for null.
std::string help_text(const OptionTable& table, const Command* command);

/// What help says around the options.
struct HelpFrame {
  std::string_view command;
  std::string_view tasks;     ///< what it is for, and lines to paste
  std::string_view statuses;  ///< what it exits with
};
/// An empty one where there is nothing to add; that of the whole program for null.
HelpFrame frame_of(const Command* command);

}  // namespace cassmesh::cli
