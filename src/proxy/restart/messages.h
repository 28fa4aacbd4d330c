// What the two processes of a hot restart say to each other, one message each (docs/adr/0005-hot-restart.md):
//
//   successor    "take over 1"              the number is the version of this conversation
//   predecessor  "socket KIND ADDRESS"      with its descriptor; once for each
//   predecessor  "complete EPOCH"           that was all; the predecessor is the EPOCHth of its line
//   successor    "ready"                    it has its whole configuration
//   predecessor  "go"                       from here on nobody else may follow
//   successor    "serving"                  it accepts
//   predecessor  "released"                 it does not any more; closing the connection says that it has ended
//
// Instead of any answer: "superseded", a later successor has come, this one has to go.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "net/listening_sockets.h"

namespace weft::proxy::restart {

inline constexpr std::string_view kTakeOver = "take over 1";
inline constexpr std::string_view kReady = "ready";
inline constexpr std::string_view kGo = "go";
inline constexpr std::string_view kServing = "serving";
inline constexpr std::string_view kReleased = "released";
inline constexpr std::string_view kSuperseded = "superseded";

// Which socket comes with a message.
struct SocketName {
  net::SocketKind kind = net::SocketKind::stream;
  net::Address at;

  friend bool operator==(const SocketName&, const SocketName&) = default;
};

std::string to_message(const SocketName& name);
std::string complete_message(uint32_t epoch);

// Fail with `malformed`.
Result<SocketName> parse_socket(std::string_view message);
Result<uint32_t> parse_complete(std::string_view message);

}  // namespace weft::proxy::restart
