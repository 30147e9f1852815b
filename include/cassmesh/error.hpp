#pragma once

#include <stdexcept>

namespace cassmesh {

/// We cannot go on: an unreadable file, an unwritable output, a wrong argument. The one exception
/// that the library throws, caught in one place (`cli::run`). The text names the file or argument
/// first and says the remedy last. What is wrong *in* a user's file is a Finding, never an Error.
class Error : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace cassmesh
