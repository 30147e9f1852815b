// What the other files call of fmt's library. It stands inline in fmt's headers, which are compiled
// here with FMT_HEADER_ONLY; a function whose address is taken is defined for all.
#include <fmt/format.h>

#include <string>

namespace cassmesh {

extern std::string (*const fmt_vformat)(fmt::string_view, fmt::format_args);
std::string (*const fmt_vformat)(fmt::string_view, fmt::format_args) = fmt::vformat;

extern bool (*const fmt_is_printable)(std::uint32_t);
bool (*const fmt_is_printable)(std::uint32_t) = fmt::detail::is_printable;

extern void (*const fmt_throw_format_error)(const char*);
void (*const fmt_throw_format_error)(const char*) = fmt::detail::throw_format_error;

}  // namespace cassmesh
