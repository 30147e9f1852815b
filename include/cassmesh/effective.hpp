#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cassmesh/config_keys.hpp"
#include "cassmesh/lint.hpp"
#include "cassmesh/source.hpp"

/// What a run goes by, and who says so: `lint --show-config`.
namespace cassmesh::lint {

/// One setting as it is in force.
struct Setting {
  std::string path;                  ///< of its key; of a rule `rules.dead-host`
  const config::Key* key = nullptr;  ///< a rule's is that of `rules`
  yaml::Value value{};               ///< absent if it is not one value
  bool is_set = false;               ///< somebody says it; else it is a default
  std::string origin{};              ///< who: `.cassmesh.yaml:3`, `--istio`; or why it is so
  std::vector<Setting> below{};      ///< of a group: what is in it
  bool differs = false;              ///< it is another one in each scope
};

/// What is judged together, with what holds there and not elsewhere.
struct ScopeSettings {
  std::string name{};  ///< empty for all that is in no other scope
  std::size_t objects = 0;
  std::size_t rings = 0;
  std::vector<Setting> settings{};
};

struct Effective {
  std::vector<Setting> settings;  ///< as the table of keys has them
  std::vector<ScopeSettings> scopes;
  Summary summary;                 ///< without findings
  std::vector<std::string> files;  ///< that were read, by name
};

/// What somebody typed in place of what the configuration says.
struct Typed {
  std::string path;    ///< of the key
  std::string option;  ///< `--baseline`
  yaml::Value value;
};

/// Reads files as `lint` does and judges nothing. `typed`: what Options do not tell.
Effective effective_config(Sources& sources, const std::vector<const Source*>& files,
                           const Options& options, const std::vector<Typed>& typed = {});

/// A commented `.cassmesh.yaml` for a folder, from what is seen in files: `init --config`. Linted
/// with it or without any, they have the same findings, but for those that come of taking for one
/// what is applied apart.
std::string suggested_config(Sources& sources, const std::vector<const Source*>& files,
                             const std::string& folder);

}  // namespace cassmesh::lint

namespace cassmesh::report {

/// As a file that could be saved as .cassmesh.yaml: what is set, and the defaults as comments, each
/// with its origin. `config`: the file that was read, or empty; `with_files`: also tells which
/// files were.
std::string effective_text(const lint::Effective& effective, std::string_view config,
                           bool with_files);
std::string effective_json(const lint::Effective& effective);

}  // namespace cassmesh::report
