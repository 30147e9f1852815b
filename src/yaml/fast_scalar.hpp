#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// The scalars of the fast reader that are not simply there to be read: quoted ones and blocks of
/// text. They read what yaml-cpp reads, or give up.
namespace cassmesh::yaml::detail {

/// Thrown where the fast reader leaves the document to yaml-cpp.
struct Unsupported {};

[[noreturn]] void give_up();

/// A scalar in quotes.
struct QuotedScan {
  std::size_t end = 0;   ///< behind the closing quote
  bool verbatim = true;  ///< what stands between the quotes is its value
  bool one_line = true;
};

QuotedScan scan_quoted(std::string_view text, std::size_t begin);

/// The value of the quoted scalar in [begin, end). `slash`: whether `\/` may stand in it.
void decode_quoted(std::string_view text, std::size_t begin, std::size_t end, bool slash,
                   std::string& value);

/// A scalar behind `|` or `>`.
struct BlockScan {
  std::size_t end = 0;   ///< the end of its last line with text, or of its header if it has none
  std::size_t next = 0;  ///< where the first line begins that is not its own
};

/// `parent`: the column of the block collection around it.
BlockScan read_block_scalar(std::string_view text, std::size_t begin, std::size_t parent,
                            std::string& value);

}  // namespace cassmesh::yaml::detail
