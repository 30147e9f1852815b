#include "setup.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

#include "../text.hpp"
#include "environment.hpp"
#include "releases.hpp"

namespace cassmesh::cassandra {
namespace {

// Hostile references that refer to references must not multiply.
constexpr int deepest_reference = 3;
constexpr int most_references = 8;
constexpr std::size_t longest_value = 65536;

void add_texts(const yaml::Node& node, std::vector<yaml::Node>& texts) {
  if (node.is_scalar()) texts.push_back(node);
  for (const auto& child : node) add_texts(child, texts);
}

bool is_word_letter(char letter) {
  return is_letter(letter) || is_digit(letter) || letter == '_';
}

}  // namespace

std::size_t find_word(std::string_view text, std::string_view word) {
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const auto end = at + word.size();
    if ((at == 0 || !is_word_letter(text[at - 1])) &&
        (end == text.size() || !is_word_letter(text[end])))
      return at;
  }
  return std::string_view::npos;
}

Setup::Setup(const k8s::Container& container, const k8s::ObjectSet& objects)
    : container_(container),
      objects_(objects),
      image_(cassandra::image(image_facts(container.node["image"].text()).flavour)),
      tag_(image_name(container.node["image"].text()).tag),
      edits_(cassandra::edits(container.node)),
      calls_(cassandra::calls(container.node)),
      mounted_(mounted_files(container, objects)) {
  for (const auto* key :
       {"command", "args", "lifecycle", "livenessProbe", "readinessProbe", "startupProbe"})
    add_texts(container.node[key], texts_);
  for (const auto& file : mounted_) add_texts(file.text, texts_);
  read_settings_file();
}

/// Bitnami's start script makes its own cassandra.yaml anew, and takes over what it finds in
/// another folder. Others may be told by their start command to take one from anywhere.
void Setup::read_settings_file() {
  constexpr std::string_view name = "cassandra.yaml";
  const bool is_bitnami = image_.flavour == Flavour::bitnami;
  settings_folder_ = image_.settings.substr(0, image_.settings.rfind('/'));
  if (is_bitnami) {
    const auto moved = told_by_variable(*this, "CASSANDRA_MOUNTED_CONF_DIR");
    settings_folder_ = moved.is_value() ? moved.value : fmt::format("{}/conf", image_.data);
  }
  const auto* file = mounted_file(name);
  const bool counts = file != nullptr &&
                      (!is_bitnami || file->path == fmt::format("{}/{}", settings_folder_, name));
  if (counts) settings_file_ = SettingsFile(*file);
}

std::optional<Version> Setup::version() const {
  if (const auto release = release_of(container_.node["image"].text())) return release;
  for (const auto& labels : {set().pod_labels(), set().labels()}) {
    const auto label = labels["app.kubernetes.io/version"];
    if (!label) continue;
    // A chart's own version, as often as not: that of `helm create` is 1.16.0.
    const auto version = read_version(label.text());
    return version && may_be_release(*version) ? version : std::nullopt;
  }
  return std::nullopt;
}

yaml::Node Setup::variable(std::string_view name) const {
  yaml::Node found;
  for (const auto& each : container_.node["env"]) {
    if (each["name"].text() == name) found = each;
  }
  return found;
}

std::optional<std::string> Setup::value(const yaml::Node& variable) const {
  return value(variable, deepest_reference);
}

std::optional<std::string> Setup::value(const yaml::Node& variable, int depth) const {
  const auto from = variable["valueFrom"];
  if (!from) return expanded(variable, depth);
  if (from["fieldRef"]["fieldPath"].text() == "metadata.namespace")
    return std::string(set().name_space());
  const auto reference = from["configMapKeyRef"];
  const auto* map = objects_.find("ConfigMap", set().name_space(), reference["name"].text());
  if (map == nullptr) return std::nullopt;
  const auto text = (*map)["data"][reference["key"].text()];
  return text ? std::optional(std::string(text.text())) : std::nullopt;
}

/// Source: kubernetes pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables).
yaml::Node Setup::referred(std::string_view name, const yaml::Node& by) const {
  yaml::Node found;
  for (const auto& each : container_.node["env"]) {
    if (each == by) break;
    if (each["name"].text() == name) found = each;
  }
  return found;
}

std::string_view Setup::referred_too_early(const yaml::Node& by) const {
  const auto text = by["value"].text();
  for (auto at = text.find("$("); at != text.npos; at = text.find("$(", at + 1)) {
    const auto name = text.substr(at + 2, text.find(')', at) - at - 2);
    const bool is_escaped = at > 0 && text[at - 1] == '$';
    if (!is_escaped && !referred(name, by) && variable(name)) return name;
  }
  return {};
}

std::optional<std::string> Setup::put_for(std::string_view reference, const yaml::Node& variable,
                                          int depth) const {
  const auto name = reference.substr(2, reference.size() - 3);
  const auto entry = referred(name, variable);
  if (entry) return depth > 0 ? value(entry, depth - 1) : std::nullopt;
  const bool comes_too_late = static_cast<bool>(this->variable(name));
  return comes_too_late ? std::optional(std::string(reference)) : std::nullopt;
}

/// Source: k8s.io/kubernetes third_party/forked/golang/expansion/expand.go.
std::optional<std::string> Setup::expanded(const yaml::Node& variable, int depth) const {
  const auto text = variable["value"].text();
  std::string out;
  int references = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto dollar = std::min(text.find('$', at), text.size());
    out += text.substr(at, dollar - at);
    const auto next = dollar + 1 < text.size() ? text[dollar + 1] : '\0';
    const auto close = next == '(' ? text.find(')', dollar) : std::string_view::npos;
    at = dollar + (next == '$' ? 2 : 1);
    if (close == std::string_view::npos) {
      out += text.substr(dollar, 1);
      continue;
    }
    at = close + 1;
    const bool goes_on = ++references <= most_references;
    const auto part =
        goes_on ? put_for(text.substr(dollar, at - dollar), variable, depth) : std::nullopt;
    if (!part || out.size() + part->size() > longest_value) return std::nullopt;
    out += *part;
  }
  return out;
}

bool Setup::is_pod_ip(const yaml::Node& variable) const {
  const auto path = [](const yaml::Node& entry) {
    return entry["valueFrom"]["fieldRef"]["fieldPath"].text();
  };
  if (path(variable) == "status.podIP") return true;
  auto text = variable["value"].text();
  if (!text.starts_with("$(") || !text.ends_with(')')) return false;
  text = text.substr(2, text.size() - 3);
  return path(referred(text, variable)) == "status.podIP";
}

bool Setup::starts_as_usual() const {
  const auto command = container_.node["command"];
  const auto args = container_.node["args"];
  if (command.size() == 0 && args.size() == 0) return true;
  if (image_.flavour == Flavour::official && command.size() == 0) {
    const auto first = (*args.begin()).text();
    if (first == "cassandra" || first.starts_with('-')) return true;
  }
  const auto runs_script = [&](const yaml::Node& words) {
    return std::ranges::any_of(words, [&](const yaml::Node& word) {
      return word.text().find(image_.script) != std::string_view::npos;
    });
  };
  return !image_.script.empty() && (runs_script(command) || runs_script(args));
}

bool Setup::mentions(std::string_view word) const {
  const auto has_word = [&](const yaml::Node& text) {
    return find_word(text.text(), word) != std::string_view::npos;
  };
  return std::ranges::any_of(texts_, has_word) ||
         std::ranges::any_of(container_.node["env"],
                             [&](const yaml::Node& each) { return has_word(each["value"]); });
}

bool Setup::start_command_has(std::string_view word) const {
  const auto has_word = [&](const yaml::Node& text) {
    return find_word(text.text(), word) != std::string_view::npos;
  };
  return std::ranges::any_of(container_.node["command"], has_word) ||
         std::ranges::any_of(container_.node["args"], has_word);
}

const MountedFile* Setup::mounted_file(std::string_view name) const {
  const auto in_place =
      settings_folder_.empty() ? std::string() : fmt::format("{}/{}", settings_folder_, name);
  const auto find = [&](const auto& is_it) {
    const auto found = std::ranges::find_if(mounted_, is_it);
    return found == mounted_.end() ? nullptr : &*found;
  };
  if (const auto* file = find([&](const MountedFile& each) { return each.path == in_place; }))
    return file;
  if (const auto* file = find([&](const MountedFile& each) { return each.name() == name; }))
    return file;
  return find([&](const MountedFile& each) { return each.text.key() == name; });
}

}  // namespace cassmesh::cassandra
