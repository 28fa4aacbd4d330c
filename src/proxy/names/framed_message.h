// DNS messages over TCP: each behind its length in two bytes (RFC 1035 4.2.2).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/byte_buffer.h"
#include "net/stream.h"
#include "runtime/task.h"

namespace weft::proxy {

// The next message; `received` holds what came beyond it. Nothing when the peer ended between messages.
runtime::Task<Result<std::optional<std::string>>> read_framed(net::Stream& stream, ByteBuffer& received, Time deadline);

runtime::Task<Result<>> write_framed(net::Stream& stream, std::string_view message, Time deadline);

}  // namespace weft::proxy
