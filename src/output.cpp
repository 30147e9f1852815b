// A file is written as a draft beside it, which then takes its place in one step: nobody ever sees
// half of it, and what went wrong left the old one as it was.

#include "output.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <fstream>
#include <istream>
#include <set>
#include <system_error>

#include "cassmesh/error.hpp"
#include "cassmesh/value.hpp"
#include "diff.hpp"

namespace cassmesh::output {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kustomization = "kustomization.yaml";

/// How every file that we write begins: by it we know ours again.
constexpr std::string_view mark = "# Made by cassmesh ";

[[noreturn]] void fail(const fs::path& path, std::string_view what) {
  throw Error(fmt::format("{}: {}", path.generic_string(), what));
}

[[noreturn]] void fail_to_write(const fs::path& path, int reason) {
  fail(path, fmt::format("cannot be written: {}", std::generic_category().message(reason)));
}

/// What is at `path`; like nothing if that can't be told.
fs::file_status status_of(const fs::path& path) {
  std::error_code error;
  return fs::status(path, error);
}

fs::file_status link_status_of(const fs::path& path) {
  std::error_code error;
  return fs::symlink_status(path, error);
}

/// Where `path` leads through symbolic links, whether anything is there or not.
fs::path target_of(fs::path path) {
  constexpr int most_links = 40;  // as Linux has it
  std::error_code error;
  for (int i = 0; i < most_links && fs::is_symlink(link_status_of(path)); ++i) {
    path = path.parent_path() / fs::read_symlink(path, error);
  }
  return path;
}

/// Writes all of it; false, with errno, if that fails.
bool put(int file, std::string_view text) {
  while (!text.empty()) {
    const auto count = ::write(file, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

/// A pipe, a terminal, /dev/stdout: what can only be written to as it is.
void write_directly(const fs::path& path, std::string_view text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0) fail_to_write(path, errno);
  const bool written = put(file, text);
  const int reason = errno;
  ::close(file);
  if (!written) fail_to_write(path, reason);
}

bool is_direct(const fs::path& path) {
  const auto status = status_of(path);
  const auto& name = path.native();
  return (fs::exists(status) && !fs::is_regular_file(status)) || name.starts_with("/dev/") ||
         name.starts_with("/proc/");
}

/// The new content of a file, beside it until it takes its place; gone if it never does.
class Draft {
 public:
  Draft(const fs::path& path, std::string_view text) : path_(path), target_(target_of(path)) {
    if (fs::is_symlink(link_status_of(target_))) fail_to_write(path_, ELOOP);
    struct stat old {};
    const bool replaces = ::stat(target_.c_str(), &old) == 0;
    if (replaces) refuse_if_read_only();
    const int file = create();
    // Who may not give files away keeps them: that is no reason not to write.
    if (replaces && ::fchown(file, old.st_uid, old.st_gid) != 0) errno = 0;
    const bool whole = (!replaces || ::fchmod(file, old.st_mode & 07777U) == 0) && put(file, text);
    const int reason = errno;
    if (::close(file) != 0 || !whole) {
      remove();
      fail_to_write(path_, whole ? errno : reason);
    }
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  ~Draft() { remove(); }

  void take_its_place() {
    std::error_code error;
    fs::rename(draft_, target_, error);
    if (error) fail_to_write(path_, error.value());
    draft_.clear();
  }

 private:
  /// Who may write to the folder but not to the file must not replace it either.
  void refuse_if_read_only() const {
    const int file = ::open(target_.c_str(), O_WRONLY | O_CLOEXEC);
    if (file < 0) fail_to_write(path_, errno);
    ::close(file);
  }

  int create() {
    for (int number = 0;; ++number) {
      draft_ = target_.parent_path() / fmt::format(".cassmesh-{}-{}", ::getpid(), number);
      const int file = ::open(draft_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
      if (file >= 0) return file;
      const int reason = errno;
      draft_.clear();
      if (reason != EEXIST) fail_to_write(path_, reason);
    }
  }

  void remove() {
    std::error_code ignored;
    if (!draft_.empty()) fs::remove(draft_, ignored);
    draft_.clear();
  }

  fs::path path_;    ///< as the user calls it
  fs::path target_;  ///< what is replaced
  fs::path draft_;   ///< empty if there is none
};

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
  const auto list = folder / kustomization;
  std::set<fs::path> left;
  if (!is_ours(list)) return left;
  const Source source(1, list.generic_string(), read_file(list));
  const auto documents = yaml::parse(source);
  for (const auto& document : documents) {
    for (const yaml::Node item : document.root()["resources"]) {
      const auto name = item.text();
      const bool current = std::ranges::find(files, name, &File::name) != files.end();
      if (current || name.empty() || name.find('/') != std::string_view::npos) continue;
      const auto path = folder / name;
      if (fs::is_regular_file(link_status_of(path)) && is_ours(path)) left.insert(path);
    }
  }
  return left;
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

std::string diff_of(const fs::path& path, std::string_view text) {
  const auto name = diff_name(path);
  const bool there = fs::exists(status_of(path));
  return unified_diff(there ? read_file(path) : std::string(), text, there ? name : "/dev/null",
                      name);
}

}  // namespace

std::string read_all(std::istream& in, const fs::path& name) {
  constexpr std::size_t most = std::size_t{64} << 20U;
  constexpr std::size_t step = 1U << 16U;
  std::string text;
  while (in && text.size() <= most) {
    const auto size = text.size();
    text.resize(size + step);
    in.read(text.data() + size, step);
    text.resize(size + static_cast<std::size_t>(in.gcount()));
  }
  if (in.bad()) fail(name, "cannot be read");
  if (text.size() > most) fail(name, "is larger than 64 MiB");
  return text;
}

std::string read_file(const fs::path& path) {
  const auto status = status_of(path);
  if (fs::is_directory(status)) fail(path, "is a folder, not a file");
  std::ifstream in(path, std::ios::binary);
  if (!in) fail(path, fs::exists(status) ? "cannot be read" : "no such file");
  return read_all(in, path);
}

void write_file(const fs::path& path, std::string_view text) {
  if (fs::is_directory(status_of(path))) fail(path, "is a folder, not a file");
  if (is_direct(path)) {
    write_directly(path, text);
  } else {
    Draft(path, text).take_its_place();
  }
}

std::vector<File> files_of(const render::Manifest& manifest) {
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
  files.push_back({std::string(kustomization), manifest.header + text});
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
  for (auto& draft : drafts) draft.take_its_place();
  for (const auto& path : left) fs::remove(path, error);
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
