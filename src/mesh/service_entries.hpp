#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/mesh.hpp"
#include "precedence.hpp"

namespace cassmesh::mesh {

/// Two ServiceEntries that say different things of one port of a host.
struct Disagreement {
  Precedence order;
  std::string_view host;
  std::string_view port;
  std::string_view what;  ///< `protocol`, `resolution`, `location`
  std::string_view first_says;
  std::string_view second_says;
  yaml::Node first_at{};
  yaml::Node second_at{};
};

struct Disagreements {
  std::vector<Disagreement> found{};           ///< of those whose age alone decides for some client
  std::vector<const k8s::Object*> left_out{};  ///< too much to be compared
};
Disagreements disagreements(const k8s::ObjectSet& objects, const Settings& settings);

}  // namespace cassmesh::mesh
