// Response flags: why a response is what it is, in Envoy's short words, as access logs and metrics show them.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>

namespace weft::telemetry {

// One reason; its name in logs stands behind it.
enum class ResponseFlag : uint8_t {
  no_healthy_endpoint,      // UH
  connection_failed,        // UF
  overflow,                 // UO
  no_route,                 // NR
  no_cluster,               // NC
  attempts_exhausted,       // URX
  request_timeout,          // UT
  endpoint_closed,          // UC
  endpoint_reset,           // UR
  local_reset,              // LR
  client_closed,            // DC
  duration_timeout,         // DT
  delay_injected,           // DI
  abort_injected,           // FI
  rate_limited,             // RL
  stream_idle_timeout,      // SI
  client_protocol_error,    // DPE
  endpoint_protocol_error,  // UPE
  overloaded,               // OM
  unauthorized_externally,  // UAEX
  count_,
};

// A set of flags: one word. A value.
class ResponseFlags {
 public:
  constexpr ResponseFlags() = default;
  constexpr ResponseFlags(std::initializer_list<ResponseFlag> flags) {
    for (const ResponseFlag flag : flags) set(flag);
  }
  constexpr void set(ResponseFlag flag) { bits_ |= uint32_t{1} << static_cast<unsigned>(flag); }
  constexpr bool has(ResponseFlag flag) const { return (bits_ >> static_cast<unsigned>(flag) & 1) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr uint32_t bits() const { return bits_; }  // an index for tables of counters
  friend constexpr bool operator==(ResponseFlags, ResponseFlags) = default;

 private:
  uint32_t bits_ = 0;
};

// "UF,URX"; "-" for none.
std::string to_string(ResponseFlags flags);

}  // namespace weft::telemetry
