#pragma once

#include <vector>

#include "cassmesh/rule.hpp"

/// All files of tests/rules, as they stand there, sorted by rule and name: more than pages show.
const std::vector<cassmesh::Example>& examples_on_disk();
