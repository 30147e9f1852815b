#include "project.hpp"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <thread>

#include "../files.hpp"
#include "cassmesh/error.hpp"

namespace cassmesh::lint {
namespace {

/// Parses all files, each on whichever thread is free next. Documents do not depend on each other.
void parse_all(std::deque<File>& files) {
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (auto at = next++; at < files.size(); at = next++)
      files[at].documents = yaml::parse(*files[at].source);
  };
  const auto count = std::min<std::size_t>(std::thread::hardware_concurrency(), files.size() / 16);
  std::vector<std::thread> others;
  for (std::size_t started = 1; started < count; ++started) others.emplace_back(work);
  work();
  for (auto& thread : others) thread.join();
}

}  // namespace

std::string normalized(std::string_view path) {
  return std::filesystem::path(path).lexically_normal().generic_string();
}

Project::Project(Sources& sources, const std::vector<const Source*>& files) : sources_(sources) {
  for (const auto* source : files) files_.push_back({.source = source});
  parse_all(files_);
  for (const auto& file : files_) by_path_.emplace(normalized(file.source->name()), &file);
}

const File* Project::find(std::string_view path) const {
  const auto found = by_path_.find(normalized(path));
  return found == by_path_.end() ? nullptr : found->second;
}

const File* Project::read(const std::string& path) {
  const auto name = normalized(path);
  if (const auto known = by_path_.find(name); known != by_path_.end()) return known->second;
  auto*& file = by_path_[name];
  file = nullptr;
  if (!std::filesystem::is_regular_file(files::status_of(name))) return nullptr;
  try {
    const auto& source = sources_.add(name, files::read_file(name));
    files_.push_back({.source = &source, .documents = yaml::parse(source)});
    file = &files_.back();
  } catch (const Error&) {  // it is not there for us
  }
  return file;
}

}  // namespace cassmesh::lint
