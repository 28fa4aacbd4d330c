// AdsClient: keeps one delta ADS stream to the control plane open, for ever, and hands what arrives to a Subscriber.
// When the stream is lost, what was received stays valid; the next stream goes on from it. One reactor's thread.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "net/address.h"
#include "runtime/reactor.h"
#include "runtime/signal.h"
#include "xds/client/backoff.h"
#include "xds/client/subscriber.h"

namespace envoy::config::core::v3 {
class Node;
}

namespace weft::xds {

class DeltaState;

// Where the control plane is and how to speak to it.
struct AdsClientOptions {
  net::Address server;
  std::string token_file;  // read at each connect, sent as "authorization: Bearer ..."; empty: none is sent
  Duration connect_timeout = std::chrono::seconds(5);
  // Pause before reconnecting, before jitter: grows from first to longest. Short, since dialling a Unix socket is cheap
  // and a restarted control plane is to be found within a second. The pause is forgotten at the first response.
  Duration pause_first = std::chrono::milliseconds(50);
  Duration pause_longest = std::chrono::seconds(1);
  // A TCP connection on which nothing arrived for so long is probed with a PING and given up 10 s later: a partition
  // shows within half a minute. Not shorter: istiod ends connections that are probed more often. A Unix socket needs no
  // probe.
  Duration keepalive = std::chrono::seconds(16);
  size_t message_size_max = 256u << 20;  // a full state of a big mesh is tens of MB
};

// What is known of one resource type, for admin and statistics. A value.
struct TypeStatus {
  std::string type_url;
  uint64_t updates_accepted = 0;  // responses with nothing to reject
  uint64_t updates_rejected = 0;  // responses of which at least one resource was rejected
  size_t resources = 0;           // held now
  std::string version;            // system_version_info of the last response
  std::string last_error;         // of the last rejected response; kept until one is accepted
  WallTime updated_at{};          // when the last response was applied
};

// What is known of the connection. A value.
struct AdsStatus {
  bool is_connected = false;  // a stream is open and the control plane has answered on it
  uint64_t connects = 0;      // streams opened so far
  std::string last_error;     // why the last stream ended or could not be opened
  std::vector<TypeStatus> types;
};

// See the head of this file. Made by bin/; the subscriber outlives it.
class AdsClient {
 public:
  AdsClient(runtime::Reactor& reactor, AdsClientOptions options, const envoy::config::core::v3::Node& node,
            Subscriber& subscriber, Random& random);
  ~AdsClient();

  // Asks for every resource of the type (listeners, clusters, the name table).
  void subscribe_all(std::string_view type_url);
  // Asks for exactly these resources of the type; names that are not in the set any more are given up, without an
  // update that says so. A type is either subscribed by name or as a whole, for the life of the client.
  void subscribe(std::string_view type_url, std::set<std::string> names);

  // Connects and reconnects until stop(); to be spawned once.
  runtime::Task<void> run();
  void stop();

  AdsStatus status() const;

 private:
  struct Stream;
  runtime::Task<Error> serve_one_stream();
  runtime::Task<Error> exchange(Stream& stream);
  runtime::Task<void> send_requests(Stream& stream);
  runtime::Task<Error> receive_responses(Stream& stream);
  runtime::Task<Result<>> take(Stream& stream, std::string_view message);
  void wake_sender();
  void note_end(const Error& error);

  runtime::Reactor* reactor_;
  AdsClientOptions options_;
  Subscriber* subscriber_;
  Random* random_;
  std::unique_ptr<DeltaState> state_;
  Stream* stream_ = nullptr;  // the open one
  runtime::Signal stopped_;
  Backoff backoff_;
  bool is_connected_ = false;
  uint64_t connects_ = 0;
  std::string last_error_;
};

}  // namespace weft::xds
