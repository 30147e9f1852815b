#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cassmesh/finding.hpp"
#include "cassmesh/lint.hpp"

/// How findings are written.
namespace cassmesh::report {

/// `text` with every control character (and what is not UTF-8) written as an escape, so that
/// nothing that came from an input can steer a terminal. Line feeds are escaped too.
std::string printable(std::string_view text);

/// Findings as compilers write them: place, severity, rule and message on one line, then the source
/// line with a caret under the exact value, the related places with theirs, and `= breaks:`,
/// `= istio:`, `= fix:`. Ends in a line feed; no findings give an empty text. Of a long line about
/// 100 columns are shown, of a place that spans lines the first; a finding without a place shows
/// neither. Colours: path, severity, message, caret.
std::string text(std::span<const Finding> findings, const Sources& sources, bool color);

/// What a format writes: a whole run of the linter.
struct Run {
  const lint::Result& result;
  const Sources& sources;
  bool color = false;  ///< only `text` and `concise` have any
};

/// One way of writing a run; the whole of standard output, also where nothing was found.
struct Format {
  std::string_view name;
  std::string_view what;  ///< a few words for --help
  std::string (*write)(const Run&);
};

/// All formats, `text` first.
std::span<const Format> formats();

/// How often each rule found something, the most frequent first: a line or an object a rule and
/// severity.
std::string statistics(const Run& run);
std::string statistics_json(const Run& run);

/// The closing line for people: `Found 1 error, 2 warnings in 30 objects (9 files).`, or `No
/// problems in 30 objects (9 files), 1 ring.`, then what was not checked, and the judged range; `No
/// files to lint.` if there was none. Ends in a line feed.
std::string closing_line(const lint::Result& result);

}  // namespace cassmesh::report
