#pragma once

#include <vector>

#include "model.hpp"

/// Where only the oldest of several objects counts, and no file tells which one that is.
namespace cassmesh::engine {

/// Such objects of a model; see `Model::undated`.
std::vector<Objects::List> undated(const Model& model);

/// Of what was found when the model was made, what still competes, whatever was taken out since.
std::vector<Objects::List> undated_left(const Model& model);

/// Makes one of such a list the one that counts.
void take_for_oldest(Model& model, const Objects::List& undated, const k8s::Object* oldest);

}  // namespace cassmesh::engine
