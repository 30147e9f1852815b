#pragma once

#include <string_view>

namespace cassmesh::fields {

/// Whether Go's netip.ParsePrefix reads it: `10.0.0.0/8`, `fd00::/8`. Zeros in front of the numbers
/// of an IPv4 address are let pass, as older versions of Go do.
bool is_address_range(std::string_view text);

}  // namespace cassmesh::fields
