#pragma once

#include <algorithm>
#include <string_view>

/// What files can tell of a condition: it is met, it is not, or it hangs on what is not in them.
namespace cassmesh::engine {

enum class Match { no, unknown, yes };  // in this order: `both` and `either` are min and max

constexpr Match match_if(bool is_met) {
  return is_met ? Match::yes : Match::no;
}
constexpr Match both(Match left, Match right) {
  return std::min(left, right);
}
constexpr Match either(Match left, Match right) {
  return std::max(left, right);
}
constexpr Match opposite(Match match) {
  if (match == Match::unknown) return match;
  return match_if(match == Match::no);
}

/// Whether some item of a list meets a condition.
template <typename List, typename Condition>
Match some(const List& list, Condition condition) {
  auto best = Match::no;
  for (const auto& item : list) best = either(best, condition(item));
  return best;
}

/// Whether every item does.
template <typename List, typename Condition>
Match each(const List& list, Condition condition) {
  auto worst = Match::yes;
  for (const auto& item : list) worst = both(worst, condition(item));
  return worst;
}

/// Whether a block of addresses holds a pod's, of which no file tells more than that it has one.
constexpr Match covers_pods(std::string_view block) {
  return block == "0.0.0.0/0" ? Match::yes : Match::unknown;
}

}  // namespace cassmesh::engine
