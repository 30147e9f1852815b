#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cassmesh/trace.hpp"

/// How traces are written.
namespace cassmesh::report {

/// For people. For each ring a table: connections down, versions across, and in its cells what
/// becomes of a connection; about 100 columns wide. Under it the hops of all that does
/// not end in mTLS, what fails first, those of several connections once if they are the same. The
/// hop that a connection fails of is marked with `!`, one that hangs on what nobody knows with `?`.
std::string trace_text(const lint::TraceResult& result, const Sources& sources, bool color);

/// Every hop of every connection.
std::string trace_json(const lint::TraceResult& result, const Sources& sources, bool color);

/// One way of writing traces; the whole of standard output.
struct TraceFormat {
  std::string_view name;
  std::string (*write)(const lint::TraceResult& result, const Sources& sources, bool color);
};

/// Both, `text` first.
std::span<const TraceFormat> trace_formats();

/// The closing line for people: `Traced 1 ring in 30 objects (9 files).`, then what was not read,
/// and the judged range. Ends in a line feed.
std::string closing_line(const lint::TraceResult& result);

}  // namespace cassmesh::report
