// KeyFetcher: keeps the key sets of all token issuers that policies name: fetched when they are first named, again
// every 20 minutes, sooner after a failure; until then those hold that an earlier weftd has kept.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "control/jwks/document_fetch.h"
#include "control/jwks/kept_keys.h"
#include "control/mesh/key_sets.h"
#include "control/mesh/mesh_view.h"
#include "control/mesh/object_change.h"
#include "runtime/gate.h"
#include "runtime/signal.h"

namespace weft::control {

// Control thread, which it never blocks. Owned by the configuration server; start(), and close() before its
// destruction.
class KeyFetcher {
 public:
  // Told of a source's key set when it is there, or another; "" when the last one is too old to be believed.
  using Changed = std::function<void(const mesh::KeySource& source, const std::string& key_set)>;

  KeyFetcher(runtime::Reactor& reactor, net::Address nameserver, KeptKeys kept, Changed changed);

  void start();
  runtime::Task<void> close();

  // Which sources are wanted now, and what names stand for. A change of weft.yaml's hosts is tried at once.
  void follow(const mesh::MeshViewPtr& view);
  void note(const mesh::ObjectChange& change);

 private:
  // What is known of one source, and when it is asked next. Belongs to the fetcher; control thread.
  struct Entry {
    std::string issuer;  // that a discovered configuration must name
    Duration timeout{};
    std::string key_set;
    Time fetched{};  // when the key set was last confirmed
    Time due{};
    int failures = 0;
  };
  using Entries = std::map<mesh::KeySource, Entry>;

  runtime::Task<void> run();
  runtime::Task<void> fetch(mesh::KeySource source);
  runtime::Task<Result<std::string>> key_set_of(mesh::KeySource source, std::string issuer, Time deadline);
  void restore(const mesh::KeySource& source, Entry& entry);
  void take(const mesh::KeySource& source, Result<std::string> fetched);
  Time next_due() const;

  runtime::Reactor* reactor_;
  Surroundings surroundings_;
  KeptKeys kept_;
  Changed changed_;
  Entries entries_;
  runtime::Signal woken_;
  bool closed_ = false;
  runtime::Gate gate_;
};

}  // namespace weft::control
