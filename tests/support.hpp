#pragma once

#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <filesystem>
#include <string>
#include <string_view>

#include "cassmesh/yaml.hpp"

/// A value with kinds, places and quoting in one line. Mappings are `{key@PLACE: value, …}`, lists
/// `[…]`, both with a `-` in front in block style; scalars read as they are quoted; `null` is one
/// that is written, `()` one that is left out. PLACE is `line:column-endcolumn`, or
/// `line:column-endline:endcolumn`.
std::string dump(const cassmesh::yaml::Node& node);

/// Whether CASSMESH_UPDATE=1 asks for golden files to be written anew.
bool golden_files_are_rewritten();

/// How `text` differs from a golden file, as a unified diff; empty if it does not. With
/// CASSMESH_UPDATE=1 in the environment the file is written instead. The path is below the
/// repository's root.
std::string golden_difference(const std::string& path, std::string_view text);

/// The root of the repository, and the program that was built beside the tests. Tests name them so,
/// not by macros: the objects of the tests are then the same wherever the repository stands.
std::filesystem::path source_folder();
std::filesystem::path program();

/// A new, empty folder, which everybody may look into; it goes when this does.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// A new, empty folder that is the current one as long as this lives.
class Workplace {
 public:
  Workplace();
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;
  ~Workplace();

  const std::filesystem::path& path() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
  std::filesystem::path before_;
};

/// Root may write everywhere: as long as this lives, it is the user `nobody`. Anybody else stays
/// who he is.
class WithoutRoot {
 public:
  WithoutRoot();
  WithoutRoot(const WithoutRoot&) = delete;
  WithoutRoot& operator=(const WithoutRoot&) = delete;
  ~WithoutRoot();

 private:
  bool was_root_;
};
