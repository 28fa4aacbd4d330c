// Whether ports of this machine's loopback can be listened on, asked before a mesh starts so that the answer is clear.
#pragma once

#include <cstdint>

#include "base/error.h"
#include "net/fd.h"

namespace weft::cli {

// Errors: already_exists (somebody listens there), denied (a port below 1024 without the right to it).
Result<> probe_port(uint16_t port);

// A free port that no other `weft up` on this machine takes while this value lives, and no running mesh has. Between
// the question whether it is free and weftd's listening there some 100 ms go by, and two meshes that start at once
// would both be told the same.
class ClaimedPort {
 public:
  // Errors: probe_port's; already_exists where another start, or a mesh that runs, holds it.
  static Result<ClaimedPort> take(uint16_t port);
  // The port itself if it can be had, else the next of the following 100 that can.
  static Result<ClaimedPort> take_from(uint16_t port);

  uint16_t number() const { return number_; }

 private:
  ClaimedPort(uint16_t number, net::Fd claim) : number_(number), claim_(std::move(claim)) {}

  uint16_t number_;
  net::Fd claim_;
};

}  // namespace weft::cli
