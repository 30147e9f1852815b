#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cassmesh/finding.hpp"

namespace cassmesh::report {

/// `text` with every control character (and what is not UTF-8) written as an escape, so that
/// nothing that came from an input can steer a terminal. Line feeds are escaped too.
std::string printable(std::string_view text);

/// Findings as compilers write them: place, severity, rule and message on one line, then the source
/// line with a caret under the exact value, the related places, and `= fix:`. Ends in a line feed;
/// no findings give an empty text. Of a long line about 100 columns are shown, of a place that
/// spans lines the first; a finding without a place shows neither. Colours: path, severity,
/// message, caret.
std::string text(std::span<const Finding> findings, const Sources& sources, bool color);

}  // namespace cassmesh::report
