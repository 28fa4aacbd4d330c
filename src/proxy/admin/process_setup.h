// What weft-proxy sets up before its parts: who it is for the control plane, limits and files of the process.
#pragma once

#include <memory>
#include <string>

#include <envoy/config/core/v3/base.pb.h>

#include "base/error.h"
#include "proxy/admin/options.h"
#include "proxy/names/resolver.h"

namespace weft::proxy {

// The xDS node of this proxy. Fails with `invalid` when the metadata is not a JSON object.
Result<envoy::config::core::v3::Node> make_node(const Options& options);

// Who resolves the names of clusters: what --resolver says, else the broker's resolver, else that of /etc/resolv.conf.
std::unique_ptr<Resolver> make_resolver(runtime::Reactor& reactor, const Options& options);

// Every connection is a descriptor: as many as the system allows this process.
void raise_descriptor_limit();

// How many connections clients may have: half of the descriptors, since each may need one to an endpoint, and the admin
// pages have to answer in any case.
uint32_t clients_max();

// The descriptor to write the access log to; -1 when none is wanted. The process keeps it to its end.
Result<int> open_access_log(const std::string& path);

}  // namespace weft::proxy
