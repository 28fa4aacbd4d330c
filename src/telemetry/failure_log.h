// The failure log: the last requests and connections of a shard that ended badly, with what is known of why. Kept in
// memory for `weft why`; never sent to a client.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "telemetry/access_log.h"

namespace weft::telemetry {

// Text of at most N bytes: what is longer is cut. Bytes that are not printable ASCII become '?', since clients choose
// many of these texts and terminals and JSON readers see them.
template <size_t N>
class Clipped {
 public:
  Clipped() = default;
  explicit Clipped(std::string_view text) : size_(static_cast<uint16_t>(std::min(text.size(), N))) {
    std::ranges::transform(text.substr(0, size_), text_.begin(), [](char c) { return c >= ' ' && c < 0x7f ? c : '?'; });
  }
  std::string_view view() const { return {text_.data(), size_}; }

 private:
  uint16_t size_ = 0;
  std::array<char, N> text_;
};

// One attempt at an endpoint.
struct AttemptFacts {
  std::string_view endpoint;  // empty: none was chosen
  std::string_view trouble;   // more precisely than the flags: "connect_refused"
  ResponseFlags flags;
  uint16_t status = 0;  // 0: there was no response
  Duration lasted{};
  std::optional<Duration> idle{};  // for how long the connection had been idle; nothing: it was a new one
};

// What an access log line does not tell: who asked, who refused, and which object of the user's configuration decided.
struct FailureContext {
  std::string_view direction;
  std::string_view identity;              // the client's, by its certificate; empty: it has shown none
  uint32_t attempts = 0;                  // that were made
  std::span<const AttemptFacts> tried{};  // of them the first ones and the last
  std::string_view reason;                // of the last one's failure, for the operator
  std::string_view not_retried;           // why there was no further one: "over_budget"
  std::string_view denial;  // why guards refused: "rbac_access_denied_matched_policy[NAME]"; empty: they did not
  std::string_view rule;    // that refused; empty: none of those that could have let it pass did
  std::string_view object;  // the origin of the route, else of the cluster: "VirtualService shop/cart"
  std::string_view file;
  int line = 0;
};

// A copy of AttemptFacts, in bounded memory.
struct FailedAttempt {
  Clipped<64> endpoint;
  Clipped<24> trouble;
  ResponseFlags flags;
  uint16_t status = 0;
  Duration lasted{};
  std::optional<Duration> idle;
};

// A copy of both, in bounded memory. The path comes without its query, which may hold secrets; no header field but the
// request id and the host is kept.
struct FailureRecord {
  static constexpr size_t kAttemptsMax = 4;

  FailureRecord(const AccessRecord& access, const FailureContext& context);

  WallTime start;
  Duration duration;
  uint16_t status;
  ResponseFlags flags;
  uint32_t attempts;
  int line;
  Clipped<64> request_id;
  Clipped<16> method;
  Clipped<12> protocol;
  Clipped<10> direction;
  Clipped<160> path;
  Clipped<100> authority;
  Clipped<240> details;
  Clipped<160> denial;
  Clipped<120> rule;
  Clipped<120> identity;
  Clipped<56> client;
  Clipped<56> destination;
  Clipped<64> endpoint;
  Clipped<120> cluster;
  Clipped<64> route;
  Clipped<120> object;
  Clipped<120> file;
  Clipped<160> reason;
  Clipped<200> transport_failure;
  Clipped<16> not_retried;
  std::array<FailedAttempt, kAttemptsMax> tried;
  size_t tried_size = 0;
};

// Whether a request ended badly: without a response, with a 5xx, with a refusal of the proxy's own, or with a flag that
// tells of trouble. An injected delay alone does not.
bool ended_badly(const AccessRecord& access);

// A ring: the newest record takes the place of the oldest. Its memory is set aside once and touched when something
// fails. One thread.
class FailureLog {
 public:
  static constexpr size_t kRecordsMax = 256;
  static_assert(kRecordsMax * sizeof(FailureRecord) <= 768 * 1024, "what a shard may spend on it");

  FailureLog() { records_.reserve(kRecordsMax); }
  void write(const AccessRecord& access, const FailureContext& context);

  // In no order that means anything.
  const std::vector<FailureRecord>& records() const { return records_; }

 private:
  std::vector<FailureRecord> records_;
  size_t next_ = 0;  // to be replaced, once the ring is full
};

}  // namespace weft::telemetry
