#include "formats.hpp"
#include "headline.hpp"

namespace cassmesh::report {

std::string concise(const Run& run) {
  const Palette palette{.color = run.color};
  std::string out;
  for (const auto& finding : run.result.findings) {
    out += headline(finding, run.sources, palette);
    out += also(finding, run.sources) + '\n';
  }
  return out;
}

}  // namespace cassmesh::report
