#include "repository.hpp"

#include <cstdlib>

void shell(const std::string& command) {
  INFO(command);
  // A hook of git may run this, whose repository is not ours.
  const std::string clean =
      "unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_PREFIX; exec >/dev/null\n"
      "export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null GIT_AUTHOR_NAME=a \\\n"
      "  GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org\n";
  REQUIRE(std::system((clean + command).c_str()) == 0);
}

Repository::Repository() {
  for (const auto* name : {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"})
    unsetenv(name);
  shell("git init -q");
}
