#pragma once

#include <map>
#include <span>
#include <vector>

#include "outcomes.hpp"
#include "segments.hpp"

namespace cassmesh::engine {

/// A ring with all that was asked about it.
class Known {
 public:
  Known(Model of, std::span<const Segment> in);
  Known(const Known&) = delete;  // its parts look into each other
  Known& operator=(const Known&) = delete;
  ~Known() = default;

  const Model& full() const { return full_; }
  /// What becomes of a connection in the full ring on version after version.
  Traced trace(const Question& question) const;
  const std::vector<Question>& questions() const { return asked_; }

  /// Compared with the ring without it, and with it alone on the ideal one.
  Effect effect(const k8s::Object& object);
  Effect effect(Aspect aspect);
  /// Whether any outcome, on any version, is another one without it.
  bool matters(const k8s::Object& object) const;

 private:
  /// One connection on some versions, on which it might be better.
  struct Cell {
    const Segment* segment;
    Outcome outcome;
    bool wants_mtls;        ///< so that plaintext is a loss
    bool is_bad;            ///< worse than in the ideal ring
    bool is_cured = false;  ///< taking one thing away mends it
  };
  /// A needed connection with all its cells. Only where something might be better, something can
  /// be what makes it worse.
  struct Fault {
    const Question* question;
    std::vector<Cell> cells;
  };
  /// What is compared.
  struct Change {
    const Model& less;   ///< the full ring without the thing
    const Model& alone;  ///< the ideal ring with the thing
    const Model& best;   ///< the ideal ring
  };

  std::vector<Fault> find_faults() const;
  std::vector<Cell> cells_of(const Question& question) const;
  void find_cures();
  void note_cures(const Model& less);
  bool is_cured(const Cell& cell);
  /// Whether what is looked at alone would make the connection worse there.
  static bool is_loss_alone(const Cell& cell, Outcome outcome, Outcome best);
  Effect compare(const Change& change);
  Effect compare(Aspect aspect);
  Effect compare_speaking(bool mtls);

  Model full_;
  Model core_;  ///< as it should be
  Variants as_is_;
  Variants at_best_;
  std::vector<Question> asked_;
  std::span<const Segment> segments_;
  std::vector<Fault> faults_;
  bool knows_cures_ = false;
  std::map<const k8s::Object*, Effect> of_objects_;
  std::map<Aspect, Effect> of_aspects_;
};

}  // namespace cassmesh::engine
