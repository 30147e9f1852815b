// README.md and the pages under docs/ do what they show. A page runs from top to bottom, in one
// shell and one folder, which looks like a checkout that has been built. Of its blocks
//
//   ```console   is a transcript (transcript.hpp), whose output is compared
//   ```sh, bash  are commands, which must succeed
//   ```yaml      and the like show a file; one behind a line `<!-- file: k8s/rule.yaml -->` is
//                written there, and the text before it names it
//   ```text      is what something prints
//
// and any other language, or none, is a mistake: nothing can hide from being run.

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/rule.hpp"
#include "files.hpp"
#include "page_files.hpp"
#include "support.hpp"
#include "text.hpp"
#include "transcript.hpp"

using namespace cassmesh;
using namespace transcript;
namespace fs = std::filesystem;

namespace {

const fs::path source = source_folder();

struct LeftOut {
  std::string_view command;  ///< how it begins
  std::string_view reason;
};

/// What the pages show and a test can't run. All else is run.
constexpr std::array left_out{
    LeftOut{"git clone ", "needs a network"},
    LeftOut{"pip install ", "needs a network"},
    LeftOut{"pipx ", "needs a network"},
    LeftOut{"apt-get ", "changes the machine"},
    LeftOut{"apt ", "changes the machine"},
    LeftOut{"dpkg ", "changes the machine"},
    LeftOut{"sudo ", "changes the machine"},
    LeftOut{"scripts/test", "runs this test"},
    LeftOut{"cmake ", "builds the program, which this test has built"},
    LeftOut{"cpack ", "builds the program"},
    LeftOut{"docker ", "needs a daemon, and a registry of images"},
    LeftOut{"kubectl ", "needs a cluster"},
    LeftOut{"istioctl ", "needs a cluster"},
    LeftOut{"helm ", "is not installed here"},
    LeftOut{"kustomize ", "is not installed here"},
    LeftOut{"pre-commit ", "is not installed here; tests/hook makes real commits with it"},
};

/// Whether one of the commands of this line can't be run here.
bool is_left_out(std::string_view line) {
  std::size_t begin = 0;
  while (begin < line.size()) {
    const auto end = std::min(line.find_first_of("|&;\n", begin), line.size());
    const auto command = trim(line.substr(begin, end - begin));
    const auto begins = [&](const LeftOut& it) {
      return command.starts_with(it.command) || command == trim(it.command);
    };
    if (std::ranges::any_of(left_out, begins)) return true;
    begin = end + 1;
  }
  return false;
}

struct Block {
  std::string language;
  std::string file;  ///< the name that a file comment gives it, or empty
  Lines lines;
  int line = 0;  ///< where it begins in the page
};

struct Page {
  std::vector<Block> blocks;
  Lines mistakes;
};

std::string file_named_by(std::string_view line) {
  constexpr std::string_view before = "<!-- file: ";
  constexpr std::string_view after = " -->";
  line = trim(line);
  if (!line.starts_with(before) || !line.ends_with(after)) return {};
  line.remove_prefix(before.size());
  return std::string(line.substr(0, line.size() - after.size()));
}

/// Whether the paragraph above line `at` names the file: the comment itself can't be seen.
bool is_named_above(const Lines& lines, std::size_t at, const std::string& file) {
  while (at > 0 && trim(lines[at - 1]).empty()) --at;
  while (at > 0 && !trim(lines[at - 1]).empty()) {
    if (lines[--at].find("`" + file + "`") != std::string::npos) return true;
  }
  return false;
}

Page read_page(const Lines& lines) {
  Page page;
  std::optional<Block> block;
  std::size_t indent = 0;
  for (std::size_t at = 0; at < lines.size(); ++at) {
    const auto& line = lines[at];
    const auto fence = line.find_first_not_of(' ');
    const bool is_fence =
        fence != std::string::npos && std::string_view(line).substr(fence).starts_with("```");
    if (!is_fence) {
      if (block) block->lines.push_back(line.substr(std::min(indent, line.size())));
      continue;
    }
    if (block) {
      page.blocks.push_back(*block);
      block.reset();
      continue;
    }
    indent = fence;
    block = {.language = line.substr(fence + 3),
             .file = at == 0 ? std::string() : file_named_by(lines[at - 1]),
             .lines = {},
             .line = static_cast<int>(at) + 1};
    if (!block->file.empty() && !is_named_above(lines, at - 1, block->file)) {
      page.mistakes.push_back(fmt::format("{}: the text does not name {}", at + 1, block->file));
    }
  }
  if (block) page.mistakes.push_back(fmt::format("{}: a block without an end", block->line));
  return page;
}

/// A piece of the script that a page is.
struct Piece {
  std::string script;
  std::string shown;              ///< as it stands in the page
  std::optional<Lines> expected;  ///< none: it must succeed, whatever it says
};

/// Without the commands that can't be run. A line that ends in a backslash goes on in the next.
std::string what_can_run(const Lines& lines) {
  std::string all;
  std::string command;
  for (const auto& line : lines) {
    command += line + "\n";
    if (line.ends_with('\\')) continue;
    if (!is_left_out(command)) all += command;
    command.clear();
  }
  return all + command;
}

void add_transcript(const Block& block, Page& page, std::vector<Piece>& pieces) {
  Transcript transcript;
  read(block.lines, transcript);
  if (!transcript.preface.empty() || transcript.steps.empty()) {
    page.mistakes.push_back(
        fmt::format("{}: a transcript does not begin with a command", block.line));
  }
  for (const auto& step : transcript.steps) {
    if (is_left_out(step.command)) continue;
    pieces.push_back({step.command + "\n", join(step.typed), step.expected});
  }
}

void add_file(const Block& block, Page& page, std::vector<Piece>& pieces) {
  const auto text = join(block.lines);
  if (block.file.starts_with("examples/")) {
    if (!fs::exists(source / block.file) || files::read_file(source / block.file) != text)
      page.mistakes.push_back(fmt::format("{}: this is not what {} holds", block.line, block.file));
    return;
  }
  pieces.push_back({fmt::format("mkdir -p \"$(dirname '{0}')\" && cat > '{0}' <<'END OF FILE'\n"
                                "{1}END OF FILE\n",
                                block.file, text),
                    block.file, std::nullopt});
}

std::vector<Piece> pieces_of(Page& page) {
  const std::set<std::string_view> commands{"sh", "bash"};
  const std::set<std::string_view> data{"yaml", "json", "toml", "ini", "diff", "vim", "lua"};
  std::vector<Piece> pieces;
  for (const auto& block : page.blocks) {
    if (!block.file.empty()) {
      add_file(block, page, pieces);
    } else if (block.language == "console") {
      add_transcript(block, page, pieces);
    } else if (commands.contains(block.language)) {
      pieces.push_back({what_can_run(block.lines), join(block.lines), std::nullopt});
    } else if (block.language == "text") {
      const auto is_typed = [](const std::string& line) { return line.starts_with("$ "); };
      if (std::ranges::any_of(block.lines, is_typed))
        page.mistakes.push_back(fmt::format("{}: a transcript that says text", block.line));
    } else if (!data.contains(block.language)) {
      page.mistakes.push_back(
          fmt::format("{}: a block of language '{}'", block.line, block.language));
    }
  }
  return pieces;
}

/// Makes `folder` look like a checkout that has been built.
void stand_in_for_checkout(const fs::path& folder) {
  fs::create_directories(folder / "scripts");
  fs::create_directories(folder / "build/run");
  fs::create_symlink(program(), folder / "scripts/cassmesh");
  fs::create_symlink(program(), folder / "build/run/cassmesh");
  for (const auto* part : {"examples", "docs", "ci", ".github"}) {
    if (fs::exists(source / part))
      fs::copy(source / part, folder / part, fs::copy_options::recursive);
  }
}

/// Where a page runs, nothing of the machine, or of the CI that this test runs in, is to be seen.
std::string prelude(const fs::path& home, const fs::path& place) {
  return fmt::format(
      "unset CI GITHUB_ACTIONS GITLAB_CI $(env | sed -n 's/^\\(GIT_[A-Z_]*\\)=.*/\\1/p')\n"
      "export HOME='{0}' PATH=\"{1}/build/run:$PATH\" NO_COLOR= TERM=dumb LC_ALL=C.UTF-8\n"
      "export GIT_CONFIG_NOSYSTEM=1 PRE_COMMIT_HOME='{0}'\n"
      "git config --global user.name Somebody\n"
      "git config --global user.email somebody@example.org\n"
      "git config --global init.defaultBranch main\n",
      home.string(), place.string());
}

/// Runs the pieces in one shell, and says where they do something else than they show.
std::string differences(const std::vector<Piece>& pieces) {
  constexpr char mark = '\x1e';
  const Workplace place;
  const TemporaryFolder home;
  stand_in_for_checkout(place.path());
  stand_in_for_checkout(place.path() / "cassmesh");
  auto script = prelude(home.path(), place.path());
  for (const auto& [commands, shown, expected] : pieces) {
    script += expected ? commands : fmt::format("set -e\n{}set +e\n", commands);
    script += fmt::format("printf '\\{:03o}%s\\n' $?\n", mark);
  }
  const auto file = home.path() / "page.sh";
  files::write_file(file, script);
  auto output = run_in_shell(fmt::format("sh {} < /dev/null", file.string())).output;

  std::string all;
  for (const auto& piece : pieces) {
    const auto end = output.find(mark);
    if (end == std::string::npos)
      return all + fmt::format("{}--- ends the shell with\n{}", piece.shown, output);
    const auto line = output.find('\n', end);
    const Seen seen{output.substr(0, end),
                    std::atoi(output.substr(end + 1, line - end - 1).c_str())};
    output.erase(0, line + 1);
    const auto lines = shown(seen, place.path());
    if (piece.expected && !matches(*piece.expected, lines))
      all += fmt::format("{}--- expected\n{}--- seen\n{}", piece.shown, join(*piece.expected),
                         join(lines));
  }
  return all;
}

}  // namespace

TEST_CASE("README.md and the docs show what happens") {
  REQUIRE(pages().size() > all_rules().size());
  for (const auto& path : pages()) {
    DYNAMIC_SECTION(path.string()) {
      auto page = read_page(lines_of(path));
      const auto pieces = pieces_of(page);
      INFO(join(page.mistakes));
      CHECK(page.mistakes.empty());
      if (pieces.empty()) continue;
      const auto found = differences(pieces);
      INFO(found);
      CHECK(found.empty());
    }
  }
}

TEST_CASE("a page can't hide a command from being run") {
  const auto mistakes = [](const Lines& lines) {
    auto page = read_page(lines);
    const auto pieces = pieces_of(page);
    return page.mistakes;
  };
  CHECK(mistakes({"```", "cassmesh lint", "```"}) == Lines{"1: a block of language ''"});
  CHECK(mistakes({"```text", "$ cassmesh lint", "```"}) == Lines{"1: a transcript that says text"});
  CHECK(mistakes({"```console", "cassmesh lint", "```"}) ==
        Lines{"1: a transcript does not begin with a command"});
  CHECK(mistakes({"```sh", "false"}) == Lines{"1: a block without an end"});
  CHECK(mistakes({"Of `a.yaml`:", "", "<!-- file: b.yaml -->", "```yaml", "```"}) ==
        Lines{"4: the text does not name b.yaml"});
  CHECK(mistakes({"Of `a.yaml`:", "", "<!-- file: a.yaml -->", "```yaml", "```"}).empty());

  CHECK(is_left_out("cassmesh render | kubectl apply -f -"));
  CHECK(is_left_out("cd a && helm template ."));
  CHECK(!is_left_out("cat helm"));
  CHECK(what_can_run({"a \\", "  b", "kubectl \\", "  get", "c"}) == "a \\\n  b\nc\n");
}

TEST_CASE("a page that does something else than it shows is found") {
  CHECK(differences({{"echo a; cd /\n", "", Lines{"a"}}, {"pwd\n", "", Lines{"/"}}}).empty());
  CHECK(differences({{"echo a\n", "$ echo a\n", Lines{"b"}}}) ==
        "$ echo a\n--- expected\nb\n--- seen\na\n");
  CHECK(differences({{"(exit 3)\n", "", Lines{"[exit 3]"}}}).empty());
  CHECK(differences({{"false\necho on\n", "false\n", std::nullopt}}) ==
        "false\n--- ends the shell with\n");
  CHECK(differences({{"cassmesh lint --no-such\n", "", Lines{"…"}}}).empty());
}
