// Reads annotations.txt, once: a line is a key, what it is, on which resources it is read, and in
// which minors, as in fields.txt.

#include "annotations.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "lines.hpp"
#include "text.hpp"

namespace cassmesh::fields {

/// The text of annotations.txt; made by CMake.
std::string_view annotations_text();

namespace {

using mesh::VersionRange;

Use use_of(std::string_view word) {
  if (word == "annotation") return Use::annotation;
  return word == "label" ? Use::label : Use::read;
}

std::vector<Key> read_keys() {
  std::vector<Key> keys;
  for (auto text = annotations_text(); !text.empty();) {
    auto line = cut(text, '\n');
    Key key{.name = cut(line, ' '), .use = use_of(cut(line, ' ')), .resources = {}, .istio = {}};
    key.resources = cut(line, ' ');
    key.istio = minors(line.substr(1));
    keys.push_back(std::move(key));
  }
  return keys;
}

/// All of them, sorted by name.
const std::vector<Key>& all_keys() {
  static const auto keys = read_keys();
  return keys;
}

bool is_known(std::string_view name) {
  return std::ranges::binary_search(all_keys(), name, {}, &Key::name);
}

/// How many slips the words are apart, if one may stand for the other.
std::optional<std::size_t> nearness(std::string_view word, std::string_view other) {
  const auto [shorter, longer] = std::minmax({word.size(), other.size()});
  const auto ending = longer - shorter;
  const bool has_ending = shorter >= 6 && word.substr(0, shorter) == other.substr(0, shorter);
  const std::size_t most = shorter >= 8 ? 2 : shorter >= 4 ? 1 : 0;
  if (ending > std::max<std::size_t>(most, has_ending ? 3 : 0)) return std::nullopt;
  if (word == other) return 0;
  if (has_ending) return ending;
  const auto steps = slips(word, other);
  return steps <= most ? std::optional(steps) : std::nullopt;
}

/// A key in lower case, and what it is made of.
struct Parts {
  explicit Parts(std::string_view key) : whole(lower_case(key)) {
    const std::string_view text(whole);
    const auto slash = std::min(text.find('/'), text.size());
    prefix = text.substr(0, slash);
    name = text.substr(std::min(slash + 1, text.size()));
  }
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;
  ~Parts() = default;

  std::string whole;
  std::string_view prefix;
  std::string_view name;  ///< empty without a slash
};

/// Whether a prefix may be Istio's own with a slip or two. Most are not, which this says fast.
bool may_be_istios(const Parts& key) {
  constexpr std::array<std::string_view, 4> pairs{"is", "ti", "o.", "io"};
  constexpr std::array<std::string_view, 2> words{"istio", "inject"};
  const auto is_in = [&](std::string_view part) { return key.prefix.find(part) != part.npos; };
  if (key.name.empty()) return std::ranges::any_of(words, is_in);
  return std::ranges::count_if(pairs, is_in) >= 2;
}

class Search {
 public:
  Search(std::string_view name, Use use, const VersionRange& judged)
      : key_(name), use_(use), judged_(judged) {}

  const Key* find() {
    if (!may_be_istios(key_)) return nullptr;
    for (const auto& key : all_keys()) {
      if (key.use != Use::read && key.istio.overlaps(judged_)) weigh(key);
    }
    if (best_ != nullptr) return best_;
    return is_clear() ? elsewhere_ : nullptr;
  }

 private:
  void weigh(const Key& key) {
    const Parts other(key.name);
    const auto prefix = nearness(key_.prefix, other.prefix);
    const bool same_name = key_.name == other.name;
    if (prefix == 0) has_known_prefix_ = true;
    if (same_name && !key_.name.empty()) note_elsewhere(key);
    if (!prefix) return;
    const auto name = nearness(key_.name, other.name);
    if (!name || (*prefix > 0 && !same_name && *prefix + *name > 2)) return;
    take(key, 2 * (*prefix + *name) + (key.use == use_ ? 0 : 1));
  }

  void take(const Key& key, std::size_t steps) {
    if (best_ != nullptr && steps_ <= steps) return;
    best_ = &key;
    steps_ = steps;
  }

  /// Under whatever prefix it stands there.
  void note_elsewhere(const Key& key) {
    if (elsewhere_ != nullptr && elsewhere_->name != key.name) is_ambiguous_ = true;
    if (elsewhere_ == nullptr || key.use == use_) elsewhere_ = &key;
  }

  /// Whether the last part alone tells what was meant.
  bool is_clear() const {
    constexpr std::size_t telling = 12;
    return !is_ambiguous_ && key_.prefix.ends_with("istio.io") &&
           (has_known_prefix_ || key_.name.size() >= telling);
  }

  Parts key_;
  Use use_;
  const VersionRange& judged_;
  const Key* best_ = nullptr;
  std::size_t steps_ = 0;
  const Key* elsewhere_ = nullptr;
  bool is_ambiguous_ = false;
  bool has_known_prefix_ = false;
};

void add(std::vector<Metadata>& all, const yaml::Node& metadata, std::string_view resource) {
  for (const auto use : {Use::annotation, Use::label}) {
    const auto node = metadata[use == Use::label ? "labels" : "annotations"];
    if (node.is_mapping()) all.push_back({node, use, resource});
  }
}

}  // namespace

std::string_view to_string(Use use) {
  return use == Use::label ? "label" : "annotation";
}

bool Key::is_read_on(std::string_view resource) const {
  for (auto rest = resources; !rest.empty();) {
    const auto each = cut(rest, '|');
    if (each == resource || each == "Any") return true;
  }
  return false;
}

const Key* key_of(std::string_view name, Use use) {
  const auto& keys = all_keys();
  const auto found =
      std::ranges::find_if(std::ranges::lower_bound(keys, name, {}, &Key::name), keys.end(),
                           [&](const Key& key) { return key.name != name || key.use == use; });
  return found == keys.end() || found->name != name ? nullptr : &*found;
}

VersionRange versions_reading(std::string_view name) {
  VersionRange range;
  const auto& keys = all_keys();
  for (auto key = std::ranges::lower_bound(keys, name, {}, &Key::name);
       key != keys.end() && key->name == name; ++key)
    range = range | key->istio;
  return range;
}

bool is_written_by_istio(std::string_view name) {
  constexpr std::array<std::string_view, 5> names{
      "ambient.istio.io/redirection", "gateway.istio.io/controller-version", "istio.io/rev",
      "proxy.istio.io/overrides", "sidecar.istio.io/status"};
  return std::ranges::find(names, name) != names.end();
}

const Key* meant_by(std::string_view name, Use use, const VersionRange& judged) {
  return is_known(name) ? nullptr : Search(name, use, judged).find();
}

std::vector<Metadata> metadata_of(const k8s::Object& object) {
  std::vector<Metadata> all;
  add(all, object["metadata"], object.kind());
  if (object.is("CronJob")) add(all, object["spec"]["jobTemplate"]["metadata"], "Job");
  if (!object.is("Pod")) add(all, object.pod_template()["metadata"], "Pod");
  return all;
}

}  // namespace cassmesh::fields
