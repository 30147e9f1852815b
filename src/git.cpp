// git is started without a shell, and its answers are read with NUL between names, so that no name
// can be taken for anything else. The environment stays as it is: in a hook, git's own variables
// name the index that is being committed.

#include "git.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <iterator>
#include <string_view>
#include <utility>

// NOLINTNEXTLINE(readability-redundant-declaration): glibc declares it, other systems do not
extern char** environ;

namespace cassmesh::git {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

/// Pointers to words, and a null at the end, as C wants a list of arguments.
std::vector<char*> pointers(Words& words) {
  std::vector<char*> result;
  for (auto& word : words) result.push_back(word.data());
  result.push_back(nullptr);
  return result;
}

/// Even `status` and `diff` write, to refresh the index, unless this is set.
Words environment() {
  constexpr std::string_view no_locks = "GIT_OPTIONAL_LOCKS=";
  Words variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (!std::string_view(*variable).starts_with(no_locks)) variables.emplace_back(*variable);
  }
  variables.push_back(std::string(no_locks) + "0");
  return variables;
}

/// Where the standard streams of a child go: nowhere, but for what it writes to standard output.
class Wiring {
 public:
  explicit Wiring(int output) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    ::posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  }
  Wiring(const Wiring&) = delete;
  Wiring& operator=(const Wiring&) = delete;
  ~Wiring() { ::posix_spawn_file_actions_destroy(&actions_); }

  const posix_spawn_file_actions_t* actions() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

/// All that comes through a pipe, which is closed then.
std::string drained(int pipe) {
  std::string text;
  std::array<char, 1U << 16U> buffer{};
  while (true) {
    const auto count = ::read(pipe, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  ::close(pipe);
  return text;
}

bool has_succeeded(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return false;
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// What git writes; nothing if it is not there or fails.
std::optional<std::string> answer(const fs::path& folder, const Words& arguments) {
  Words words{"git", "-C", folder.empty() ? "." : folder.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  auto variables = environment();
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) return std::nullopt;
  for (const int end : ends) ::fcntl(end, F_SETFD, FD_CLOEXEC);  // macOS has no pipe2
  pid_t child = 0;
  const bool started = ::posix_spawnp(&child, "git", Wiring(ends[1]).actions(), nullptr,
                                      pointers(words).data(), pointers(variables).data()) == 0;
  ::close(ends[1]);
  auto text = drained(ends[0]);
  if (!started || !has_succeeded(child)) return std::nullopt;
  return text;
}

/// Names that end in NUL, sorted, each once: a file in conflict is listed once for each side.
std::optional<Words> names(const fs::path& folder, const Words& arguments) {
  const auto text = answer(folder, arguments);
  if (!text) return std::nullopt;
  Words found;
  for (std::size_t at = 0; at < text->size();) {
    const auto end = std::min(text->find('\0', at), text->size());
    found.push_back(text->substr(at, end - at));
    at = end + 1;
  }
  std::ranges::sort(found);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

/// What changed, without what is gone: the files that pre-commit hands to its hooks.
std::optional<Words> difference(const fs::path& folder, const Words& between) {
  Words arguments{"diff",         "--name-only",          "-z", "--relative", "--no-ext-diff",
                  "--no-renames", "--diff-filter=ACMTUXB"};
  arguments.insert(arguments.end(), between.begin(), between.end());
  arguments.emplace_back("--");
  return names(folder, arguments);
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// A name of a commit that can't be taken for an option.
bool is_commit(std::string_view name) {
  return !name.empty() && !name.starts_with('-');
}

}  // namespace

std::optional<fs::path> top_level(const fs::path& folder) {
  auto text = answer(folder, {"rev-parse", "--show-toplevel"});
  if (!text) return std::nullopt;
  while (text->ends_with('\n')) text->pop_back();
  return text->empty() ? std::nullopt : std::optional<fs::path>(*text);
}

std::optional<std::vector<std::string>> tracked_files(const fs::path& folder) {
  if (!top_level(folder)) return std::nullopt;  // a bare repository has an index, too, an empty one
  return names(folder, {"ls-files", "-z"});
}

std::vector<std::string> changed_files(const fs::path& folder) {
  const auto from = variable("PRE_COMMIT_FROM_REF");
  const auto to = variable("PRE_COMMIT_TO_REF");
  if (is_commit(from) && is_commit(to)) {
    auto found = difference(folder, {from + "..." + to});
    // Histories without a common commit.
    if (!found) found = difference(folder, {from + ".." + to});
    return found.value_or(Words{});
  }
  auto ours = difference(folder, {"--cached"}).value_or(Words{});
  const auto theirs = difference(folder, {"--cached", "MERGE_HEAD"});
  if (!theirs) return ours;
  Words both;
  std::ranges::set_intersection(ours, *theirs, std::back_inserter(both));
  return both;
}

}  // namespace cassmesh::git
