#include "transform.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "../../pattern.hpp"
#include "fields.hpp"

namespace cassmesh::lint::kustomize {
namespace {

using yaml::Node;
using yaml::Value;

/// What a kustomization sets stands there, and is the text that is written there.
Value set_by(const Node& node, std::string text) {
  auto value = Value::string(std::move(text));
  value.origin = node;
  return value;
}

void move_to(Resource& resource, const Node& name_space) {
  resource.remember();
  const auto& id = resource.id();
  const bool is_namespace = id.kind == "Namespace" && id.group.empty();
  if (id.name_space.empty() && !is_namespace) return;
  const std::string_view key = is_namespace ? "name" : "namespace";
  const auto written =
      resource.is_changed() ? std::string_view() : resource.written()["metadata"][key].text();
  if (written == name_space.text()) return;
  visit_field(resource.change(), "metadata", name_space, [&](Value& metadata) {
    if (metadata.is_mapping() && metadata[key].text != name_space.text())
      metadata.set(std::string(key), set_by(name_space, std::string(name_space.text())));
  });
  resource.renew();
}

/// Kinds whose names mean something to others.
bool keeps_its_name(const Id& id) {
  return id.kind == "CustomResourceDefinition" || id.kind == "Namespace" ||
         (id.kind == "APIService" && id.group == "apiregistration.k8s.io");
}

/// The name still stands in its own file: that is where it is changed.
void extend_name(Resource& resource, std::string_view prefix, std::string_view suffix) {
  if (keeps_its_name(resource.first_id())) return;
  if (!prefix.empty()) resource.prefixes.emplace_back(prefix);
  if (!suffix.empty()) resource.suffixes.emplace_back(suffix);
  resource.remember();
  visit_field(resource.change(), "metadata/name", {}, [&](Value& name) {
    if (name.kind == Value::Kind::scalar)
      name.text = fmt::format("{}{}{}", prefix, name.text, suffix);
  });
  resource.renew();
}

/// Lays the entries of a mapping over those that a field has.
void set_pairs(Resource& resource, const FieldSpec& spec, const Node& pairs) {
  if (!means(spec, resource.id())) return;
  visit_field(resource.change(), spec.path, spec.create ? pairs : Node(), [&](Value& field) {
    if (!field.is_mapping()) return;
    for (const auto& pair : pairs)
      field.set(std::string(pair.key()), set_by(pair, std::string(pair.text())));
  });
}

void set_pairs(Resources& resources, std::span<const FieldSpec> specs, const Node& pairs) {
  if (!pairs.is_mapping()) return;
  for (auto& resource : resources) {
    for (const auto& spec : specs) set_pairs(resource, spec, pairs);
  }
}

/// One item of `labels`.
void add_labels(Resources& resources, const Node& labels) {
  const auto& pairs = labels["pairs"];
  for (const auto& field : labels["fields"]) {
    const FieldSpec spec{.path = field["path"].text(),
                         .kind = field["kind"].text(),
                         .group = field["group"].text(),
                         .version = field["version"].text(),
                         .create = field["create"].text() == "true"};
    set_pairs(resources, {&spec, 1}, pairs);
  }
  const bool selectors = labels["includeSelectors"].text() == "true";
  const bool templates = labels["includeTemplates"].text() == "true";
  if (selectors) set_pairs(resources, selector_fields(), pairs);
  const auto own =
      selectors || templates ? template_label_fields() : template_label_fields().first(1);
  set_pairs(resources, own, pairs);
}

/// The parts of `name:tag@digest`.
struct Image {
  std::string name;
  std::string tag;
  std::string digest;
};

Image split(std::string_view text) {
  const auto slash = text.find('/');
  const auto from = slash == text.npos || slash == 0 ? 0 : slash;
  const auto at = std::min(text.find('@', from), text.size());
  const auto colon = std::min(text.find(':', from), at);
  Image image{.name = std::string(text.substr(0, colon)), .tag = {}, .digest = {}};
  if (colon < at) image.tag = text.substr(colon + 1, at - colon - 1);
  if (at < text.size()) image.digest = text.substr(at + 1);
  return image;
}

/// One item of `images`, upon one image. The name is a regular expression, as kustomize has it.
void set_image(Value& image, const Node& change) {
  constexpr std::string_view behind = "(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?";
  const auto pattern = fmt::format("{}{}", change["name"].text(), behind);
  if (image.kind != Value::Kind::scalar || !pattern_matches(pattern, image.text).value_or(false))
    return;
  auto [name, tag, digest] = split(image.text);
  auto origin = image.origin;
  const auto take = [&](std::string& part, std::string_view key) {
    if (change[key].text().empty()) return false;
    part = change[key].text();
    origin = change[key];
    return true;
  };
  take(name, "newName");
  const bool has_digest = !change["digest"].text().empty();
  if (take(tag, "newTag")) {
    digest.clear();
  } else if (has_digest) {
    tag.clear();
  } else if (const auto suffix = change["tagSuffix"]; !suffix.text().empty()) {
    tag += suffix.text();
    digest.clear();
    origin = suffix;
  }
  take(digest, "digest");
  image = set_by(origin, fmt::format("{}{}{}{}{}", name, tag.empty() ? "" : ":", tag,
                                     digest.empty() ? "" : "@", digest));
}

/// Wherever containers are, in custom resources too.
void set_images_in(Value& value, const Node& changes) {
  for (auto& [key, child, comment] : value.entries) {
    set_images_in(child, changes);
    if (!child.is_sequence() || (key != "containers" && key != "initContainers")) continue;
    for (auto& container : child.entries) {
      auto* image = container.value.find("image");
      if (!image) continue;
      for (const auto& change : changes) set_image(image->value, change);
    }
  }
}

/// One item of `replicas`, which finds objects by any name that they had.
void set_replicas_of(Resource& resource, const Node& item) {
  const auto count = item["count"];
  const auto has_name = [&](const Id& id) { return id.name == item["name"].text(); };
  if (!has_name(resource.id()) && std::ranges::none_of(resource.before(), has_name)) return;
  for (const auto& spec : replica_fields()) {
    if (!means(spec, resource.id())) continue;
    visit_field(resource.change(), spec.path, count, [&](Value& fields) {
      if (fields.is_mapping()) fields.set("replicas", Value::from(count));
    });
  }
}

bool may_have_containers(const Resource& resource) {
  if (resource.id().kind == "CustomResourceDefinition") return false;
  return resource.is_changed() ||
         resource.document().text().find("ontainers") != std::string_view::npos;
}

}  // namespace

void rename(Resources& resources, const Node& root) {
  const auto name_space = root["namespace"];
  const auto prefix = root["namePrefix"].text();
  const auto suffix = root["nameSuffix"].text();
  for (auto& resource : resources) {
    if (!name_space.text().empty()) move_to(resource, name_space);
    if (!prefix.empty()) extend_name(resource, prefix, "");
    if (!suffix.empty()) extend_name(resource, "", suffix);
  }
}

void label(Resources& resources, const Node& root) {
  for (const auto& labels : root["labels"]) add_labels(resources, labels);
  set_pairs(resources, selector_fields(), root["commonLabels"]);
  set_pairs(resources, template_label_fields(), root["commonLabels"]);
  set_pairs(resources, annotation_fields(), root["commonAnnotations"]);
}

void set_replicas(Resources& resources, const Node& root) {
  for (const auto& item : root["replicas"]) {
    if (!item["count"].is_scalar()) continue;
    for (auto& resource : resources) set_replicas_of(resource, item);
  }
}

void set_images(Resources& resources, const Node& root) {
  for (const auto key : {"images", "imageTags"}) {
    if (root[key].size() == 0) continue;
    for (auto& resource : resources) {
      if (!may_have_containers(resource)) continue;
      set_images_in(resource.change(), root[key]);
    }
  }
}

}  // namespace cassmesh::lint::kustomize
