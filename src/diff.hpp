#pragma once

#include <string>
#include <string_view>

namespace cassmesh {

/// The unified diff that turns `before` into `after`, with three lines of context and the two names
/// in its header; empty if they are the same.
std::string unified_diff(std::string_view before, std::string_view after,
                         std::string_view before_name, std::string_view after_name);

}  // namespace cassmesh
