#include "control/mesh/aliases.h"

#include <algorithm>
#include <utility>

namespace weft::control::mesh {
namespace {

// As many steps as resolvers follow; more go round in a circle.
constexpr int kStepsMax = 8;

}  // namespace

// `now` may be null: the old one goes.
void Aliases::replace(std::string_view target, const Service& old, const ServicePtr& now) {
  const auto* known = by_target_.find(target);
  auto list = known ? **known : List{};
  std::erase_if(list, [&](const auto& other) { return other->host == old.host; });
  if (now) list.insert(std::ranges::upper_bound(list, now->host, {}, &Service::host), now);
  if (list.empty()) {
    by_target_.erase(target);
  } else {
    by_target_.put(target, std::make_shared<const List>(std::move(list)));
  }
}

void Aliases::put(const ServicePtr& alias) {
  by_host_.put(alias->host, alias);
  replace(alias->alias_of, *alias, alias);
}

void Aliases::erase(const Service& alias) {
  by_host_.erase(alias.host);
  replace(alias.alias_of, alias, nullptr);
}

void Aliases::export_by_default(std::vector<std::string> export_to) {
  default_export_ = DefaultExport(std::move(export_to));
}

bool Aliases::is_exported_to(const Service& alias, std::string_view client_space) const {
  return is_exported(default_export_.of(alias.export_to), alias.space, client_space);
}

std::string Aliases::target_of(std::string_view host) const {
  std::string_view target = host;
  for (int i = 0; i < kStepsMax; ++i) {
    const auto* alias = by_host_.find(target);
    if (!alias) return std::string(target);
    target = (*alias)->alias_of;
  }
  return {};
}

// Every alias stands for one host, so the ones behind a host that is none of them are a tree.
std::vector<ServicePtr> Aliases::of(std::string_view host) const {
  List found;
  if (by_host_.find(host)) return found;
  std::vector<std::string_view> open{host};
  for (int i = 0; i < kStepsMax && !open.empty(); ++i) {
    for (const auto target : std::exchange(open, {})) {
      const auto* list = by_target_.find(target);
      if (!list) continue;
      for (const auto& alias : **list) open.push_back(alias->host);
      found.insert(found.end(), (*list)->begin(), (*list)->end());
    }
  }
  std::ranges::sort(found, {}, &Service::host);
  return found;
}

void Aliases::each(const std::function<void(const ServicePtr&)>& visit) const {
  by_host_.each([&](const std::string&, const ServicePtr& alias) { visit(alias); });
}

}  // namespace weft::control::mesh
