#include "cassmesh/rule.hpp"

namespace cassmesh::rules {

extern const Rule unused_suppression{
    .name = "unused-suppression",
    .severity = Severity::warning,
    .kinds = {},
    .summary = "Every suppression has a reason and silences something.",
    .why =
        "A suppression that silences nothing hides the next fault of that kind, on a line where "
        "nobody expects one. One without a reason, or with a misspelt name, does nothing.",
    .fix = "take the suppression away",
    .versions = "",
    .source = "",
    .check = ByTheEngine{},
};

}  // namespace cassmesh::rules
