#include "control/mesh/gateways.h"

#include <algorithm>
#include <iterator>

namespace weft::control::mesh {
namespace {

bool is_older_gateway(const GatewayPtr& a, const GatewayPtr& b) {
  return a->age < b->age;
}

}  // namespace

void Gateways::put(const GatewayPtr& gateway) {
  erase(*gateway);
  auto list = *all_;
  list.insert(std::upper_bound(list.begin(), list.end(), gateway, is_older_gateway), gateway);
  all_ = std::make_shared<const List>(std::move(list));
}

void Gateways::erase(const Gateway& gateway) {
  auto list = *all_;
  std::erase_if(list, [&](const auto& other) { return other->name == gateway.name; });
  all_ = std::make_shared<const List>(std::move(list));
}

std::vector<GatewayPtr> Gateways::selecting(const model::Labels& labels) const {
  std::vector<GatewayPtr> found;
  std::copy_if(all_->begin(), all_->end(), std::back_inserter(found),
               [&](const auto& gateway) { return model::selects(gateway->spec.selector, labels); });
  return found;
}

}  // namespace weft::control::mesh
