#pragma once

#include <string>

#include "support.hpp"

/// Runs a command by sh, and requires that it succeeds.
void shell(const std::string& command);

/// A workplace that is an empty git repository, whatever git's configuration of the machine is.
class Repository : public Workplace {
 public:
  Repository();
};
