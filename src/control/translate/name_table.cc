#include "control/translate/name_table.h"

#include <istio/networking/nds/v1/nds.pb.h>

#include "control/translate/encode.h"

namespace weft::control::translate {
namespace {

using istio::networking::nds::v1::NameTable;

void fill(const mesh::Service& service, std::string_view shortname, NameTable::NameInfo& info) {
  info.set_registry("Kubernetes");
  info.set_shortname(std::string(shortname));
  info.set_namespace_(service.space);
}

void add_headless(const mesh::MeshView& view, const mesh::Service& service, NameTable& table) {
  auto endpoints = view.endpoints(service.host);
  for (const auto& endpoint : *endpoints) {
    if (!endpoint.ready && !service.publishes_unready) continue;
    (*table.mutable_table())[service.host].add_ips(endpoint.address);
    if (endpoint.hostname.empty()) continue;
    auto& own = (*table.mutable_table())[endpoint.hostname + "." + service.host];
    own.add_ips(endpoint.address);
    fill(service, endpoint.hostname + "." + service.name, own);
  }
}

}  // namespace

Encoded name_table(const mesh::MeshView& view, const Scope& scope) {
  NameTable table;
  view.each_service([&](const mesh::ServicePtr& service) {
    if (!mesh::is_exported(service->export_to, service->space, scope.space)) return;
    if (service->headless) {
      add_headless(view, *service, table);
    } else if (!service->address.empty()) {
      (*table.mutable_table())[service->host].add_ips(service->address);
    }
    auto entry = table.mutable_table()->find(service->host);
    if (entry != table.mutable_table()->end()) fill(*service, service->name, entry->second);
  });
  return encode(std::string(kNameTable), table);
}

}  // namespace weft::control::translate
