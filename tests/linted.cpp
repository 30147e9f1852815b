#include "linted.hpp"

#include <fmt/core.h>

using namespace cassmesh;

Linted::Linted(const std::vector<std::pair<std::string, std::string>>& files,
               const lint::Options& options) {
  std::vector<const Source*> inputs;
  for (const auto& [name, text] : files) inputs.push_back(&sources.add(name, text));
  result = lint::lint(sources, inputs, options);
}

std::string Linted::lines() const {
  std::string text;
  for (const auto& finding : result.findings) {
    const auto& at = finding.place.at;
    text += fmt::format("{}:{}:{}: {}[{}]: {}\n", at ? sources[at.file].name() : "", at.line,
                        at.column, to_string(finding.severity), finding.rule, finding.message);
  }
  return text;
}
