#include "control/mesh/services.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace weft::control::mesh {
namespace {

bool comes_before(const ServicePtr& a, const ServicePtr& b) {
  return std::tie(a->registry, a->age, a->host) < std::tie(b->registry, b->age, b->host);
}

bool is_same_service(const Service& a, const Service& b) {
  return a.registry == b.registry && a.space == b.space && a.age.name == b.age.name && a.host == b.host;
}

}  // namespace

// `now` may be null: the old one goes.
void Services::replace_in(Index& index, std::string_view key, const Service& old, const ServicePtr& now) {
  const auto* known = index.find(key);
  auto list = known ? **known : List{};
  std::erase_if(list, [&](const auto& other) { return is_same_service(*other, old); });
  if (now) list.insert(std::upper_bound(list.begin(), list.end(), now, comes_before), now);
  if (list.empty()) {
    index.erase(key);
  } else {
    index.put(key, std::make_shared<const List>(std::move(list)));
  }
}

void Services::put(const ServicePtr& service) {
  replace_in(by_host_, service->host, *service, service);
  replace_in(by_space_, service->space, *service, service);
}

void Services::erase(const Service& service) {
  replace_in(by_host_, service.host, service, nullptr);
  replace_in(by_space_, service.space, service, nullptr);
}

void Services::export_by_default(std::vector<std::string> export_to) {
  default_export_ = DefaultExport(std::move(export_to));
}

ServicePtr Services::find(std::string_view host) const {
  const auto* list = by_host_.find(host);
  return list ? (*list)->front() : nullptr;
}

ServicePtr Services::find(std::string_view host, std::string_view client_space) const {
  const auto* list = by_host_.find(host);
  if (!list) return nullptr;
  for (const auto& service : **list) {
    if (is_exported(default_export_.of(service->export_to), service->space, client_space)) return service;
  }
  return nullptr;
}

std::vector<ServicePtr> Services::all_of(std::string_view host) const {
  const auto* list = by_host_.find(host);
  return list ? **list : List{};
}

void Services::each(const std::function<void(const ServicePtr&)>& visit) const {
  by_host_.each([&](const std::string&, const auto& list) { visit(list->front()); });
}

std::vector<ServicePtr> Services::selecting(std::string_view space, const model::Labels& labels) const {
  std::vector<ServicePtr> selecting;
  const auto* services = by_space_.find(space);
  if (!services) return selecting;
  for (const auto& service : **services) {
    // A Service without a selector has endpoints of its owner's making: it selects no pod.
    if (!service->selector.empty() && model::selects(service->selector, labels)) selecting.push_back(service);
  }
  std::sort(selecting.begin(), selecting.end(), [](const auto& a, const auto& b) { return a->name < b->name; });
  return selecting;
}

}  // namespace weft::control::mesh
