// Transcripts (transcript.hpp) in tests/cli/*.txt, run in this process in an empty folder. With
// TTY=1 in front of a command its stderr counts as a terminal. Other commands than cassmesh are run
// by sh. CASSMESH_UPDATE=1 writes what differs in tests/cli anew.

#include "cli/cli.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "files.hpp"
#include "support.hpp"
#include "transcript.hpp"

using namespace cassmesh;
using namespace transcript;
namespace fs = std::filesystem;

namespace {

struct Command {
  std::map<std::string, std::string> environment;
  Lines words;
  std::string in;  ///< a file, or empty
  std::string out;
  std::string err;
  std::string pipe;  ///< what stands behind `|`
};

/// The character that `\x1b` and the like stand for in `$'…'`; `at` is left on the last one read.
char escaped(std::string_view line, std::size_t& at) {
  constexpr std::string_view names = "entr\\'";
  constexpr std::string_view meant = "\x1b\n\t\r\\'";
  ++at;
  if (line[at] == 'x') {
    const auto digits = std::string(line.substr(at + 1, 2));
    at += 2;
    return static_cast<char>(std::stoi(digits, nullptr, 16));
  }
  return meant[names.find(line[at])];
}

Command parse(std::string_view line) {
  Command command;
  Lines words;
  std::string word;
  bool has_word = false;
  const auto finish = [&] {
    if (has_word) words.push_back(word);
    word.clear();
    has_word = false;
  };
  std::size_t i = 0;
  const auto quoted = [&](char quote, bool escapes) {
    for (++i; i < line.size() && line[i] != quote; ++i)
      word += escapes && line[i] == '\\' ? escaped(line, i) : line[i];
  };
  for (; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '|' && !has_word) {
      command.pipe = line.substr(i + 1);
      break;
    }
    if (c == ' ') {
      finish();
      continue;
    }
    has_word = true;
    if (c == '\'') {
      quoted('\'', false);
    } else if (c == '"') {
      quoted('"', false);
    } else if (c == '$' && i + 1 < line.size() && line[i + 1] == '\'') {
      ++i;
      quoted('\'', true);
    } else {
      word += c == '\\' ? line[++i] : c;
    }
  }
  finish();
  for (std::size_t at = 0; at < words.size(); ++at) {
    const auto& text = words[at];
    const auto equals = text.find('=');
    if (command.words.empty() && equals != std::string::npos) {
      command.environment[text.substr(0, equals)] = text.substr(equals + 1);
    } else if (text == "<" || text == ">" || text == "2>") {
      (text == "<" ? command.in : text == ">" ? command.out : command.err) = words.at(++at);
    } else {
      command.words.push_back(text);
    }
  }
  return command;
}

/// Environment variables for as long as this lives.
class Variables {
 public:
  explicit Variables(const std::map<std::string, std::string>& variables) {
    for (const auto& [name, value] : variables) {
      const char* before = std::getenv(name.c_str());
      before_[name] = before == nullptr ? std::nullopt : std::optional<std::string>(before);
      setenv(name.c_str(), value.c_str(), 1);
    }
  }
  Variables(const Variables&) = delete;
  Variables& operator=(const Variables&) = delete;
  ~Variables() {
    for (const auto& [name, value] : before_) {
      value ? setenv(name.c_str(), value->c_str(), 1) : unsetenv(name.c_str());
    }
  }

 private:
  std::map<std::string, std::optional<std::string>> before_;
};

Seen run_here(const Command& command) {
  auto environment = command.environment;
  environment.insert(
      {{"NO_COLOR", ""}, {"TERM", "xterm"}, {"TTY", ""}, {"CI", ""}, {"GITHUB_ACTIONS", ""}});
  const Variables variables(environment);
  std::istringstream in(command.in.empty() ? "" : files::read_file(command.in));
  std::ostringstream shown;
  std::ostringstream out;
  std::ostringstream err;
  const bool aside = !command.out.empty() || !command.pipe.empty();
  const int status = cli::run({command.words.begin() + 1, command.words.end()},
                              {.in = in,
                               .out = aside ? out : shown,
                               .err = command.err.empty() ? shown : err,
                               .color = cli::takes_color(environment["TTY"] == "1"),
                               .in_actions = cli::is_in_actions()});
  if (!command.out.empty()) std::ofstream(command.out, std::ios::binary) << out.str();
  if (!command.err.empty()) std::ofstream(command.err, std::ios::binary) << err.str();
  if (command.pipe.empty()) return {shown.str(), status};
  const TemporaryFolder folder;
  const auto input = folder.path() / "input";
  std::ofstream(input, std::ios::binary) << out.str();
  auto piped = run_in_shell(fmt::format("exec < {}\n{}", input.string(), command.pipe));
  return {shown.str() + piped.output, piped.status};
}

bool is_ours(const Command& command) {
  return !command.words.empty() &&
         (command.words[0] == "cassmesh" || command.words[0] == "scripts/cassmesh");
}

bool is_comment(const Step& step) {
  return step.command.starts_with('#');
}

/// Runs all commands; where the output is not as expected, it becomes what is expected.
std::string run(Transcript& transcript) {
  std::string differences;
  for (auto& step : transcript.steps) {
    if (is_comment(step)) continue;
    const auto command = parse(step.command);
    const auto lines = shown(is_ours(command) ? run_here(command) : run_in_shell(step.command),
                             fs::current_path());
    if (matches(step.expected, lines)) continue;
    differences += fmt::format("{}--- expected\n{}--- seen\n{}", join(step.typed),
                               join(step.expected), join(lines));
    step.expected = lines;
  }
  return differences;
}

std::string written(const Transcript& transcript) {
  auto text = join(transcript.preface);
  for (const auto& step : transcript.steps) {
    if (&step != &transcript.steps.front() && !is_comment((&step)[-1])) text += "\n";
    text += join(step.typed) + join(step.expected);
  }
  return text;
}

std::vector<fs::path> transcripts() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(source_folder() / "tests/cli"))
    files.push_back(entry);
  std::ranges::sort(files);
  return files;
}

}  // namespace

TEST_CASE("each transcript shows what happens") {
  const char* update = std::getenv("CASSMESH_UPDATE");
  REQUIRE(transcripts().size() > 3);
  for (const auto& file : transcripts()) {
    DYNAMIC_SECTION(file.filename().string()) {
      const auto text = files::read_file(file);
      Transcript transcript;
      read(split(text), transcript);
      REQUIRE(!transcript.steps.empty());
      std::string differences;
      {
        const Workplace place;
        differences = run(transcript);
      }
      if (update != nullptr && std::string_view(update) == "1") {
        files::write_file(file, written(transcript));
      } else {
        INFO(differences);
        CHECK(differences.empty());
        CHECK(written(transcript) == text);
      }
    }
  }
}

TEST_CASE("a transcript is read as a shell reads it") {
  const auto command = parse(
      R"(A=1 cassmesh 'a b' "c d"e \$f '' $'\x1b\e\n' --x=y > out < in 2> err | head -3 | tail)");
  CHECK(command.environment == std::map<std::string, std::string>{{"A", "1"}});
  CHECK(command.words == Lines{"cassmesh", "a b", "c de", "$f", "", "\x1b\x1b\n", "--x=y"});
  CHECK(command.out == "out");
  CHECK(command.in == "in");
  CHECK(command.err == "err");
  CHECK(command.pipe == " head -3 | tail");
  CHECK(matches(Lines{"a", "…", "d"}, Lines{"a", "b", "c", "d"}));
  CHECK(matches(Lines{"…"}, Lines{}));
  CHECK(!matches(Lines{"a", "…", "d"}, Lines{"a", "b"}));
  CHECK(!matches(Lines{"a"}, Lines{"a", "b"}));
  CHECK(matches(Lines{"a 1…", "b"}, Lines{"a 1.2", "b"}));
  CHECK(!matches(Lines{"a 1…"}, Lines{"a 2"}));
}

TEST_CASE("the version is told with the commit and the libraries") {
  const auto lines = split(run_here(parse("cassmesh --version")).output);
  REQUIRE(lines.size() == 2);
  const std::string_view program = lines[0];
  const std::string_view own = "cassmesh 0.1.0";
  CHECK(program.starts_with(own));
  const auto commit = program.substr(own.size());
  CHECK((commit.empty() || (commit.starts_with(" (") && commit.ends_with(")"))));
  CHECK(commit.find_first_not_of(" (0123456789abcdef-dirty)") == std::string_view::npos);
  for (const auto* library : {"yaml-cpp ", "fmt ", "CLI11 ", "nlohmann-json ", "dtl "}) {
    CAPTURE(lines[1], library);
    const auto at = lines[1].find(library);
    REQUIRE(at != std::string::npos);
    CHECK(std::isdigit(lines[1][at + std::string_view(library).size()]) != 0);
  }
}

TEST_CASE("help fits into 90 columns") {
  for (const auto* command : {"", "render", "init", "schema"}) {
    const auto lines =
        shown(run_here(parse(fmt::format("cassmesh {} --help", command))), fs::current_path());
    CHECK(lines.size() > 3);
    for (const auto& line : lines) {
      CAPTURE(line);
      CHECK(line.size() <= 90);
    }
  }
}

TEST_CASE("a file that may not be read says so") {
  const Workplace place;
  std::ofstream("secret.yaml") << "replicas: 3\n";
  fs::permissions("secret.yaml", fs::perms::none);
  const WithoutRoot nobody;
  const auto seen = run_here(parse("cassmesh render secret.yaml"));
  CHECK(seen.output == "cassmesh: secret.yaml: cannot be read\n");
  CHECK(seen.status == 2);
}

TEST_CASE("a standard output that takes nothing more is an error") {
  std::istringstream in;
  std::ostringstream out;
  for (const Lines& arguments : {Lines{"render"}, Lines{"init"}, Lines{"schema"}, Lines{"--help"},
                                 Lines{"help"}, Lines{"render", "--help"}, Lines{"--version"}}) {
    CAPTURE(arguments);
    std::ostringstream err;
    out.setstate(std::ios::badbit);
    CHECK(cli::run(arguments, {.in = in, .out = out, .err = err}) == 2);
    CHECK(err.str().ends_with("cassmesh: standard output: cannot be written\n"));
  }
}
