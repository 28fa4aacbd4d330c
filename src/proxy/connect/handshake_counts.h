// HandshakeCounts: how the TLS handshakes of one side of a shard have ended.
#pragma once

#include <array>
#include <cstdint>

#include "tls/chain_check.h"
#include "tls/engine.h"

namespace weft::proxy {

// A value; counted by its shard, added up for whoever asks.
struct HandshakeCounts {
  uint64_t full = 0;
  uint64_t resumed = 0;
  std::array<uint64_t, tls::kChainFaults> refused{};  // the other side's certificate, by what was wrong with it
  uint64_t failed = 0;  // for any other reason: our certificate, terms, time, the connection

  void count_done(const tls::Engine& engine) { ++(engine.is_resumed() ? resumed : full); }
  void count_failed(const tls::Engine& engine) {
    const auto fault = engine.fault();
    ++(fault ? refused[static_cast<size_t>(*fault)] : failed);
  }

  HandshakeCounts& operator+=(const HandshakeCounts& other) {
    full += other.full;
    resumed += other.resumed;
    failed += other.failed;
    for (size_t at = 0; at < refused.size(); ++at) refused[at] += other.refused[at];
    return *this;
  }
};

}  // namespace weft::proxy
