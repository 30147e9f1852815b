// What people read about the keys: the commented spec of `cassmesh init` and the reference page.

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>

#include "cassmesh/spec.hpp"
#include "text.hpp"

namespace cassmesh::spec {
namespace {

/// The sentence about a key, with its choices and its default where that is not its value.
std::string sentence(const Key& key) {
  std::string text(key.summary);
  if (!key.choices.empty()) text += fmt::format(" One of {}.", fmt::join(key.choices, ", "));
  if (!key.otherwise.empty()) text += fmt::format(" Default: {}.", key.otherwise);
  return text;
}

bool is_group(const Key& key) {
  return key.type == Type::group;
}

void write_keys(std::string& out, std::string_view path, const std::string& indent) {
  for (const auto* key : keys_below(path)) {
    if (indent.empty()) out += '\n';
    const auto name = last_part(key->path);
    if (is_group(*key)) {
      out += wrapped(key->summary, "# ");
      out += fmt::format("# {}:\n", name);
      write_keys(out, key->path, indent + "  ");
      continue;
    }
    out += wrapped(sentence(*key), "# " + indent + (indent.empty() ? "" : "# "));
    if (!key->fallback.empty() && !key->example.empty()) {
      out +=
          fmt::format("# {}{}For instance: {}\n", indent, indent.empty() ? "" : "# ", key->example);
    }
    out += fmt::format("# {}{}: {}\n", indent, name,
                       key->fallback.empty() ? key->example : key->fallback);
  }
}

std::string_view type_words(const Key& key) {
  switch (key.type) {
    case Type::group:
      return "mapping";
    case Type::list:
      return "list of mappings";
    case Type::integers:
      return "list of ports";
    case Type::integer:
      return "whole number";
    case Type::boolean:
      return "true or false";
    case Type::port:
      return "port or `false`";
    case Type::text_map:
      return "mapping of texts";
    case Type::kubernetes_mapping:
      return "mapping in Kubernetes' shape";
    case Type::kubernetes_list:
      return "list in Kubernetes' shape";
    default:
      return "text";
  }
}

std::string default_words(const Key& key) {
  if (!key.fallback.empty()) return fmt::format("`{}`", key.fallback);
  if (!key.otherwise.empty()) return std::string(key.otherwise);
  return key.required ? "must be given" : "";
}

std::string table_row(const Key& key) {
  auto what = std::string(key.summary);
  if (!key.choices.empty()) what += fmt::format(" One of `{}`.", fmt::join(key.choices, "`, `"));
  if (key.most > 0) what += fmt::format(" From {} to {}.", key.least, key.most);
  return fmt::format("| `{}` | {} | {} | {} |\n", key.path, type_words(key), default_words(key),
                     what);
}

}  // namespace

std::string commented_spec() {
  std::string out =
      "# A Cassandra ring for `cassmesh render`. Every key stands here at its default, or, where "
      "that\n"
      "# depends on others, with an example: take the # away from those that you change.\n"
      "#\n"
      "# For completion in an editor: cassmesh schema > cassmesh.schema.json, and as the first "
      "line\n"
      "# here: # yaml-language-server: $schema=cassmesh.schema.json\n";
  write_keys(out, "", "");
  return out;
}

std::string reference_page() {
  std::string out =
      "# The cluster spec\n\n"
      "Every key of the file that `cassmesh render` reads. All may be left out, and `null` is the "
      "same as\n"
      "leaving out. Unknown keys are errors. Of several spec files the later go over the earlier: "
      "mappings\n"
      "are merged key by key, lists are replaced, `null` goes back to the default; `--set "
      "key=value` goes\n"
      "over all files. Texts are taken as they are written: `on`, `1.10` and `0x10` need no "
      "quotes.\n\n"
      "| key | type | default | what it is |\n| --- | --- | --- | --- |\n";
  for (const auto& key : keys()) out += table_row(key);
  return out;
}

}  // namespace cassmesh::spec
