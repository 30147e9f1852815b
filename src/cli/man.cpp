#include <fmt/core.h>

#include <string_view>

#include "../version.hpp"
#include "completion.hpp"
#include "help.hpp"

namespace cassmesh::cli {
namespace {

/// Text as roff prints it: a `-` that can be copied, no command at the start of a line.
std::string roff(std::string_view text) {
  std::string out;
  bool at_start = true;
  for (const char c : text) {
    if (at_start && (c == '.' || c == '\'')) out += "\\&";
    at_start = c == '\n';
    if (c == '-') {
      out += "\\-";
    } else if (c == '\\') {
      out += "\\e";
    } else if (c == '\'') {
      out += "\\(aq";
    } else {
      out += c;
    }
  }
  return out;
}

/// `.TP` with the option in bold and its value in italics.
std::string row(const Option& option) {
  std::string name;
  for (const auto each : names_of(option))
    name += fmt::format("{}\\fB{}\\fR", name.empty() ? "" : ", ", roff(each));
  if (!option.value.empty())
    name += fmt::format("{}\\fI{}\\fR", name.empty() ? "" : " ", roff(option.value));
  return fmt::format(".TP\n{}\n{}.\n", name, roff(option.meaning));
}

/// The lines that help shows to paste, as they stand there.
std::string examples(std::string_view tasks) {
  const auto first = tasks.find("\n\n");
  if (first == std::string_view::npos) return "";
  auto lines = tasks.substr(first + 2);
  while (lines.ends_with('\n')) lines.remove_suffix(1);
  return fmt::format(".PP\n.nf\n.ft CR\n{}\n.ft R\n.fi\n", roff(lines));
}

std::string section(const Command& command) {
  const auto& argument = command.argument;
  auto usage = fmt::format("cassmesh {}", command.name);
  if (!argument.value.empty())
    usage += fmt::format(" [{}]{}", argument.value, argument.repeats ? "..." : "");
  auto text = fmt::format(".SS {} [OPTION]...\n{}.\n", roff(usage), roff(command.summary));
  if (!argument.value.empty()) text += row(argument);
  for (const auto& option : command.options) text += row(option);
  const auto frame = frame_of(&command);
  text += examples(frame.tasks);
  if (!frame.statuses.empty()) text += fmt::format(".PP\n{}", roff(frame.statuses));
  return text;
}

constexpr std::string_view surroundings = R"(.SH EXIT STATUS
0 if nothing is wrong, 1 if something was found or is stale, 2 if the program could not run.
.SH ENVIRONMENT
.TP
.B NO_COLOR
If it is not empty, nothing is coloured but by \fB\-\-color always\fR.
.TP
.B TERM
If it is
.BR dumb ,
nothing is coloured either.
.TP
.B GITHUB_ACTIONS
If it is
.BR true ,
findings are written as annotations where no \fB\-\-format\fR is given.
.SH FILES
.TP
.I cassmesh.yaml
The spec that \fBcassmesh render\fR reads if none is named.
.TP
.I .cassmesh.yaml
The configuration of \fBcassmesh lint\fR and \fBcassmesh trace\fR, looked for in the working folder
and those above it.
.SH SEE ALSO
.BR kubectl (1),
.BR istioctl (1)
)";

}  // namespace

std::string man_page(const OptionTable& table) {
  // Without a date: the same source makes the same page.
  auto text = fmt::format(
      ".\\\" Made by: cassmesh man\n"
      ".TH CASSMESH 1 \"\" \"cassmesh {}\" \"User Commands\"\n"
      ".SH NAME\n"
      "cassmesh \\- render and lint manifests of Cassandra rings in an Istio mesh\n"
      ".SH SYNOPSIS\n"
      ".B cassmesh\n"
      ".I COMMAND\n"
      "[\\fIOPTION\\fR]...\n"
      ".SH DESCRIPTION\n"
      "Renders a short spec into manifests on which an Apache Cassandra ring forms in an Istio "
      "mesh,\n"
      "and finds in manifests what breaks such a ring, or any mesh: which object, on which "
      "versions of\n"
      "Istio, and what to do about it.\n",
      version());
  text += examples(frame_of(nullptr).tasks);
  text += ".SH COMMANDS\n";
  for (const auto& command : table.commands) text += section(command);
  text += ".SH OPTIONS\nEach command takes these too.\n";
  for (const auto& option : table.options) text += row(option);
  return text + std::string(surroundings);
}

}  // namespace cassmesh::cli
