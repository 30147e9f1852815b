// Source: kubernetes.io docs, Volumes (configMap, projected, subPath).

#include "mounted_files.hpp"

#include <fmt/core.h>

#include <utility>

namespace cassmesh::cassandra {
namespace {

class Reader {
 public:
  Reader(const k8s::Container& container, const k8s::ObjectSet& objects)
      : container_(container), objects_(objects) {}

  std::vector<MountedFile> read() {
    for (const auto& volume : container_.object->pod_spec()["volumes"]) {
      std::vector<MountedFile> files;
      add(volume["configMap"], files);
      for (const auto& source : volume["projected"]["sources"]) add(source["configMap"], files);
      mount(volume["name"].text(), files);
    }
    return std::move(found_);
  }

 private:
  void add(const yaml::Node& source, std::vector<MountedFile>& files) const {
    const auto* map =
        objects_.find("ConfigMap", container_.object->name_space(), source["name"].text());
    if (map == nullptr) return;
    const auto data = (*map)["data"];
    for (const auto& item : source["items"]) {
      if (const auto text = data[item["key"].text()])
        files.push_back({std::string(item["path"].text()), map, text});
    }
    if (source["items"].size() > 0) return;
    for (const auto& text : data) files.push_back({std::string(text.key()), map, text});
  }

  /// Puts a volume's files where the container mounts it.
  void mount(std::string_view volume, const std::vector<MountedFile>& files) {
    bool is_mounted = false;
    for (const auto& mount : container_.node["volumeMounts"]) {
      if (mount["name"].text() != volume) continue;
      is_mounted = true;
      for (const auto& file : files) mount_file(mount, file);
    }
    if (!is_mounted) found_.insert(found_.end(), files.begin(), files.end());
  }

  void mount_file(const yaml::Node& mount, const MountedFile& file) {
    auto folder = mount["mountPath"].text();
    auto part = mount["subPath"].text();
    while (folder.ends_with('/')) folder.remove_suffix(1);
    while (part.ends_with('/')) part.remove_suffix(1);
    auto rest = std::string_view(file.path);
    if (!part.empty()) {
      if (!rest.starts_with(part)) return;
      rest.remove_prefix(part.size());
      if (!rest.empty() && !rest.starts_with('/')) return;
      if (!rest.empty()) rest.remove_prefix(1);
    }
    found_.push_back(
        {fmt::format("{}{}{}", folder, rest.empty() ? "" : "/", rest), file.map, file.text});
  }

  const k8s::Container& container_;
  const k8s::ObjectSet& objects_;
  std::vector<MountedFile> found_;
};

}  // namespace

std::string_view MountedFile::name() const {
  const auto whole = std::string_view(path);
  const auto slash = whole.rfind('/');
  return slash == std::string_view::npos ? whole : whole.substr(slash + 1);
}

std::vector<MountedFile> mounted_files(const k8s::Container& container,
                                       const k8s::ObjectSet& objects) {
  return Reader(container, objects).read();
}

}  // namespace cassmesh::cassandra
