// What serving knows about the connected proxies, as plain values: the data behind `/apis/weft.dev/v1/proxies` and
// `/apis/weft.dev/v1/sync`, `weft ps` and `weft apply --wait`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "runtime/task.h"

namespace weft::control {

// How far a proxy is with one type of resource. `stale` = sent, but not answered yet.
enum class SyncState : uint8_t { not_sent, stale, synced, nacked };

// The word the API and `weft ps` print: "NOT SENT", "STALE", "SYNCED", "NACKED".
std::string_view to_string(SyncState state);

// One type of resource ("CDS", "EDS", "LDS", "RDS", "NDS", "SDS") on one proxy's stream.
struct TypeStatus {
  std::string type;
  size_t resources = 0;  // how many the proxy holds, by what was sent
  std::string sent;      // content hash of the last response
  std::string acked;     // content hash of the last response that the proxy accepted
  SyncState state = SyncState::not_sent;
  std::string error;  // what the proxy said in its last rejection, while that stands
};

// One connected proxy.
struct ProxyStatus {
  std::string name;  // POD.NAMESPACE
  std::string node_id;
  std::string kind;  // "sidecar", "router"
  WallTime connected_at;
  std::vector<TypeStatus> types;
};

// A proxy refused something: which type, which resource (the first name its message mentions; empty if none), why.
struct Rejection {
  std::string proxy;
  std::string type;
  std::string resource;
  std::string message;
};

// Where the proxies that see a revision stand with it.
struct SyncReport {
  bool complete = false;  // false: the deadline came first
  size_t proxies = 0;     // connected proxies that the revision had something for
  size_t acked = 0;
  std::vector<std::string> pending;  // names of those that have not answered
  std::vector<Rejection> nacked;
  Duration elapsed{};
};

// Where a connected proxy stands with the roots that the mesh trusts.
struct RootsStatus {
  std::string space;
  std::string pod;
  bool wants = false;     // it has asked for them
  bool accepted = false;  // as they are now
};

// Whom the mesh believes, and how far that has come.
struct TrustStatus {
  std::vector<std::string> trust_domains;  // ours, then those that count as ours
  std::vector<RootsStatus> proxies;        // every connected one, by the newest of its streams
};

// What the API server asks of serving. Control thread only; owned by bin/weftd, outlives the API server.
class ServingStatus {
 public:
  virtual ~ServingStatus() = default;

  // Every connected proxy, ordered by name.
  virtual std::vector<ProxyStatus> proxies() const = 0;

  virtual TrustStatus trust() = 0;

  // Suspends until every connected proxy that sees the store revision (the number of store's Revision) has accepted or
  // rejected what it changed, or the time is over. A proxy that disconnects meanwhile no longer counts.
  virtual runtime::Task<SyncReport> wait_for_sync(uint64_t revision, Duration timeout) = 0;
};

}  // namespace weft::control
