// A template of Helm is often good YAML, or good enough to look like broken YAML. It is told by
// what it is full of, `{{ … }}`, where no rendered manifest has that: in the names of things, in
// what is not YAML, or in the templates/ folder of a chart.

#include "classify.hpp"

#include <algorithm>
#include <array>

#include "cassmesh/k8s.hpp"

namespace cassmesh::lint {
namespace {

constexpr std::array<std::string_view, 3> marks{"{{", "{%", "<%"};

bool has_mark(std::string_view text) {
  return std::ranges::any_of(
      marks, [&](std::string_view mark) { return text.find(mark) != std::string_view::npos; });
}

/// Whether a document that can't be read is likely to be ours: it has the word that every object
/// has, or is in an encoding in which no word can be found.
bool may_be_an_object(std::string_view text) {
  return text.find("apiVersion") != std::string_view::npos || text.starts_with("\xFF\xFE") ||
         text.starts_with("\xFE\xFF");
}

/// `$NAME`, `${NAME}`, `$(NAME)`: what envsubst and others fill in. No name of Kubernetes has a
/// `$`.
bool has_variable(std::string_view name) {
  return name.find('$') != std::string_view::npos;
}

/// The names that a document goes by: with a placeholder in one of them it is a template.
bool has_placeholder_in_names(const yaml::Node& root) {
  const auto metadata = root["metadata"];
  const std::array<yaml::Node, 5> names{root["apiVersion"], root["kind"], metadata["name"],
                                        metadata["namespace"], root["items"]};
  return std::ranges::any_of(names, [](const yaml::Node& name) {
    return has_mark(name.text()) || has_variable(name.text());
  });
}

bool is_in_chart(std::string_view path) {
  return path.starts_with("templates/") || path.find("/templates/") != std::string_view::npos;
}

bool is_kustomization_file(std::string_view path) {
  const auto name = path.substr(path.rfind('/') + 1);
  return name == "kustomization.yaml" || name == "kustomization.yml" || name == "Kustomization";
}

bool is_list(const yaml::Node& root) {
  return root["kind"].text().ends_with("List") && root["items"].is_sequence();
}

/// Whether it is one of Istio's objects with a placeholder anywhere: in other kinds a text may well
/// hold one, as the rules of Prometheus do.
bool is_istio_template(const yaml::Document& document) {
  const auto api_version = document.root()["apiVersion"].text();
  return k8s::is_istio_group(k8s::parts_of(api_version).group) && has_mark(document.text());
}

DocumentKind kind_of_tree(const yaml::Document& document) {
  const auto root = document.root();
  const auto& name = document.source().name();
  if (has_placeholder_in_names(root) || is_istio_template(document))
    return DocumentKind::template_text;
  if (root["$patch"]) return DocumentKind::something_else;  // a patch of kustomize
  const auto kind = root["kind"].text();
  if (kind == "Kustomization" || kind == "Component" || is_kustomization_file(name)) {
    const bool ours = root["apiVersion"].text().starts_with("kustomize.config.k8s.io/") ||
                      is_kustomization_file(name);
    if (ours) return DocumentKind::kustomization;
  }
  return k8s::is_object(root) ? DocumentKind::objects : DocumentKind::something_else;
}

void collect(const yaml::Node& root, std::vector<yaml::Node>& objects) {
  if (!is_list(root)) {
    if (k8s::is_object(root)) objects.push_back(root);
    return;
  }
  for (const auto& item : root["items"]) collect(item, objects);
}

}  // namespace

DocumentKind classify(const yaml::Document& document) {
  const auto text = document.text();
  if (!document.problems().empty()) {
    if (has_mark(text)) return DocumentKind::template_text;
    return may_be_an_object(text) ? DocumentKind::broken : DocumentKind::something_else;
  }
  if (!document.root() || document.root().is_null()) return DocumentKind::empty;
  if (is_in_chart(document.source().name()) && has_mark(text)) return DocumentKind::template_text;
  return kind_of_tree(document);
}

std::string_view why_not_checked(DocumentKind kind) {
  switch (kind) {
    case DocumentKind::template_text:
      return "template, to be rendered first";
    case DocumentKind::something_else:
      return "not a Kubernetes object";
    case DocumentKind::empty:
    case DocumentKind::objects:
    case DocumentKind::broken:
    case DocumentKind::kustomization:
      break;
  }
  return {};
}

std::vector<yaml::Node> objects_in(const yaml::Document& document) {
  std::vector<yaml::Node> objects;
  if (classify(document) == DocumentKind::objects) collect(document.root(), objects);
  return objects;
}

}  // namespace cassmesh::lint
