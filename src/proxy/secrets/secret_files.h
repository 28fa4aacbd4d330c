// SecretFiles: certificates, keys, roots and revocation lists that settings name by their paths come into force when
// the files are replaced, without a push.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>

#include "runtime/file_watch.h"
#include "runtime/gate.h"
#include "runtime/reactor.h"

namespace weft::proxy {

// Owned by bin/; main thread. close() before destruction.
class SecretFiles {
 public:
  // Reads the files again and brings what follows into force.
  using Renew = std::function<runtime::Task<void>()>;
  SecretFiles(runtime::Reactor& reactor, Renew renew) : reactor_(&reactor), renew_(std::move(renew)), gate_(reactor) {}

  // These from now on. Costs nothing as long as there are none.
  void follow(const std::set<std::string>& paths);
  runtime::Task<void> close();

 private:
  runtime::Task<void> run();

  runtime::Reactor* reactor_;
  Renew renew_;
  runtime::Gate gate_;
  std::unique_ptr<runtime::FileWatch> watch_;  // null: there was nothing to follow so far
  bool has_failed_ = false;
};

}  // namespace weft::proxy
