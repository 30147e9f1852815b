#include "project.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <filesystem>
#include <functional>
#include <mutex>
#include <system_error>
#include <thread>

#include "../files.hpp"
#include "cassmesh/error.hpp"

namespace cassmesh::lint {
namespace {

/// Starts threads that do the same work, as many of them as the system gives.
std::vector<std::jthread> started(std::size_t count, const std::function<void()>& work) {
  std::vector<std::jthread> threads;
  try {
    while (threads.size() < count) threads.emplace_back(work);
  } catch (const std::system_error&) {  // those that there are do the work
  }
  return threads;
}

/// Parses all files, each on whichever thread is free next. Documents do not depend on each other.
void parse_all(std::deque<File>& files) {
  std::atomic<std::size_t> next = 0;
  std::mutex lock;
  std::exception_ptr failure;
  const auto work = [&] {
    try {
      for (auto at = next++; at < files.size(); at = next++)
        files[at].documents = yaml::parse(*files[at].source);
    } catch (...) {  // no memory, most likely
      const std::lock_guard guard(lock);
      failure = std::current_exception();
    }
  };
  const auto count = std::min<std::size_t>(std::thread::hardware_concurrency(), files.size() / 16);
  auto others = started(count > 0 ? count - 1 : 0, work);
  work();
  for (auto& thread : others) thread.join();
  if (failure) std::rethrow_exception(failure);
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
  } catch (const Error& error) {
    const std::string_view why = error.what();
    problems_[name] = why.starts_with(name + ": ") ? why.substr(name.size() + 2) : why;
  }
  return file;
}

std::string_view Project::why_not_read(std::string_view path) const {
  const auto known = problems_.find(normalized(path));
  return known == problems_.end() ? std::string_view() : known->second;
}

}  // namespace cassmesh::lint
