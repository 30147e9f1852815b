#include "setup.hpp"

#include <algorithm>
#include <array>

#include "../text.hpp"

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

/// `7010` of `storage_port: 7010`, `'storage_port: "7010"'`; empty if the text has no such setting.
std::string number_after(std::string_view text, std::string_view key) {
  auto at = find_word(text, key);
  if (at == std::string_view::npos) return {};
  at = text.find_first_not_of(" :=\"'", at + key.size());
  if (at == std::string_view::npos) return {};
  const auto end = std::min(text.find_first_not_of("0123456789", at), text.size());
  return std::string(text.substr(at, end - at));
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
      calls_(cassandra::calls(container.node)) {
  const auto& workload = *container.object;
  const auto add_map = [&](const yaml::Node& name) {
    const auto* map = objects.find("ConfigMap", workload.name_space(), name.text());
    if (map != nullptr) config_maps_.push_back(map);
  };
  for (const auto& volume : workload.pod_spec()["volumes"]) {
    add_map(volume["configMap"]["name"]);
    for (const auto& source : volume["projected"]["sources"]) add_map(source["configMap"]["name"]);
  }
  for (const auto* key :
       {"command", "args", "lifecycle", "livenessProbe", "readinessProbe", "startupProbe"})
    add_texts(container.node[key], texts_);
  for (const auto* map : config_maps_) add_texts((*map)["data"], texts_);
}

std::optional<Version> Setup::version() const {
  const auto facts = image_facts(container_.node["image"].text());
  if (!facts.version.empty()) return read_version(facts.version);
  for (const auto& labels : {set().pod_labels(), set().labels()}) {
    if (const auto label = labels["app.kubernetes.io/version"]) return read_version(label.text());
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
  if (!from) return expanded(variable["value"].text(), depth);
  if (from["fieldRef"]["fieldPath"].text() == "metadata.namespace")
    return std::string(set().name_space());
  const auto reference = from["configMapKeyRef"];
  const auto* map = objects_.find("ConfigMap", set().name_space(), reference["name"].text());
  if (map == nullptr) return std::nullopt;
  const auto text = (*map)["data"][reference["key"].text()];
  return text ? std::optional(std::string(text.text())) : std::nullopt;
}

/// Source: k8s.io/kubernetes third_party/forked/golang/expansion/expand.go.
std::optional<std::string> Setup::expanded(std::string_view text, int depth) const {
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
    const auto referred = variable(text.substr(dollar + 2, close - dollar - 2));
    const bool goes_on = referred && depth > 0 && ++references <= most_references;
    const auto part = goes_on ? value(referred, depth - 1) : std::nullopt;
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
  return path(this->variable(text)) == "status.podIP";
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

yaml::Node Setup::mounted_file(std::string_view name, const k8s::Object*& map) const {
  for (const auto* each : config_maps_) {
    if (const auto text = (*each)["data"][name]) {
      map = each;
      return text;
    }
  }
  return {};
}

yaml::Node Setup::settings_file(const k8s::Object*& map) const {
  return mounted_file("cassandra.yaml", map);
}

std::string Setup::setting(std::string_view key, std::string_view otherwise) const {
  std::string upper(key);
  for (auto& letter : upper) letter = is_lower(letter) ? static_cast<char>(letter - 32) : letter;
  std::vector<std::string> names{"CASSANDRA_CFG_YAML_" + upper};
  if (key == "storage_port") names.emplace_back("CASSANDRA_TRANSPORT_PORT_NUMBER");
  if (key == "native_transport_port") names.emplace_back("CASSANDRA_CQL_PORT_NUMBER");
  if (key == "JMX_PORT") names.emplace_back("CASSANDRA_JMX_PORT_NUMBER");
  for (const auto& name : names) {
    const auto entry = variable(name);
    const auto found = entry ? value(entry) : std::nullopt;
    if (found && !found->empty()) return *found;
  }
  for (const auto& text : texts_) {
    if (auto found = number_after(text.text(), key); !found.empty()) return found;
  }
  return std::string(otherwise);
}

std::string Setup::internode_encryption() const {
  constexpr std::string_view key = "internode_encryption:";
  const k8s::Object* map = nullptr;
  const auto file = settings_file(map).text();
  const auto at = file.find(key);
  auto mode = std::string(at == std::string_view::npos ? "" : file.substr(at + key.size(), 6));
  if (const auto entry = variable("CASSANDRA_INTERNODE_ENCRYPTION"))
    mode = value(entry).value_or(std::string());
  return std::string(trim(std::string_view(mode).substr(0, mode.find('\n'))));
}

bool Setup::has_internode_tls() const {
  constexpr std::array modes{"all", "dc", "rack"};
  return std::ranges::find(modes, internode_encryption()) != modes.end();
}

}  // namespace cassmesh::cassandra
