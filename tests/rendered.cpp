#include "rendered.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "support.hpp"

using namespace cassmesh;

Rendered::Rendered(const std::string& spec_text, const std::string& name) {
  const auto& source = inputs_.add(name, spec_text);
  const std::vector<const Source*> files{&source};
  const auto spec = spec::read(files, {}, problems);
  if (problems.empty()) {
    manifest =
        render::render(spec, {.origin = name, .command = "cassmesh render " + name}, problems);
  }
  read_back();
}

yaml::Node Rendered::find(std::string_view kind, std::string_view name) const {
  for (const auto& document : documents_) {
    const auto object = document.root();
    const bool named = name.empty() || object["metadata"]["name"].text() == name;
    if (object["kind"].text() == kind && named) return object;
  }
  return {};
}

std::string Rendered::header(std::string_view words) const {
  const auto at = manifest->header.find(words);
  if (at == std::string::npos) return {};
  const auto begin = at + words.size();
  return manifest->header.substr(begin, manifest->header.find('\n', begin) - begin);
}

std::string Rendered::messages() const {
  std::string text;
  for (const auto& problem : problems) {
    text += fmt::format("{}: {} [{}]\n", to_string(problem.severity), problem.message, problem.fix);
  }
  return text;
}

void Rendered::read_back() {
  INFO(messages());
  REQUIRE(manifest);
  documents_ = yaml::parse(inputs_.add("manifest.yaml", manifest->text()));
  for (const auto& document : documents_) REQUIRE(document.problems().empty());
  REQUIRE(documents_.size() == manifest->objects.size());
}

std::string objects_of(const render::Manifest& manifest) {
  return manifest.text().substr(manifest.header.size());
}

std::string entries(const yaml::Node& mapping) {
  std::string text;
  for (const auto entry : mapping) {
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", entry.key(), entry.text());
  }
  std::ranges::replace(text, '\n', ';');
  return text;
}

std::string environment(const yaml::Node& container) {
  std::string text;
  for (const auto variable : container["env"]) {
    text += variable["name"].text();
    if (variable["value"]) text += fmt::format("={}", variable["value"].text());
    text += '\n';
  }
  return text;
}

std::string variable(const yaml::Node& container, std::string_view name) {
  for (const auto variable : container["env"]) {
    if (variable["name"].text() == name) return std::string(variable["value"].text());
  }
  return {};
}
