// NameTableSubscriber: brings the control plane's name table to the DNS server.
#pragma once

#include <string>
#include <vector>

#include "proxy/names/dns_server.h"
#include "xds/client/subscriber.h"

namespace weft::proxy {

// Main thread. The table is one resource, whatever its name; without it (removed) the last one stays, as an empty table
// would send the mesh's names to the host's resolver.
class NameTableSubscriber final : public xds::Subscriber {
 public:
  // `server` outlives it.
  NameTableSubscriber(DnsServer& server, std::string own_namespace)
      : server_(&server), own_namespace_(std::move(own_namespace)) {}

  runtime::Task<std::vector<xds::Rejection>> apply(const xds::Update& update) override;

 private:
  DnsServer* server_;
  std::string own_namespace_;
};

}  // namespace weft::proxy
