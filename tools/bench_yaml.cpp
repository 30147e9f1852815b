// How fast YAML is read: `bench_yaml PATH…` reads the YAML files in these folders five times with
// the fast reader in front of yaml-cpp, as the program does, and once with yaml-cpp alone. It
// prints the MB/s of CPU time, of the five the best.

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <exception>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "cassmesh/source.hpp"
#include "cassmesh/yaml.hpp"
#include "output.hpp"
#include "yaml/fast.hpp"
#include "yaml/guard.hpp"
#include "yaml/parts.hpp"
#include "yaml/tree.hpp"

namespace {

using cassmesh::Source;
using cassmesh::Sources;
using cassmesh::yaml::Document;
using cassmesh::yaml::Limits;
using cassmesh::yaml::detail::Invalid;
using cassmesh::yaml::detail::Part;
using cassmesh::yaml::detail::Tree;

using Read = std::vector<Document> (*)(const Source&);

std::vector<Document> as_the_program(const Source& source) {
  return cassmesh::yaml::parse(source);
}

std::unique_ptr<Tree> tree_for(const Source& source, const Part& part) {
  auto tree = std::make_unique<Tree>();
  tree->source = &source;
  tree->base = part.begin;
  tree->part = source.text().substr(part.begin, part.end - part.begin);
  return tree;
}

std::vector<Document> with_yaml_cpp(const Source& source) {
  std::vector<Document> documents;
  for (const Part& part : cassmesh::yaml::detail::parts_of(source.text())) {
    auto tree = tree_for(source, part);
    try {
      cassmesh::yaml::detail::check_text(tree->part, Limits{}.document_bytes);
      cassmesh::yaml::detail::read_with_yaml_cpp(*tree, {});
    } catch (const Invalid&) {
      tree->root = 0;
    }
    documents.emplace_back(std::move(tree));
  }
  return documents;
}

/// Seconds for all files; what is read stays in memory meanwhile, as it does in the linter.
double seconds(const Sources& sources, Read read) {
  std::vector<std::vector<Document>> documents;
  const std::clock_t begin = std::clock();
  for (int id = 1; id <= static_cast<int>(sources.size()); ++id) {
    documents.push_back(read(sources[id]));
  }
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

struct Left {
  std::size_t documents = 0;
  std::size_t given_up = 0;
};

/// How many documents the fast reader leaves to yaml-cpp.
Left left_to_yaml_cpp(const Sources& sources) {
  Left left;
  for (int id = 1; id <= static_cast<int>(sources.size()); ++id) {
    for (const Part& part : cassmesh::yaml::detail::parts_of(sources[id].text())) {
      auto tree = tree_for(sources[id], part);
      ++left.documents;
      try {
        cassmesh::yaml::detail::check_text(tree->part, Limits{}.document_bytes);
        if (!cassmesh::yaml::detail::read_fast(*tree)) ++left.given_up;
      } catch (const Invalid&) {
        continue;
      }
    }
  }
  return left;
}

bool is_yaml(const std::filesystem::path& path) {
  const auto extension = path.extension();
  return extension == ".yaml" || extension == ".yml" || extension == ".json";
}

double add_files(const std::filesystem::path& path, Sources& sources) {
  double bytes = 0;
  const auto add = [&](const std::filesystem::path& file) {
    const auto text = cassmesh::output::read_file(file);
    bytes += static_cast<double>(sources.add(file.string(), text).text().size());
  };
  if (!std::filesystem::is_directory(path)) {
    add(path);
    return bytes;
  }
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
    if (entry.is_regular_file() && is_yaml(entry.path())) add(entry.path());
  }
  return bytes;
}

void run(std::span<char*> paths) {
  Sources sources;
  double megabytes = 0;
  for (const char* path : paths) megabytes += add_files(path, sources) / 1e6;
  const Left left = left_to_yaml_cpp(sources);
  fmt::print("{} files, {} documents, {:.1f} MB; {} documents are left to yaml-cpp\n",
             sources.size(), left.documents, megabytes, left.given_up);
  double best = seconds(sources, as_the_program);
  for (int round = 1; round < 5; ++round) {
    best = std::min(best, seconds(sources, as_the_program));
  }
  const double slow = seconds(sources, with_yaml_cpp);
  fmt::print("{:.0f} MB/s; yaml-cpp alone: {:.1f} MB/s; {:.0f} times as fast\n", megabytes / best,
             megabytes / slow, slow / best);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    run(std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 2;
  }
}
