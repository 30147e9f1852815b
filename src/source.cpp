#include "cassmesh/source.hpp"

#include <algorithm>
#include <utility>

namespace cassmesh {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::size_t milestone_distance = 1024;

bool begins_code_point(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
}

/// Where the first line begins for a reader: behind a byte order mark.
std::size_t first_column(std::string_view text) {
  return text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
}

}  // namespace

Source::Source(int id, std::string name, std::string text)
    : id_(id), name_(std::move(name)), text_(std::move(text)) {}

const std::vector<Source::Milestone>& Source::milestones() const {
  std::call_once(indexed_, [this] {
    Milestone last{.offset = first_column(text_)};
    while (true) {
      milestones_.push_back(last);
      const auto near = std::string_view(text_).substr(last.offset, milestone_distance);
      const std::size_t line_end = near.find('\n');
      if (line_end != std::string_view::npos) {
        last = {last.offset + line_end + 1, last.line + 1, 1};
        continue;
      }
      std::size_t next = last.offset + near.size();
      while (next < text_.size() && !begins_code_point(text_[next])) ++next;
      if (next == text_.size()) return;
      last.column += static_cast<int>(std::count_if(near.begin(), near.end(), begins_code_point));
      last.offset = next;
    }
  });
  return milestones_;
}

Location Source::locate(std::size_t offset) const {
  const std::vector<Milestone>& known = milestones();
  offset = std::clamp(offset, known.front().offset, text_.size());
  // The LF of a CRLF is no column of its own.
  if (offset > 0 && offset < text_.size() && text_[offset] == '\n' && text_[offset - 1] == '\r') {
    --offset;
  }
  const auto after = std::ranges::upper_bound(known, offset, {}, &Milestone::offset);
  const Milestone& from = *std::prev(after);
  const auto passed =
      std::count_if(text_.begin() + static_cast<std::ptrdiff_t>(from.offset),
                    text_.begin() + static_cast<std::ptrdiff_t>(offset), begins_code_point);
  return {id_, from.line, from.column + static_cast<int>(passed)};
}

std::size_t Source::offset(const Location& location) const {
  const std::vector<Milestone>& known = milestones();
  const auto point = [](const Milestone& it) { return std::pair(it.line, it.column); };
  const auto after =
      std::ranges::upper_bound(known, std::pair(location.line, location.column), {}, point);
  if (after == known.begin()) return known.front().offset;
  const Milestone& from = *std::prev(after);
  if (from.line < location.line) return text_.size();
  auto offset = from.offset;
  auto column = from.column;
  for (; offset < text_.size() && text_[offset] != '\n'; ++offset) {
    if (!begins_code_point(text_[offset])) continue;
    if (column == location.column) return offset;
    ++column;
  }
  const bool behind_return = offset > from.offset && text_[offset - 1] == '\r';
  return behind_return && offset < text_.size() ? offset - 1 : offset;
}

Place Source::place(std::size_t begin, std::size_t end) const {
  Place place{locate(begin), locate(end)};
  if (place.end <= place.at) place.end = {id_, place.at.line, place.at.column + 1};
  return place;
}

std::string_view Source::line(int number) const {
  const std::vector<Milestone>& known = milestones();
  const auto start = std::ranges::lower_bound(known, number, {}, &Milestone::line);
  if (number < 1 || start == known.end()) return {};
  std::string_view rest = std::string_view(text_).substr(start->offset);
  rest = rest.substr(0, rest.find('\n'));
  if (rest.ends_with('\r')) rest.remove_suffix(1);
  return rest;
}

const Source& Sources::add(std::string name, std::string text) {
  const int id = static_cast<int>(sources_.size()) + 1;
  sources_.push_back(std::make_unique<Source>(id, std::move(name), std::move(text)));
  return *sources_.back();
}

}  // namespace cassmesh
