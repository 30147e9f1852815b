#pragma once

#include <compare>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace cassmesh {

/// A point in an input: the 1-based line and column in one Source. Columns count Unicode code
/// points (a byte order mark at the very start is none), lines end at LF or CRLF. `file` is the
/// Source's id; 0 in all three means "nowhere".
struct Location {
  int file = 0;
  int line = 0;
  int column = 0;
  auto operator<=>(const Location&) const = default;
  explicit operator bool() const { return line > 0; }
};

/// A stretch of an input: from `at` up to, not including, `end`. Never empty where there is text.
struct Place {
  Location at;
  Location end;
  auto operator<=>(const Place&) const = default;
  explicit operator bool() const { return static_cast<bool>(at); }
};

/// One input as it was read: a file, standard input or a command line argument. Its text never
/// changes or moves, so nodes and findings may hold views into it.
class Source {
 public:
  Source(int id, std::string name, std::string text);
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  int id() const { return id_; }
  /// The path as the user gave it, with `/`; `<stdin>` for standard input.
  const std::string& name() const { return name_; }
  std::string_view text() const { return text_; }
  /// Where byte `offset` stands; offsets past the end stand at the end. Safe to call from threads.
  Location locate(std::size_t offset) const;
  /// The byte where a location stands; the end of its line if that is shorter, of the text if there
  /// is no such line.
  std::size_t offset(const Location& location) const;
  /// The stretch of bytes from `begin` up to, not including, `end`.
  Place place(std::size_t begin, std::size_t end) const;
  /// The text of a 1-based line without its line end; empty past the last one.
  std::string_view line(int number) const;

 private:
  /// A known point: each line's start, and one more every kilobyte in a long line, so that a place
  /// in a file of one long line is found as fast as any other.
  struct Milestone {
    std::size_t offset = 0;
    int line = 1;
    int column = 1;
  };
  const std::vector<Milestone>& milestones() const;

  int id_;
  std::string name_;
  std::string text_;
  mutable std::once_flag indexed_;
  mutable std::vector<Milestone> milestones_;
};

/// All inputs of a run, in the order in which they were added; owns them. Ids start at 1.
class Sources {
 public:
  const Source& add(std::string name, std::string text);
  const Source& operator[](int id) const { return *sources_[static_cast<std::size_t>(id - 1)]; }
  std::size_t size() const { return sources_.size(); }

 private:
  std::vector<std::unique_ptr<Source>> sources_;
};

}  // namespace cassmesh
