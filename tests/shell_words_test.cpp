#include "cli/shell_words.hpp"

#include <string>
#include <vector>

#include "support.hpp"

using namespace cassmesh::cli;

TEST_CASE("what shell_word writes, shell_words reads") {
  const std::vector<std::string> words{"cassmesh", "a.yaml", "",   "a b",
                                       "'",        "it's",   "''", "a\\'b",
                                       "$HOME",    "`",      ";",  "x=[{a: 'b'}, c]"};
  std::string line;
  for (const auto& word : words) line += (line.empty() ? "" : " ") + shell_word(word);
  CHECK(shell_words(line) == words);
}

TEST_CASE("a line that shell_word did not write is not read") {
  for (const auto* line : {"", " a", "a  b", "a ", "a; b", "a $b", "'a", "a\\ b", "a\tb", "\"a\"",
                           "a > b", "a|b", "a'b", "~", "*"}) {
    CAPTURE(line);
    CHECK(!shell_words(line));
  }
}
