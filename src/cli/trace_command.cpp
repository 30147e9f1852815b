#include <ostream>

#include "cassmesh/report.hpp"
#include "cassmesh/trace_report.hpp"
#include "commands.hpp"
#include "manifests.hpp"

namespace cassmesh::cli {

int trace(const ManifestArguments& arguments, Streams& streams) {
  const auto& format =
      format_named<report::TraceFormat>(report::trace_formats(), arguments.format, "trace");
  Manifests manifests(arguments, streams);
  lint::Options options;
  if (!manifests.read_config(options)) return could_not_run;
  const auto files = manifests.read_files(options);
  const auto result = lint::trace(manifests.sources(), files, options);
  manifests.write(format.write(result, manifests.sources(), manifests.has_color()));
  streams.err << report::text(result.problems, manifests.sources(), streams.color)
              << report::closing_line(result);
  return done;
}

}  // namespace cassmesh::cli
