#include "version.hpp"

namespace cassmesh {

std::string_view version() {
  return CASSMESH_VERSION;
}

}  // namespace cassmesh
