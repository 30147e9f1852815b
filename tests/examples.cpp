#include "examples.hpp"

#include <algorithm>
#include <deque>
#include <filesystem>
#include <string>
#include <tuple>

#include "files.hpp"
#include "support.hpp"

namespace fs = std::filesystem;

const std::vector<cassmesh::Example>& examples_on_disk() {
  static std::deque<std::string> texts;
  static const auto all = [] {
    const auto kept = [](std::string text) {
      return std::string_view(texts.emplace_back(std::move(text)));
    };
    std::vector<cassmesh::Example> examples;
    for (const auto& folder : fs::directory_iterator(source_folder() / "tests/rules")) {
      const auto rule = kept(folder.path().filename().string());
      for (const auto& file : fs::directory_iterator(folder)) {
        if (file.path().extension() != ".yaml") continue;
        examples.push_back({rule, kept(file.path().filename().string()),
                            kept(cassmesh::files::read_file(file.path()))});
      }
    }
    std::ranges::sort(examples, {}, [](const cassmesh::Example& each) {
      return std::tuple(each.rule, each.file);
    });
    return examples;
  }();
  return all;
}
