#include "control/mesh/discovery.h"

#include <algorithm>

namespace weft::control::mesh {

void Discovery::put_space(const std::string& name, const model::Labels& labels) {
  const auto [space, is_new] = spaces_.try_emplace(name);
  space->second.labels = labels;
  if (is_new) space->second.is_taken = is_selected(labels);
}

bool Discovery::takes(const std::string& space) {
  const auto [found, is_new] = spaces_.try_emplace(space);
  if (is_new) found->second.is_taken = is_selected({});
  return found->second.is_taken;
}

Discovery::Moves Discovery::settle() {
  Moves moves;
  for (auto& [name, space] : spaces_) {
    const bool is_taken = is_selected(space.labels);
    if (is_taken == space.is_taken) continue;
    space.is_taken = is_taken;
    (is_taken ? moves.joined : moves.left).push_back(name);
  }
  return moves;
}

bool Discovery::is_selected(const model::Labels& labels) const {
  if (selectors_.empty()) return true;
  return std::ranges::any_of(selectors_, [&](const auto& selector) { return selector.selects(labels); });
}

}  // namespace weft::control::mesh
