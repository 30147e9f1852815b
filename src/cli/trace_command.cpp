#include <cstddef>
#include <ostream>
#include <vector>

#include "cassmesh/report.hpp"
#include "cassmesh/trace_report.hpp"
#include "commands.hpp"
#include "manifests.hpp"

namespace cassmesh::cli {

int trace(const ManifestArguments& arguments, Streams& streams) {
  const auto outputs = outputs_of(arguments);
  std::vector<const report::TraceFormat*> formats;
  formats.reserve(outputs.size());
  for (const auto& output : outputs)
    formats.push_back(&format_named<report::TraceFormat>(report::trace_formats(),
                                                         output.format.value_or("text"), "trace"));
  Manifests manifests(arguments, streams);
  lint::Options options;
  if (!manifests.read_config(options)) return could_not_run;
  const auto files = manifests.read_files(options);
  if (arguments.show_config) {
    LintArguments same;
    same.manifests = arguments;
    return show_config(same, manifests, options, files);
  }
  const auto result = lint::trace(manifests.sources(), files, options);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const bool color = manifests.has_color(outputs[i]);
    manifests.write(outputs[i], formats[i]->write(result, manifests.sources(), color));
  }
  streams.err << report::text(result.problems, manifests.sources(), streams.color)
              << report::closing_line(result);
  return done;
}

}  // namespace cassmesh::cli
