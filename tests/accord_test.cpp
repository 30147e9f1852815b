// What `trace` shows and what `lint` says are one: who looks at the table of a ring finds each
// broken connection in the findings, and the other way round.

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cassmesh/trace.hpp"
#include "examples.hpp"
#include "files.hpp"
#include "pages.hpp"
#include "support.hpp"

using namespace cassmesh;
namespace fs = std::filesystem;

namespace {

using engine::Outcome;
using mesh::VersionRange;

/// Of a ring, by its name, and one of its connections, by name.
using Key = std::pair<std::string, std::string_view>;
using Ranges = std::map<Key, VersionRange>;

/// Both answers about one set of files.
struct Answers {
  lint::Result linted;
  lint::TraceResult traced;

  /// Where connections that make findings have one of the outcomes.
  template <typename Wanted>
  Ranges where(const Wanted& wanted) const {
    Ranges found;
    for (const auto& ring : traced.rings) {
      for (const auto& connection : ring.connections) {
        if (!connection.is_needed) continue;
        auto& range = found[{ring.ring, connection.name}];
        for (const auto& each : connection.outcomes) {
          if (wanted(each.outcome)) range = range | each.istio;
        }
      }
    }
    return found;
  }

  VersionRange range_of(const Finding& finding) const {
    return finding.istio.value_or(traced.istio);
  }

  Ranges named() const {
    Ranges found;
    for (const auto& finding : linted.findings) {
      for (const auto name : finding.breaks) {
        auto& range = found[{finding.ring, name}];
        range = range | range_of(finding);
      }
    }
    return found;
  }

  /// `gossip of data/cassandra is broken on 1.10.., and no finding says so`.
  std::vector<std::string> left_unsaid() const {
    std::vector<std::string> all;
    const auto said = named();
    const auto broken = where(
        [](Outcome outcome) { return !engine::works(outcome) && outcome != Outcome::unknown; });
    for (const auto& [key, range] : broken) {
      const auto known = said.find(key);
      const auto rest = known == said.end() ? range : range - known->second;
      if (!rest.empty())
        all.push_back(fmt::format("{} of {} is broken on {}, and no finding says so", key.second,
                                  key.first, mesh::to_string(rest)));
    }
    return all;
  }

  /// What findings say without ground. mTLS that is there is the one thing that nothing broke: what
  /// goes in plaintext may have lost it.
  std::vector<std::string> made_up() const {
    std::vector<std::string> all;
    const auto lost = where([](Outcome outcome) { return outcome != Outcome::mtls; });
    for (const auto& finding : linted.findings) {
      for (const auto name : finding.breaks) {
        const auto known = lost.find({finding.ring, name});
        if (known == lost.end() || !known->second.overlaps(range_of(finding)))
          all.push_back(fmt::format("{} says that {} of {} breaks on {}, and it does not",
                                    finding.rule, name, finding.ring,
                                    mesh::to_string(range_of(finding))));
      }
    }
    return all;
  }
};

Answers answers_for(const Example& example) {
  const auto options = pages::options_for(example);
  Sources linted;
  Sources traced;
  const auto text = without_marks(example.text);
  return {.linted = pages::lint_example(example, text, linted),
          .traced = lint::trace(traced, {&traced.add(std::string(example.file), text)}, options)};
}

Answers answers_for(const fs::path& folder) {
  lint::Options options;
  Sources configs;
  if (const auto file = folder / config::file_name; fs::exists(file)) {
    std::vector<std::string_view> names;
    for (const auto* rule : all_rules()) names.push_back(rule->name);
    std::vector<Finding> problems;
    options.config =
        config::read(configs.add(file.string(), files::read_file(file)), names, problems);
  }
  const auto read = [&](Sources& sources) {
    std::vector<const Source*> inputs;
    for (const auto& file : lint::find_files({folder.string()}, options.config))
      inputs.push_back(&sources.add(file, files::read_file(file)));
    return inputs;
  };
  Sources linted;
  Sources traced;
  return {.linted = lint::lint(linted, read(linted), options),
          .traced = lint::trace(traced, read(traced), options)};
}

/// What breaks only at a moment of which connections that go on all the time know nothing.
bool is_momentary(const std::string& made_up) {
  return made_up.starts_with("init-container-needs-network ");  // before the sidecar is there
}

}  // namespace

TEST_CASE("what trace shows broken, a finding names, and the other way round") {
  for (const auto& example : examples_on_disk()) {
    if (!example.file.ends_with(".yaml") || example.file == config::file_name ||
        example.file == pages::manifests_file)
      continue;
    const auto answers = answers_for(example);
    INFO(example.rule << "/" << example.file);
    const auto left_unsaid = answers.left_unsaid();
    INFO(fmt::format("{}", fmt::join(left_unsaid, "\n")));
    CHECK(left_unsaid.empty());
    auto made_up = answers.made_up();
    std::erase_if(made_up, is_momentary);
    INFO(fmt::format("{}", fmt::join(made_up, "\n")));
    CHECK(made_up.empty());
  }
}

TEST_CASE("trace and lint agree on the known setups") {
  for (const auto& entry : fs::directory_iterator(source_folder() / "tests/setups")) {
    const auto answers = answers_for(entry.path());
    INFO(entry.path().filename().string());
    const auto left_unsaid = answers.left_unsaid();
    INFO(fmt::format("{}", fmt::join(left_unsaid, "\n")));
    CHECK(left_unsaid.empty());
    const auto made_up = answers.made_up();
    INFO(fmt::format("{}", fmt::join(made_up, "\n")));
    CHECK(made_up.empty());
  }
}
