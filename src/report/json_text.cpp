#include "json_text.hpp"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "characters.hpp"
#include "text.hpp"

namespace cassmesh::report {

std::string json_text(const nlohmann::ordered_json& value) {
  using Json = nlohmann::ordered_json;
  const auto dumped = value.dump(2, ' ', false, Json::error_handler_t::replace);
  std::string out;
  out.reserve(dumped.size() + 1);
  for (std::string_view rest = dumped; !rest.empty();) {
    const auto character = take(rest);
    const auto code = first_code_point(character).value;
    // All that steer are below 0x10000. Line feeds are those between the values: within texts they
    // are escaped by now.
    if (steers(code) && code != '\n') {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(code));
    } else {
      out += character;
    }
  }
  return out + '\n';
}

}  // namespace cassmesh::report
