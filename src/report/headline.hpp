#pragma once

#include <string>
#include <string_view>

#include "cassmesh/finding.hpp"
#include "cassmesh/source.hpp"

/// Where and what, for formats in lines.
namespace cassmesh::report {

/// Paints where colours are wanted.
struct Palette {
  bool color = false;

  std::string paint(std::string_view code, std::string_view text) const;
  std::string bold(std::string_view text) const { return paint("1", text); }
  std::string green(std::string_view text) const { return paint("32", text); }
};

/// `path:line:column`, printable.
std::string name_of(const Location& at, const Sources& sources);

/// `path:line:column: error[rule-name]: message`, without a line feed; without the place if the
/// finding has none.
std::string headline(const Finding& finding, const Sources& sources, const Palette& palette);

/// The other places on the same line: ` (also k8s/b.yaml:11:7)`; empty if there is none.
std::string also(const Finding& finding, const Sources& sources);

}  // namespace cassmesh::report
