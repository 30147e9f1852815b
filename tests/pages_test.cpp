// What the pages say of each other, of the rules, and of the codes of others.

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/engine.hpp"
#include "cassmesh/rule.hpp"
#include "files.hpp"
#include "page_files.hpp"
#include "support.hpp"
#include "text.hpp"
#include "transcript.hpp"

using namespace cassmesh;
using transcript::Lines;
namespace fs = std::filesystem;

namespace {

const fs::path source = source_folder();

/// What the links of a page point to, but for those to other sites.
std::vector<std::string> links(const Lines& lines) {
  std::vector<std::string> all;
  bool inside = false;
  for (const auto& line : lines) {
    if (trim(line).starts_with("```")) inside = !inside;
    for (auto at = line.find("]("); !inside && at != std::string::npos; at = line.find("](", at)) {
      at += 2;
      const auto link = line.substr(at, line.find(')', at) - at);
      if (link.find("://") == std::string::npos) all.push_back(link);
    }
  }
  return all;
}

/// The anchors of a page's headings, as GitHub makes them.
std::set<std::string> anchors(const Lines& lines) {
  std::set<std::string> all;
  for (const auto& line : lines) {
    if (!line.starts_with('#')) continue;
    std::string anchor;
    for (const char c : trim(std::string_view(line).substr(line.find_first_not_of('#')))) {
      if (c == ' ') anchor += '-';
      if (c == '-' || c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0)
        anchor += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    all.insert(anchor);
  }
  return all;
}

/// The first words of a text's lines.
std::vector<std::string> first_words(const Lines& lines) {
  std::vector<std::string> words;
  for (const auto& line : lines) words.push_back(line.substr(0, line.find(' ')));
  return words;
}

/// The codes that stand in the first column of a page's tables and begin so.
std::vector<std::string> codes_in_tables(const Lines& lines, std::string_view prefix) {
  std::vector<std::string> codes;
  for (const auto& line : lines) {
    if (line.starts_with(fmt::format("| {}", prefix)))
      codes.push_back(line.substr(2, line.find(' ', 2) - 2));
  }
  return codes;
}

/// What stands in backticks and looks like the name of a rule.
std::vector<std::string> rules_named(const Lines& lines) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789-";
  std::vector<std::string> names;
  for (const auto& line : lines) {
    for (auto at = line.find('`'); at != std::string::npos; at = line.find('`', at)) {
      const auto end = std::min(line.find('`', ++at), line.size());
      const auto word = line.substr(at, end - at);
      if (word.find('-') != std::string::npos &&
          word.find_first_not_of(letters) == std::string::npos && !word.starts_with('-'))
        names.push_back(word);
      at = std::min(end + 1, line.size());
    }
  }
  return names;
}

}  // namespace

std::vector<fs::path> pages() {
  std::vector<fs::path> all{"README.md"};
  for (const auto& entry : fs::recursive_directory_iterator(source / "docs")) {
    if (entry.path().extension() == ".md") all.push_back(fs::relative(entry.path(), source));
  }
  std::ranges::sort(all);
  return all;
}

Lines lines_of(const fs::path& page) {
  return transcript::split(files::read_file(source / page));
}

TEST_CASE("links between the pages lead somewhere") {
  for (const auto& path : pages()) {
    DYNAMIC_SECTION(path.string()) {
      for (const auto& link : links(lines_of(path))) {
        CAPTURE(link);
        const auto hash = std::min(link.find('#'), link.size());
        const auto target =
            hash == 0 ? path : (path.parent_path() / link.substr(0, hash)).lexically_normal();
        REQUIRE(fs::exists(source / target));
        if (hash < link.size()) CHECK(anchors(lines_of(target)).contains(link.substr(hash + 1)));
      }
    }
  }
}

TEST_CASE("each code of others stands once in the page that compares, and no rule that is gone") {
  const auto page = lines_of("docs/coming-from.md");
  CHECK(codes_in_tables(page, "IST") == first_words(lines_of("tests/peers/istioctl-analyze.txt")));
  CHECK(codes_in_tables(page, "KIA") == first_words(lines_of("tests/peers/kiali.txt")));
  CHECK(rules_named(page).size() > 5);
  for (const auto& name : rules_named(page)) {
    CAPTURE(name);
    CHECK(find_rule(name) != nullptr);
  }
}

TEST_CASE("the page of the engine has its stages in their order, and its outcomes") {
  using engine::Outcome;
  using engine::Step;
  const auto page = files::read_file(source / "docs/engine.md");
  std::size_t last = 0;
  for (auto step = Step::name; step <= Step::application;
       step = static_cast<Step>(static_cast<int>(step) + 1)) {
    const auto at = page.find(fmt::format("| `{}` |", to_string(step)));
    CAPTURE(to_string(step));
    REQUIRE(at != std::string::npos);
    CHECK(at > last);
    last = at;
  }
  for (auto outcome = Outcome::mtls; outcome <= Outcome::unknown;
       outcome = static_cast<Outcome>(static_cast<int>(outcome) + 1)) {
    CAPTURE(to_string(outcome));
    CHECK(page.find(fmt::format("`{}`", to_string(outcome)), last) != std::string::npos);
  }
}
