#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/render.hpp"
#include "cassmesh/yaml.hpp"

/// A spec, rendered, and its objects read back.
class Rendered {
 public:
  explicit Rendered(const std::string& spec_text, const std::string& name = "spec.yaml");

  /// The first object of that kind and, where one is given, name; missing if there is none.
  cassmesh::yaml::Node find(std::string_view kind, std::string_view name = {}) const;

  cassmesh::yaml::Node pod() const { return find("StatefulSet")["spec"]["template"]; }
  cassmesh::yaml::Node container() const { return *pod()["spec"]["containers"].begin(); }

  /// What stands behind `words` in the header; empty if they are not there.
  std::string header(std::string_view words) const;

  std::string messages() const;

  std::optional<cassmesh::render::Manifest> manifest;
  std::vector<cassmesh::Finding> problems;

 private:
  void read_back();

  cassmesh::Sources inputs_;
  std::vector<cassmesh::yaml::Document> documents_;
};

/// A manifest without its header, which tells how it was made.
std::string objects_of(const cassmesh::render::Manifest& manifest);

/// `key=value` of each entry, with a blank between them; a line feed within a value becomes `;`.
std::string entries(const cassmesh::yaml::Node& mapping);

/// `NAME=value` of each variable, a line each; `NAME` alone where the value comes from elsewhere.
std::string environment(const cassmesh::yaml::Node& container);

/// The value of a variable; empty if it is not there.
std::string variable(const cassmesh::yaml::Node& container, std::string_view name);
