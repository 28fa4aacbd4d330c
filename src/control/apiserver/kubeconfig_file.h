// KubeconfigFile: the kubeconfig in the state folder, by which kubectl on this machine finds weftd's port on loopback,
// trusts it and shows the admin's token.
#pragma once

#include <cstdint>
#include <string>

#include "control/ca/authority.h"
#include "control/store/store.h"
#include "runtime/gate.h"
#include "runtime/signal.h"

namespace weft::control {

// Owned by the ApiServer; control thread. The store and the authority outlive it. start(), then close() before
// destruction.
class KubeconfigFile {
 public:
  // What is in it beside the mesh's roots. A value.
  struct Options {
    std::string path;
    uint16_t port;
    std::string token;
  };

  KubeconfigFile(runtime::Reactor& reactor, Store& store, Authority& authority, Options options)
      : reactor_(&reactor),
        store_(&store),
        authority_(&authority),
        options_(std::move(options)),
        changed_(reactor),
        gate_(reactor) {}

  // Writes it, whole and 0600, and from then on again when the mesh's roots change. Fails as writing does.
  Result<> start();
  runtime::Task<void> close();

 private:
  Result<> write(std::string roots);
  runtime::Task<void> follow_roots();

  runtime::Reactor* reactor_;
  Store* store_;
  Authority* authority_;
  Options options_;
  std::string written_roots_;
  runtime::Signal changed_;
  bool closed_ = false;
  runtime::Gate gate_;
};

}  // namespace weft::control
