#include "fingerprint.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace cassmesh::report {
namespace {

/// FNV-1a, which gives the same everywhere and always.
class Hash {
 public:
  void add(std::string_view text) {
    for (const char letter : text) add_byte(static_cast<unsigned char>(letter));
    add_byte(0);
  }
  std::uint64_t value() const { return value_; }

 private:
  void add_byte(unsigned char byte) { value_ = (value_ ^ byte) * 0x100000001B3U; }

  std::uint64_t value_ = 0xCBF29CE484222325U;
};

std::string id_of(const ObjectName& object) {
  return fmt::format("{}/{}/{}/{}", object.api_version, object.kind, object.name_space,
                     object.name);
}

}  // namespace

std::string Fingerprints::next(const Finding& finding, const std::string& path) {
  std::vector<std::string> objects;
  if (finding.object) objects.push_back(id_of(*finding.object));
  for (const auto& related : finding.related) {
    if (related.object) objects.push_back(id_of(*related.object));
  }
  std::ranges::sort(objects);

  Hash hash;
  hash.add(finding.rule);
  hash.add(path);
  hash.add(finding.message);
  for (const auto& object : objects) hash.add(object);
  auto& count = given_[hash.value()];
  if (++count > 1) hash.add(std::to_string(count));
  return fmt::format("{:016x}", hash.value());
}

}  // namespace cassmesh::report
