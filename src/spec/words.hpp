#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "../shown.hpp"
#include "cassmesh/spec.hpp"

/// The words for keys in what is said of a spec.
namespace cassmesh::spec {

/// What should have been written at a key.
std::string wanted(const Key& key);

/// What is right or wrong at a key that holds one number or, each alone, several.
std::string subject(const Key& key);

/// What should have been written there.
std::string wanted_number(const Key& key);

/// The last parts of some keys' paths, with commas between them.
std::string names_of(const std::vector<const Key*>& keys);

}  // namespace cassmesh::spec
