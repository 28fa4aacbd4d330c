// The access log: one line a request or relayed connection, in Istio's default text format. Off unless asked for.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/byte_buffer.h"
#include "base/clock.h"
#include "telemetry/response_flags.h"

namespace weft::telemetry {

// What one line tells: views into what the exchange still holds; an empty one prints as "-". Sizes are of bodies, in
// bytes.
struct AccessRecord {
  WallTime start;
  std::string_view method;
  std::string_view path;  // as the client sent it, also where it was rewritten
  std::string_view protocol;
  uint16_t status = 0;  // 0: no response was sent
  ResponseFlags flags;
  std::string_view details;              // %RESPONSE_CODE_DETAILS%
  std::string_view termination_details;  // %CONNECTION_TERMINATION_DETAILS%
  std::string_view transport_failure;    // %UPSTREAM_TRANSPORT_FAILURE_REASON%
  uint64_t bytes_received = 0;
  uint64_t bytes_sent = 0;
  Duration duration{};
  std::string_view service_time;  // x-envoy-upstream-service-time of the response
  std::string_view forwarded_for;
  std::string_view user_agent;
  std::string_view request_id;
  std::string_view authority;
  std::string_view endpoint;  // address that it was sent to
  std::string_view cluster;
  std::string_view endpoint_local_address;  // ours, on the connection to the endpoint
  std::string_view local_address;           // where the client connected to
  std::string_view client_address;
  std::string_view server_name;  // SNI
  std::string_view route;
};

// Appends the line, LF included.
void append_line(ByteBuffer& out, const AccessRecord& record);

// Lines of one shard on their way to a descriptor. Formats into a buffer of its own; allocates nothing in steady state.
// A reader that does not keep up loses lines (they are counted), never holds up a request. One thread.
class AccessLog {
 public:
  // Writes to `fd`, which it does not own and which may block: it is polled before each write.
  explicit AccessLog(int fd) : fd_(fd) {}
  ~AccessLog() { flush(); }

  void write(const AccessRecord& record);
  // Call it about once a second, and at the end; write() does when much has gathered.
  void flush();

  uint64_t lines_lost() const { return lines_lost_; }

 private:
  int fd_;
  ByteBuffer pending_;
  uint64_t lines_lost_ = 0;
};

}  // namespace weft::telemetry
