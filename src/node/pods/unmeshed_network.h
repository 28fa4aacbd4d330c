// UnmeshedNetwork: what a pod without a sidecar gets instead: names, service addresses, and the way out of the mesh.
#pragma once

#include <memory>
#include <string>

#include "node/broker/relay.h"
#include "node/names/name_server.h"
#include "node/pods/node_context.h"

namespace weft::node {

// For one pod. One reactor. stop() before destruction; `context` and `holder` outlive it.
class UnmeshedNetwork {
 public:
  static runtime::Task<Result<std::unique_ptr<UnmeshedNetwork>>> start(const NodeContext& context, Holder& holder);
  runtime::Task<void> stop();

  // The service table has changed: its rules are applied within a moment, several changes at once.
  void on_services_changed() { changed_.set(); }

 private:
  UnmeshedNetwork(const NodeContext& context, Holder& holder, std::unique_ptr<NameServer> names,
                  std::unique_ptr<EgressRelay> egress);
  runtime::Task<void> keep_rules();

  const NodeContext* context_;
  runtime::Reactor* reactor_;
  Holder* holder_;
  std::unique_ptr<NameServer> names_;
  std::unique_ptr<EgressRelay> egress_;
  std::string applied_;
  runtime::Gate gate_;
  runtime::Signal changed_;
  bool is_stopping_ = false;
};

}  // namespace weft::node
