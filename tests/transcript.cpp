#include "transcript.hpp"

#include <fmt/core.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "support.hpp"

namespace transcript {

Lines split(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string join(const Lines& lines) {
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  return text;
}

void read(const Lines& lines, Transcript& transcript) {
  for (const auto& line : lines) {
    if (line.starts_with("$ ")) {
      transcript.steps.push_back({.typed = {line}, .command = line.substr(2), .expected = {}});
    } else if (transcript.steps.empty()) {
      transcript.preface.push_back(line);
    } else if (auto& step = transcript.steps.back();
               line.starts_with("> ") && step.expected.empty()) {
      step.typed.push_back(line);
      step.command += "\n" + line.substr(2);
    } else {
      step.expected.push_back(line);
    }
  }
  for (auto& step : transcript.steps) {
    while (!step.expected.empty() && step.expected.back().empty()) step.expected.pop_back();
  }
}

Seen run_in_shell(const std::string& script) {
  Seen seen;
  std::fflush(nullptr);
  FILE* pipe = popen(fmt::format("exec 2>&1\n{}", script).c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::array<char, 4096> buffer{};
  for (std::size_t count = 0; (count = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    seen.output.append(buffer.data(), count);
  }
  seen.status = WEXITSTATUS(pclose(pipe));
  return seen;
}

Lines shown(const Seen& seen, const std::filesystem::path& folder) {
  std::string text;
  for (const char c : seen.output) {
    const bool plain = c == '\n' || c == '\t' || static_cast<unsigned char>(c) >= ' ';
    text += plain ? std::string(1, c) : fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }
  const auto name = folder.string();
  for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at))
    text.replace(at, name.size(), "$PWD");
  auto lines = split(text);
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  if (seen.status != 0) lines.push_back(fmt::format("[exit {}]", seen.status));
  return lines;
}

/// Whether a line is as expected, where `…` at its end stands for the rest of it.
bool is_like(std::string_view expected, std::string_view line) {
  constexpr std::string_view rest = "…";
  if (!expected.ends_with(rest)) return line == expected;
  expected.remove_suffix(rest.size());
  return line.starts_with(expected);
}

bool matches(std::span<const std::string> expected, std::span<const std::string> lines) {
  if (expected.empty()) return lines.empty();
  if (expected[0] == "…") {
    for (std::size_t skipped = 0; skipped <= lines.size(); ++skipped) {
      if (matches(expected.subspan(1), lines.subspan(skipped))) return true;
    }
    return false;
  }
  return !lines.empty() && is_like(expected[0], lines[0]) &&
         matches(expected.subspan(1), lines.subspan(1));
}

}  // namespace transcript
