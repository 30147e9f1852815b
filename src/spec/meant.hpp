#pragma once

#include <string>
#include <string_view>

namespace cassmesh::spec {

/// What to write instead of the unknown key `name` below `path`: the key that was meant, or where
/// it belongs.
std::string meant_key(std::string_view name, std::string_view path);

}  // namespace cassmesh::spec
