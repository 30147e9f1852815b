// A patch that is a list holds JSON patch operations, one that is a mapping looks like a part of
// the object. Patches that stand in the kustomization are read where they stand.

#include "patches.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "../../json_patch.hpp"
#include "../../shown.hpp"
#include "../../strategic_merge.hpp"
#include "target.hpp"

namespace cassmesh::lint::kustomize {
namespace {

using yaml::Node;
using yaml::Value;

std::string described(const Id& id) {
  return fmt::format("{} '{}'", cut(id.kind), cut(id.name));
}

/// Without what names the object: that stays as it is.
Value without_names(const Node& root, const Node& options) {
  auto patch = Value::from(root);
  patch.erase("apiVersion");
  if (options["allowKindChange"].text() != "true") patch.erase("kind");
  auto* metadata = patch.find("metadata");
  if (!metadata) return patch;
  if (options["allowNameChange"].text() != "true") metadata->value.erase("name");
  metadata->value.erase("namespace");
  if (metadata->value.is_mapping() && metadata->value.entries.empty()) patch.erase("metadata");
  return patch;
}

/// What is left of an object that a patch replaces.
Value names_of(const Value& object) {
  auto metadata = Value::mapping();
  metadata.origin = object["metadata"].origin;
  for (const auto key : {"name", "namespace"}) {
    if (const auto& value = object["metadata"][key]) metadata.set(key, value);
  }
  auto names = Value::mapping();
  names.origin = object.origin;
  for (const auto key : {"apiVersion", "kind"}) names.set(key, object[key]);
  names.set("metadata", std::move(metadata));
  return names;
}

/// To kustomize every object has annotations: it keeps its own notes there.
bool make_annotations(Value& object, const Node& origin) {
  auto* metadata = object.find("metadata");
  if (!metadata || !metadata->value.is_mapping() || metadata->value["annotations"]) return false;
  auto annotations = Value::mapping();
  annotations.origin = origin;
  metadata->value.set("annotations", std::move(annotations));
  return true;
}

void drop_empty_annotations(Value& object) {
  if (auto* metadata = object.find("metadata")) {
    const auto& annotations = metadata->value["annotations"];
    if (annotations.is_mapping() && annotations.entries.empty())
      metadata->value.erase("annotations");
  }
}

bool deletes(const Node& root) {
  return root["$patch"].text() == "delete";
}

}  // namespace

void Patches::apply_first(Resources& resources, const Node& root) {
  for (const auto& item : root["patchesStrategicMerge"]) {
    const bool is_text = item.text().find_first_of("\n{") != std::string_view::npos;
    apply(resources, is_text ? in_text(item) : in_file(item));
  }
  for (const auto& item : root["patches"]) apply(resources, read(item, "patch"));
}

void Patches::apply_late(Resources& resources, const Node& root) {
  for (const auto& item : root["patchesJson6902"]) {
    auto patch = read(item, "patch");
    patch.keeps_ids = true;
    apply(resources, patch);
  }
}

Patches::Patch Patches::read(const Node& item, std::string_view text_key) {
  if (item.is_scalar()) return in_file(item);
  const bool in_place = static_cast<bool>(item[text_key]);
  if (!in_place && !item["path"]) {
    complain_(fmt::format("a patch in line {} has neither 'path' nor '{}'", item.where().at.line,
                          text_key));
    return {};
  }
  auto patch = in_place ? in_text(item[text_key]) : in_file(item["path"]);
  patch.target = item["target"];
  patch.options = item["options"];
  return patch;
}

Patches::Patch Patches::in_file(const Node& name) {
  Patch patch{.name = fmt::format("patch '{}'", cut(name.text()))};
  const auto* file = find_file_(name.text());
  if (!file) return patch;
  for (const auto& document : file->documents) patch.documents.push_back(&document);
  return patch;
}

Patches::Patch Patches::in_text(const Node& text) {
  Patch patch{.name = fmt::format("the patch in line {}", text.where().at.line),
              .is_in_place = true};
  const auto& source = text.source();
  const auto begin = text.begin_offset();
  const auto written = source.text().substr(begin, text.end_offset() - begin);
  const bool is_block = text.style() == yaml::Style::literal || text.style() == yaml::Style::folded;
  if (const auto found = written.find(text.text()); found != written.npos && !is_block) {
    read_parts(source, begin + found, begin + found + text.text().size(), patch);
  } else if (is_block && written.find('\n') != written.npos) {
    read_parts(source, begin + written.find('\n') + 1, text.end_offset(), patch);
  } else {
    complain_(fmt::format("{} is not applied: it is not written as it reads", patch.name));
  }
  return patch;
}

/// The separators between documents are indented as the text is.
void Patches::read_parts(const Source& source, std::size_t begin, std::size_t end, Patch& patch) {
  const auto text = source.text().substr(0, end);
  auto part = begin;
  for (auto line = begin; line < end;) {
    const auto next = std::min(text.find('\n', line), end - 1) + 1;
    const auto first = text.find_first_not_of(" \t", line);
    const bool separates = first != text.npos && text.substr(first).starts_with("---");
    if (separates || next == end) {
      documents_.in_kustomizations.push_back(
          yaml::parse_part(source, part, separates ? line : end));
      patch.documents.push_back(&documents_.in_kustomizations.back());
      part = next;
    }
    line = next;
  }
}

void Patches::apply(Resources& resources, const Patch& patch) {
  for (const auto* document : patch.documents) {
    const auto root = document->root();
    if (!document->problems().empty()) {
      complain_(fmt::format("{} is not applied: it is no YAML", patch.name));
    } else if (root.is_sequence()) {
      apply_json(resources, patch, root);
    } else if (root.is_mapping()) {
      apply_merge(resources, patch, root);
      if (!patch.is_in_place) documents_.in_files.push_back(document);
    } else if (root && !root.is_null()) {
      complain_(fmt::format("{} is not applied: it is {}", patch.name, shown(root)));
    }
  }
}

void Patches::apply_merge(Resources& resources, const Patch& patch, const Node& root) {
  std::vector<Resource*> meant;
  if (patch.target) {
    meant = targets_of(resources, patch);
  } else if (auto* named = named_by(resources, patch, root)) {
    meant.push_back(named);
  }
  if (!deletes(root)) {
    for (auto* resource : meant) merge(*resource, patch, root);
    return;
  }
  const auto is_meant = [&](const Resource& resource) {
    return std::ranges::find(meant, &resource) != meant.end();
  };
  // In two steps: what is erased moves the others, and with them what `meant` points to.
  std::vector<bool> gone;
  for (const auto& resource : resources) gone.push_back(is_meant(resource));
  std::size_t position = 0;
  std::erase_if(resources, [&](const Resource& /*resource*/) { return gone[position++]; });
}

void Patches::merge(Resource& resource, const Patch& patch, const Node& root) {
  const auto over = without_names(root, patch.options);
  const auto style = has_schema(resource.id()) ? MergeStyle::kustomize : MergeStyle::json;
  if (patch.options) resource.remember();
  auto& object = resource.change();
  if (root["$patch"].text() == "replace") object = names_of(object);
  for (const auto& problem : strategic_merge(object, over, style)) {
    complain_(fmt::format("{} is applied to {} in part: {}", patch.name, described(resource.id()),
                          problem.message));
  }
  resource.renew();
}

void Patches::apply_json(Resources& resources, const Patch& patch, const Node& root) {
  if (!patch.target) {
    complain_(fmt::format("{} is not applied: it has no 'target'", patch.name));
    return;
  }
  for (auto* resource : targets_of(resources, patch)) {
    if (!patch.keeps_ids) resource->remember();
    const bool made = !patch.keeps_ids && make_annotations(resource->change(), root);
    const auto problem = apply_json_patch(resource->change(), root);
    if (made) drop_empty_annotations(resource->change());
    if (problem) {
      complain_(fmt::format("{} is not applied to {}: {}", patch.name, described(resource->id()),
                            problem->message));
    }
    resource->renew();
  }
}

std::vector<Resource*> Patches::targets_of(Resources& resources, const Patch& patch) {
  std::vector<Resource*> found;
  for (auto& resource : resources) {
    const auto is_meant = targets(patch.target, resource);
    if (!is_meant) {
      complain_(fmt::format("{} is not applied: its target is not understood", patch.name));
      return {};
    }
    if (*is_meant) found.push_back(&resource);
  }
  return found;
}

Resource* Patches::named_by(Resources& resources, const Patch& patch, const Node& root) {
  const auto id = id_of(root);
  Resource* found = nullptr;
  for (auto& resource : resources) {
    if (!resource.was(id)) continue;
    if (found) {
      complain_(fmt::format("{} is not applied: there are several {}", patch.name, described(id)));
      return nullptr;
    }
    found = &resource;
  }
  if (!found) {
    const auto where = id.name_space.empty() ? "" : fmt::format(" in '{}'", cut(id.name_space));
    complain_(fmt::format("{} is not applied: there is no {}{}", patch.name, described(id), where));
  }
  return found;
}

}  // namespace cassmesh::lint::kustomize
