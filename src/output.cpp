// A folder is written so that a run that fails can be run again: kustomization.yaml, by which we
// know what an earlier run left, takes its place last.

#include "output.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <deque>
#include <fstream>
#include <map>
#include <set>
#include <system_error>

#include "cassmesh/error.hpp"
#include "cassmesh/value.hpp"
#include "diff.hpp"

namespace cassmesh::output {
namespace {

namespace fs = std::filesystem;
using files::Draft;
using files::link_status_of;
using files::status_of;

/// How every file that we write begins: by it we know ours again.
constexpr std::string_view mark = "# Made by cassmesh ";

[[noreturn]] void fail(const fs::path& path, std::string_view what) {
  throw Error(fmt::format("{}: {}", path.generic_string(), what));
}

bool is_ours(const fs::path& path) {
  if (!fs::is_regular_file(status_of(path))) return false;
  std::ifstream in(path, std::ios::binary);
  std::string start(mark.size(), '\0');
  in.read(start.data(), static_cast<std::streamsize>(start.size()));
  return in && start == mark;
}

/// What an earlier run left in the folder and `files` does not hold: of the files that our
/// kustomization.yaml there lists, those that still are ours.
std::set<fs::path> leftovers(const fs::path& folder, const std::vector<File>& files) {
  std::set<fs::path> left;
  for (const auto& name : listed_in(folder)) {
    if (std::ranges::find(files, name, &File::name) != files.end()) continue;
    const auto path = folder / name;
    if (fs::is_regular_file(link_status_of(path)) && is_ours(path)) left.insert(path);
  }
  return left;
}

/// Templates of one's own can give two objects the same kind and name.
void refuse_common_names(const render::Manifest& manifest) {
  std::map<std::string_view, const render::ManifestObject*> seen;
  for (const auto& object : manifest.objects) {
    const auto [first, is_new] = seen.emplace(object.file, &object);
    if (is_new) continue;
    const auto& other = *first->second;
    fail(object.file,
         fmt::format("{} '{}' and {} '{}' would both be written to it: give one of them another "
                     "name, or write all to one file",
                     other.kind, other.name, object.kind, object.name));
  }
}

void remove_all(const std::set<fs::path>& paths) {
  for (const auto& path : paths) {
    std::error_code error;
    fs::remove(path, error);
    if (error) fail(path, fmt::format("cannot be removed: {}", error.message()));
  }
}

/// A path as it stands in the head of a diff: what would break that line is escaped as git does it,
/// and a blank needs a tab behind the name.
std::string diff_name(const fs::path& path) {
  const auto name = path.generic_string();
  const auto special = [](char c) {
    return static_cast<unsigned char>(c) < ' ' || c == '"' || c == '\\' || c == 0x7f;
  };
  if (std::ranges::none_of(name, special))
    return name.find(' ') == std::string::npos ? name : name + '\t';
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') {
      quoted += {'\\', c};
    } else if (special(c)) {
      quoted += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

/// The bytes of the lines that say how a file was made, if it is one of ours; else 0.
std::size_t head_size(std::string_view text) {
  if (!text.starts_with(mark)) return 0;
  const auto first = text.find('\n');
  if (first == std::string_view::npos || !text.substr(first + 1).starts_with("# cassmesh "))
    return 0;
  const auto second = text.find('\n', first + 1);
  return second == std::string_view::npos ? 0 : second + 1;
}

/// What is new in `text` over the file at `path`. How a file was made does not count: a spec may be
/// given by another path from another folder.
std::string diff_of(const fs::path& path, std::string_view text) {
  const auto name = diff_name(path);
  if (!fs::exists(status_of(path))) return unified_diff("", text, "/dev/null", name);
  const auto before = read_file(path);
  const auto head = head_size(before);
  const auto after =
      head == 0 ? std::string(text) : before.substr(0, head).append(text.substr(head_size(text)));
  return unified_diff(before, after, name, name);
}

}  // namespace

std::vector<File> files_of(const render::Manifest& manifest) {
  refuse_common_names(manifest);
  std::vector<File> files;
  auto list = yaml::Value::sequence();
  for (const auto& object : manifest.objects) {
    if (object.file.find('/') != std::string::npos) fail(object.file, "is no name for a file");
    files.push_back({object.file, manifest.header + object.text});
    list.add(yaml::Value::string(object.file));
  }
  const auto text = yaml::write_yaml(
      yaml::Value::mapping({{"apiVersion", yaml::Value::string("kustomize.config.k8s.io/v1beta1")},
                            {"kind", yaml::Value::string("Kustomization")},
                            {"resources", std::move(list)}}));
  files.push_back({std::string(list_name), manifest.header + text});
  return files;
}

void write_folder(const fs::path& folder, const render::Manifest& manifest) {
  const auto files = files_of(manifest);
  for (const auto& file : files) {
    const auto path = folder / file.name;
    if (fs::exists(link_status_of(path)) && !is_ours(path)) {
      fail(path, "is not made by cassmesh and would be overwritten: move it, or write elsewhere");
    }
  }
  std::error_code error;
  fs::create_directories(folder, error);
  if (!fs::is_directory(status_of(folder))) {
    fail(folder, fmt::format("cannot be made a folder: {}", error.message()));
  }
  const auto left = leftovers(folder, files);
  std::deque<Draft> drafts;
  for (const auto& file : files) {
    const auto path = folder / file.name;
    if (!fs::exists(status_of(path)) || read_file(path) != file.text)
      drafts.emplace_back(path, file.text);
  }
  // Before kustomization.yaml, the last draft, takes its place and no longer lists them.
  remove_all(left);
  for (auto& draft : drafts) draft.take_its_place();
}

std::optional<std::string> command_of(const fs::path& file) {
  if (!is_ours(file)) return std::nullopt;
  const auto text = read_file(file);
  const std::string_view head = std::string_view(text).substr(0, head_size(text));
  if (head.empty()) return std::nullopt;
  const auto begin = head.find('\n') + 3;  // behind `# `
  return std::string(head.substr(begin, head.size() - 1 - begin));
}

std::vector<std::string> listed_in(const fs::path& folder) {
  const auto list = folder / list_name;
  std::vector<std::string> names;
  if (!is_ours(list)) return names;
  const Source source(1, list.generic_string(), read_file(list));
  const auto documents = yaml::parse(source);
  for (const auto& document : documents) {
    for (const yaml::Node item : document.root()["resources"]) {
      const auto name = item.text();
      if (!name.empty() && name.find('/') == std::string_view::npos) names.emplace_back(name);
    }
  }
  return names;
}

std::string stale(const fs::path& target, bool is_folder, const render::Manifest& manifest) {
  if (!is_folder) return diff_of(target, manifest.text());
  std::string diff;
  const auto files = files_of(manifest);
  for (const auto& [name, text] : files) diff += diff_of(target / name, text);
  for (const auto& path : leftovers(target, files)) {
    diff += unified_diff(read_file(path), "", diff_name(path), "/dev/null");
  }
  return diff;
}

}  // namespace cassmesh::output
