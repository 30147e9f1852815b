#pragma once

#include <optional>
#include <vector>

#include "flow.hpp"

/// The ways in which a ring must be reachable.
namespace cassmesh::engine {

/// One way of a connection, in terms that fit every model of one ring.
struct Way {
  enum class From { node, client, kubelet, outside };
  From from = From::node;
  std::size_t source = 0;  ///< the index of the node or client
  std::size_t target = 0;  ///< of the node
  int port = 0;
  Route::Dialled dialled = Route::Dialled::pod_ip;
  const k8s::Object* service = nullptr;  ///< whose address is dialled
  std::string host{};
  bool asks_for_seed = false;  ///< the name that is asked for first is that of a seed
  bool target_is_ready = true;
  bool is_way_back = false;  ///< to a pod that asked a seed
  bool is_self = false;
  bool is_probe = false;
  yaml::Node probe{};
};

/// A connection with its ways; all of them must lead there.
struct Question {
  Connection connection;
  std::vector<Way> ways;
};

/// All of a ring, those of one name together.
std::vector<Question> questions(const Model& model);

/// What becomes of it. Nothing if the model lacks the Service that is dialled.
std::optional<Trace> answer(const Question& question, const Model& model, const Moment& version,
                            bool records);

}  // namespace cassmesh::engine
