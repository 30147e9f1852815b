#include "storage.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace cassmesh::cassandra {
namespace {

/// Whether the path `inner` is `outer` or below it.
bool is_within(std::string_view inner, std::string_view outer) {
  while (outer.ends_with('/')) outer.remove_suffix(1);
  return inner.starts_with(outer) && (inner.size() == outer.size() || inner[outer.size()] == '/');
}

yaml::Node named(const yaml::Node& volumes, std::string_view name) {
  for (const auto& volume : volumes) {
    if (volume["name"].text() == name) return volume;
  }
  return {};
}

bool claims(const k8s::Object& set, std::string_view name) {
  return std::ranges::any_of(set["spec"]["volumeClaimTemplates"], [&](const yaml::Node& claim) {
    return claim["metadata"]["name"].text() == name;
  });
}

/// Whether a volume brings files and takes none.
bool holds_files(const yaml::Node& volume) {
  constexpr std::array sources{"configMap", "downwardAPI", "projected", "secret"};
  return std::ranges::any_of(sources,
                             [&](const char* source) { return static_cast<bool>(volume[source]); });
}

/// Whether somebody moved the data: all that is known is where they are by default.
bool is_moved(const Setup& setup) {
  constexpr std::array words{"data_file_directories", "storagedir", "CASSANDRA_DATA"};
  return setup.variable("CASSANDRA_DATA") ||
         setup.variable("CASSANDRA_CFG_YAML_DATA_FILE_DIRECTORIES") ||
         std::ranges::any_of(words, [&](const char* word) { return setup.mentions(word); });
}

/// What one mount is for the data; nothing if it has nothing to do with them.
std::optional<Storage> storage_at(const Setup& setup, const yaml::Node& mount) {
  const auto data = setup.image().data;
  const auto path = mount["mountPath"].text();
  const bool is_claim = claims(setup.set(), mount["name"].text());
  if (path.empty() || (!is_within(data, path) && !is_within(path, data)))
    return is_claim ? std::optional(Storage{Storage::Kind::elsewhere, mount, {}}) : std::nullopt;
  const auto volume = named(setup.set().pod_spec()["volumes"], mount["name"].text());
  if (holds_files(volume)) return std::nullopt;
  const bool goes = !is_claim && (volume["emptyDir"] || volume["ephemeral"]);
  return goes ? Storage{Storage::Kind::ephemeral, mount, volume} : Storage{};
}

}  // namespace

Storage storage_of(const Setup& setup) {
  const bool known = setup.image().flavour != Flavour::custom;
  if (!known || !setup.starts_as_usual() || is_moved(setup)) return {};
  Storage storage{.kind = Storage::Kind::none};
  for (const auto& mount : setup.container()["volumeMounts"]) {
    const auto found = storage_at(setup, mount);
    if (!found) continue;
    if (found->kind == Storage::Kind::kept) return *found;
    if (storage.kind != Storage::Kind::ephemeral) storage = *found;
  }
  return storage;
}

}  // namespace cassmesh::cassandra
