#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "cassmesh/finding.hpp"
#include "cassmesh/source.hpp"

/// Findings that a project had when it began to lint: they are put aside until somebody solves
/// them. A finding is known by its rule and its objects, so that it stays known where lines move,
/// files are renamed and messages get better.
namespace cassmesh::baseline {

/// What a finding is known by.
struct Key {
  std::string rule;
  /// `DestinationRule shop/orders`: what the finding is on, then the others of it, sorted.
  std::vector<std::string> objects{};
  std::string
      file{};  ///< relative to the baseline's folder, for a finding on no object; else empty
  auto operator<=>(const Key&) const = default;
};

/// Findings that can't be told apart.
struct Entry {
  Key key;
  std::size_t count = 1;
  Place place{};  ///< of the rule's name
};

struct Baseline {
  std::string folder{};  ///< of the file; empty: the working folder
  /// What was linted when it was written, relative to `folder`; `-` is standard input.
  std::vector<std::string> paths{};
  std::vector<Entry> entries{};
};

/// `DestinationRule shop/orders`.
std::string to_string(const ObjectName& object);

/// `folder`: of the baseline.
Key key_of(const Finding& finding, const Sources& sources, const std::string& folder);

/// What is wrong with the text goes to `problems`, each at its place.
Baseline read(const Source& source, std::vector<Finding>& problems);

/// Puts all findings aside. `folder`: where the file will stand; `paths`: what was linted, as seen
/// from the working folder.
Baseline make(std::span<const Finding> findings, const Sources& sources, std::string folder,
              std::span<const std::string> paths);

/// The text of the file; the same findings give the same text.
std::string written(const Baseline& baseline);

/// Whether what a run reads (paths as seen from the working folder) holds all that was linted when
/// the baseline was written, so that what it does not find is gone.
bool is_read_whole(const Baseline& baseline, std::span<const std::string> paths);

}  // namespace cassmesh::baseline
