#include "support.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <system_error>

#include "diff.hpp"
#include "output.hpp"

namespace {

using cassmesh::Place;
using cassmesh::yaml::Kind;
using cassmesh::yaml::Node;
using cassmesh::yaml::Style;

std::string show(const Place& place) {
  if (place.at.line == place.end.line) {
    return fmt::format("@{}:{}-{}", place.at.line, place.at.column, place.end.column);
  }
  return fmt::format("@{}:{}-{}:{}", place.at.line, place.at.column, place.end.line,
                     place.end.column);
}

std::string escape(std::string_view text) {
  std::string shown;
  for (const char c : text) {
    if (c == '\n') {
      shown += "\\n";
    } else if (c == '\t') {
      shown += "\\t";
    } else {
      shown += c;
    }
  }
  return shown;
}

std::string scalar(const Node& node) {
  const std::string text = escape(node.text());
  switch (node.style()) {
    case Style::none:
      return "()" + text;
    case Style::single_quoted:
      return "'" + text + "'";
    case Style::double_quoted:
      return '"' + text + '"';
    case Style::literal:
      return "|" + text + "|";
    case Style::folded:
      return ">" + text + ">";
    default:
      return (node.quoted() ? "=" : "") + text;
  }
}

}  // namespace

std::string dump(const Node& node) {
  const std::string tag = node.tag().empty() ? "" : fmt::format("!<{}>", node.tag());
  const bool mapping = node.is_mapping();
  switch (node.kind()) {
    case Kind::missing:
      return "missing";
    case Kind::null:
      return tag + (node.style() == Style::none ? "()" : "null") + show(node.where());
    case Kind::scalar:
      return tag + scalar(node) + show(node.where());
    default:
      break;
  }
  std::string inside;
  for (const Node child : node) {
    if (!inside.empty()) inside += ", ";
    if (mapping) inside += fmt::format("{}{}: ", escape(child.key()), show(child.key_where()));
    inside += dump(child);
  }
  return fmt::format("{}{}{}{}{}{}", tag, node.style() == Style::block ? "-" : "",
                     mapping ? "{" : "[", inside, mapping ? "}" : "]", show(node.where()));
}

std::filesystem::path source_folder() {
  return CASSMESH_SOURCE_DIR;
}

std::filesystem::path program() {
  return CASSMESH_PROGRAM;
}

bool golden_files_are_rewritten() {
  const char* update = std::getenv("CASSMESH_UPDATE");
  return update && std::string_view(update) == "1";
}

std::string golden_difference(const std::string& path, std::string_view text) {
  const auto file = source_folder() / path;
  if (golden_files_are_rewritten()) cassmesh::output::write_file(file, text);
  if (!std::filesystem::exists(file)) return path + " is missing: CASSMESH_UPDATE=1 writes it\n";
  return cassmesh::unified_diff(cassmesh::output::read_file(file), text, path,
                                "what the test made");
}

TemporaryFolder::TemporaryFolder() {
  auto name =
      (std::filesystem::canonical(std::filesystem::temp_directory_path()) / "cassmesh-XXXXXX")
          .string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error(name + ": cannot be made");
  path_ = name;
  using enum std::filesystem::perms;
  std::filesystem::permissions(path_,
                               owner_all | group_read | group_exec | others_read | others_exec);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Workplace::Workplace() : before_(std::filesystem::current_path()) {
  std::filesystem::current_path(folder_.path());
}

Workplace::~Workplace() {
  std::filesystem::current_path(before_);
}

WithoutRoot::WithoutRoot() : was_root_(geteuid() == 0) {
  constexpr uid_t nobody = 65534;
  if (was_root_ && seteuid(nobody) != 0) throw std::runtime_error("root can't become nobody");
}

WithoutRoot::~WithoutRoot() {
  if (was_root_ && seteuid(0) != 0) std::abort();
}
