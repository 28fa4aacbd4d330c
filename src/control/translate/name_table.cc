#include "control/translate/name_table.h"

#include <istio/networking/nds/v1/nds.pb.h>

#include "control/translate/encode.h"
#include "control/translate/visibility.h"

namespace weft::control::translate {
namespace {

using istio::networking::nds::v1::NameTable;

void fill(const mesh::Service& service, std::string_view shortname, NameTable::NameInfo& info) {
  const bool is_kubernetes = service.registry == mesh::Registry::kubernetes;
  info.set_registry(is_kubernetes ? "Kubernetes" : "External");
  if (!is_kubernetes) return;
  info.set_shortname(std::string(shortname));
  info.set_namespace_(service.space);
}

void add_headless(const mesh::MeshView& view, const mesh::Service& service, NameTable& table) {
  auto endpoints = view.endpoints(service.space, service.host);
  for (const auto& endpoint : *endpoints) {
    if (!endpoint.ready && !service.publishes_unready) continue;
    (*table.mutable_table())[service.host].add_ips(endpoint.address);
    if (endpoint.hostname.empty()) continue;
    auto& own = (*table.mutable_table())[endpoint.hostname + "." + service.host];
    own.add_ips(endpoint.address);
    fill(service, endpoint.hostname + "." + service.name, own);
  }
}

void add_alias(const mesh::Service& alias, std::string target, NameTable& table) {
  auto& added = (*table.mutable_aliases())[alias.host];
  added.set_host(std::move(target));
  added.set_shortname(alias.name);
  added.set_namespace_(alias.space);
}

}  // namespace

Encoded name_table(const mesh::MeshView& view, const Scope& scope) {
  NameTable table;
  view.services().each([&](const mesh::ServicePtr& known) {
    const auto service = visible_service(view, scope, known->host);
    if (!service) return;
    if (service->headless) add_headless(view, *service, table);
    for (const auto& address : service->addresses) {
      const bool is_subnet = address.find('/') != std::string::npos;
      if (!is_subnet) (*table.mutable_table())[service->host].add_ips(address);
    }
    auto entry = table.mutable_table()->find(service->host);
    if (entry != table.mutable_table()->end()) fill(*service, service->name, entry->second);
  });
  view.aliases().each([&](const mesh::ServicePtr& alias) {
    auto target = view.aliases().target_of(alias->host);
    if (!target.empty() && is_visible_alias(view, scope, *alias)) add_alias(*alias, std::move(target), table);
  });
  return encode(std::string(kNameTable), table);
}

}  // namespace weft::control::translate
