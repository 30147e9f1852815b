#pragma once

#include <string>

#include "option_table.hpp"

/// What the program says of itself.
namespace cassmesh::cli {

/// The help of a command; of the whole program for null.
std::string help_text(const OptionTable& table, const Command* command);

}  // namespace cassmesh::cli
