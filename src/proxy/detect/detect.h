// Waits for a client's first bytes and tells what it speaks, leaving the bytes where they are.
#pragma once

#include "net/stream.h"
#include "proxy/detect/protocol.h"
#include "runtime/task.h"

namespace weft::proxy {

// `undecided` at the deadline, or when the client left or said too little before it stopped. The stream must be a
// socket.
runtime::Task<Protocol> detect(net::Stream& client, Time deadline);

}  // namespace weft::proxy
