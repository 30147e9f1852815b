#pragma once

#include <filesystem>
#include <vector>

#include "transcript.hpp"

/// README.md and the pages under docs/, as paths from the repository's root.
std::vector<std::filesystem::path> pages();
transcript::Lines lines_of(const std::filesystem::path& page);
