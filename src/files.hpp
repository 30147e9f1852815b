#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>
#include <string_view>

/// Reading and writing whole files. What goes wrong is an Error that names the path.
namespace cassmesh::files {

/// What is at `path`; like nothing if that can't be told.
std::filesystem::file_status status_of(const std::filesystem::path& path);
/// The same, of a symbolic link itself.
std::filesystem::file_status link_status_of(const std::filesystem::path& path);

/// All that is left of a stream, up to 64 MiB. Throws Error, which names it, if it can't be read or
/// is longer.
std::string read_all(std::istream& in, const std::filesystem::path& name);

/// The whole content of a file. Throws Error if it can't be read.
std::string read_file(const std::filesystem::path& path);

/// Writes a file whole or not at all, and keeps its permissions and a link that leads to it. What
/// is no regular file (a pipe, /dev/null), or is open already (/dev/stdout), is written to
/// directly. Throws Error.
void write_file(const std::filesystem::path& path, std::string_view text);

/// The new content of a file, beside it until it takes its place; gone if it never does. Throws
/// Error.
class Draft {
 public:
  Draft(const std::filesystem::path& path, std::string_view text);
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  ~Draft();

  void take_its_place();

 private:
  void refuse_if_read_only() const;
  int create();
  void remove();

  std::filesystem::path path_;    ///< as the user calls it
  std::filesystem::path target_;  ///< what is replaced
  std::filesystem::path draft_;   ///< empty if there is none
};

}  // namespace cassmesh::files
