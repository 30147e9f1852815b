#include "cassmesh/rule.hpp"

namespace cassmesh::rules {

extern const Rule stale_baseline_entry{
    .name = "stale-baseline-entry",
    .severity = Severity::warning,
    .kinds = {},
    .summary = "What a baseline holds is still there.",
    .why =
        "A baseline puts aside what was wrong when a project began to lint. An entry for what is "
        "solved would hide the same fault when it comes back, so the file only ever gets shorter. "
        "Entries are judged where all is linted that was when the file was written.",
    .fix = "delete the entry",
    .versions = "",
    .source = "",
    .check = ByTheEngine{},
};

}  // namespace cassmesh::rules
