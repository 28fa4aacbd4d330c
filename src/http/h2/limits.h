// Limits of an HTTP/2 connection against a hostile peer, of either role, with the values that Weft ships. Each has its
// origin beside it; flood_test.cc shows what each of them stops.
#pragma once

#include <cstdint>

namespace weft::http::h2 {

// Sizes in bytes. A value, fixed when a connection begins.
struct Settings {
  // How much a peer may send before it is read, per stream and per connection. What a peer that is trusted may have
  // under way: servers choose less.
  uint32_t stream_window = 1u << 20;
  // Envoy's default: streams that nobody reads for a while must not starve the others.
  uint32_t connection_window = 256u << 20;
  // What a client may have open at a time, those included that are still being torn down (CVE-2023-44487).
  uint32_t streams_max = 100;

  // Of one field section, each field counted as name + value + 32 while it is decoded, kept or not (RFC 9113 6.5.2;
  // CVE-2016-1544, CVE-2026-47774). Envoy's defaults.
  uint32_t head_bytes_max = 60 * 1024;
  uint32_t fields_max = 100;

  // Servers: whether clients may ask for another protocol on a stream (RFC 8441).
  bool takes_connect_protocol = false;

  // Clients: the connection carries what would otherwise travel as HTTP/1.1. A server that passes requests on in the
  // version they came in must know; everybody else passes the setting over.
  bool multiplexes = false;
};

// What is the same for all connections.
struct Limits {
  // Field sections over a limit that a connection survives.
  static constexpr uint32_t kRefusedSectionsMax = 3;
  // What all heads under way may hold together: so much, and so many times what the peer has sent. A few bytes that
  // refer to the HPACK table make a large head; ten to one is as far as that may go.
  static constexpr uint64_t kHeldHeadsBase = 256 * 1024;
  static constexpr uint64_t kHeldHeadsPerReceived = 10;
  // CONTINUATION frames behind one HEADERS, empty ones too, and the encoded section in all (CVE-2024-27919).
  static constexpr uint32_t kContinuationsMax = 8;
  static constexpr size_t kSectionBytesMax = 64 * 1024;

  // Resets by the peer, and those that the peer made us send, in one bucket (CVE-2023-44487, CVE-2025-8671).
  static constexpr uint32_t kResetsMax = 500;
  static constexpr uint32_t kResetsPerSecond = 33;
  // Frames that cost work and move nothing: PING, SETTINGS, PRIORITY, WINDOW_UPDATE, unknown ones, DATA without data
  // (CVE-2019-9511 to 9518). A bucket that fills with time, with each stream and with each DATA frame that is sent,
  // since those are what honest ones answer.
  static constexpr uint32_t kOverheadMax = 1000;
  static constexpr uint32_t kOverheadPerSecond = 100;
  static constexpr uint32_t kOverheadPerStream = 10;
  // DATA without data goes through a stream to whoever reads its body: 100 of them are as many as a connection
  // survives.
  static constexpr uint32_t kEmptyDataWorth = 10;
  // Answers to PING and SETTINGS that a peer who does not read may leave in our output.
  static constexpr uint32_t kAnswersPendingMax = 1000;
  static constexpr size_t kSettingsEntriesMax = 32;

  // Output that waits for the connection, before streams have to wait with more.
  static constexpr size_t kOutputMax = 64 * 1024;
};

}  // namespace weft::http::h2
