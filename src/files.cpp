// A file is written as a draft beside it, which then takes its place in one step: nobody ever sees
// half of it, and what went wrong left the old one as it was.

#include "files.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <istream>
#include <system_error>

#include "cassmesh/error.hpp"

namespace cassmesh::files {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, std::string_view what) {
  throw Error(fmt::format("{}: {}", path.generic_string(), what));
}

[[noreturn]] void fail_to_write(const fs::path& path, int reason) {
  fail(path, fmt::format("cannot be written: {}", std::generic_category().message(reason)));
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

/// What is open already is not replaced, whatever file it leads to: other output may go there too.
bool is_open_file(const fs::path& path) {
  const auto& name = path.native();
  return name == "/dev/stdout" || name == "/dev/stderr" || name.starts_with("/dev/fd/");
}

bool is_direct(const fs::path& path) {
  const auto status = status_of(path);
  return is_open_file(path) || (fs::exists(status) && !fs::is_regular_file(status));
}

}  // namespace

fs::file_status status_of(const fs::path& path) {
  std::error_code error;
  return fs::status(path, error);
}

fs::file_status link_status_of(const fs::path& path) {
  std::error_code error;
  return fs::symlink_status(path, error);
}

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
  text.shrink_to_fit();  // of ten thousand small files each would hold a whole step
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

Draft::Draft(const fs::path& path, std::string_view text) : path_(path), target_(target_of(path)) {
  if (fs::is_symlink(link_status_of(target_))) fail_to_write(path_, ELOOP);
  struct stat old {};
  const bool replaces = ::stat(target_.c_str(), &old) == 0;
  if (replaces) refuse_if_read_only();
  const int file = create();
  // Who may not give files away keeps them: that is no reason not to write.
  if (replaces && ::fchown(file, old.st_uid, old.st_gid) != 0) errno = 0;
  const bool whole = (!replaces || ::fchmod(file, old.st_mode & 07777U) == 0) && put(file, text);
  int reason = whole ? 0 : errno;
  if (::close(file) != 0 && whole) reason = errno;
  if (reason != 0) {
    remove();
    fail_to_write(path_, reason);
  }
}

Draft::~Draft() {
  remove();
}

void Draft::take_its_place() {
  std::error_code error;
  fs::rename(draft_, target_, error);
  if (error) fail_to_write(path_, error.value());
  draft_.clear();
}

/// Who may write to the folder but not to the file must not replace it either.
void Draft::refuse_if_read_only() const {
  const int file = ::open(target_.c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0) fail_to_write(path_, errno);
  ::close(file);
}

int Draft::create() {
  for (int number = 0;; ++number) {
    draft_ = target_.parent_path() / fmt::format(".cassmesh-{}-{}", ::getpid(), number);
    const int file = ::open(draft_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file >= 0) return file;
    const int reason = errno;
    draft_.clear();
    if (reason != EEXIST) fail_to_write(path_, reason);
  }
}

void Draft::remove() {
  std::error_code ignored;
  if (!draft_.empty()) fs::remove(draft_, ignored);
  draft_.clear();
}

}  // namespace cassmesh::files
