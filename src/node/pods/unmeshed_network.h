// UnmeshedNetwork: what a pod without a sidecar gets instead: names, service addresses, and the way out of the mesh.
#pragma once

#include <memory>
#include <string>

#include "node/broker/relay.h"
#include "node/isolation/kept_rules.h"
#include "node/names/name_server.h"
#include "node/pods/node_context.h"

namespace weft::node {

// For one pod. One reactor. stop() before destruction; `context`, `holder` and `egress` outlive it.
class UnmeshedNetwork {
 public:
  static runtime::Task<Result<std::unique_ptr<UnmeshedNetwork>>> start(const NodeContext& context, Holder& holder,
                                                                       const PodEgress& egress);
  runtime::Task<void> stop();

  // The service table has changed: its rules are applied within a moment, several changes at once.
  void on_services_changed() { rules_.on_change(); }

 private:
  UnmeshedNetwork(const NodeContext& context, Holder& holder, std::unique_ptr<NameServer> names,
                  std::unique_ptr<EgressRelay> egress);

  std::unique_ptr<NameServer> names_;
  std::unique_ptr<EgressRelay> egress_;
  KeptRules rules_;
};

}  // namespace weft::node
