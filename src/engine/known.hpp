#pragma once

#include <map>
#include <optional>
#include <span>
#include <vector>

#include "outcomes.hpp"

namespace cassmesh::engine {

/// A ring with all that was asked about it.
class Known {
 public:
  Known(Model of, std::span<const Segment> in);

  const Model& full() const { return full_; }
  const std::vector<Question>& questions() const { return asked_; }
  std::span<const Segment> segments() const { return segments_; }

  /// Compared with the ring without it, and with it alone on the ideal one.
  Effect effect(const k8s::Object& object);
  Effect effect(Aspect aspect);

 private:
  /// One connection on some versions.
  struct Cell {
    std::size_t question;
    std::size_t segment;
  };
  /// What a change makes of the ring.
  struct Change {
    const Model& alone;  ///< the ideal ring with the thing
    Table outcomes;      ///< of the full ring without the thing
    Table best;          ///< of the ideal ring
  };

  static Outcome at(const Table& table, Cell cell) { return table[cell.question][cell.segment]; }
  Table without(const Model& less) const { return table(asked_, less, segments_); }
  bool is_loss(Outcome outcome, Outcome otherwise, Cell cell) const;
  bool is_bad(Cell cell) const;
  bool is_cured(Cell cell);
  void find_cures();
  void note_cures(const Model& less);
  /// `best`: the ideal ring, if it is another one than usual.
  Effect compare(const Model& less, const Model& alone, const Model* best = nullptr);
  Effect compare_speaking(bool mtls);
  void compare(Cell cell, Change& change, Effect& effect);
  void add_break(Effect& effect, Cell cell, const Model& bad, Outcome otherwise) const;
  template <typename Action>
  void each_cell(const Action& action) const;

  Model full_;
  Model core_;  ///< as it should be
  std::vector<Question> asked_;
  std::span<const Segment> segments_;
  std::vector<std::vector<bool>> wanted_;  ///< where plaintext is a loss
  Table as_is_;
  Table at_best_;
  /// Where taking one thing away mends a connection.
  std::optional<std::vector<std::vector<bool>>> cures_;
  std::map<const k8s::Object*, Effect> of_objects_;
  std::map<Aspect, Effect> of_aspects_;
};

}  // namespace cassmesh::engine
