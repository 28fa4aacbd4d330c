// Limits of an HTTP/2 connection against a hostile peer, of either role, with the values that Weft ships. Each has its
// origin beside it; what was broken elsewhere is told in full by the tests of flood_test.cc.
#pragma once

#include <cstdint>

#include "base/clock.h"

namespace weft::http::h2 {

// Sizes in bytes. A value, fixed when a connection begins; the connection's owner keeps it.
struct Limits {
  // What the peer may have open at a time, those that are still being torn down included (CVE-2023-44487).
  uint32_t streams_max = 100;
  // What a peer may send before it is read, per stream and per connection. Proxies that trust each other choose more.
  uint32_t stream_window = 64 * 1024;
  uint32_t connection_window = 1024 * 1024;

  // Of one field section, each field counted as name + value + 32 while it is decoded, kept or not (CVE-2016-1544,
  // CVE-2026-47774). Envoy's defaults.
  uint32_t head_bytes_max = 60 * 1024;
  uint32_t fields_max = 100;
  uint32_t trailer_bytes_max = 8 * 1024;
  uint32_t trailer_fields_max = 32;
  // Field sections over these limits that a connection survives.
  uint32_t refused_sections_max = 3;
  // What all heads under way may hold together: so much, and so many times what the peer has sent. A few bytes that
  // refer to the HPACK table make a large head; ten to one is as far as that may go.
  uint32_t held_heads_base = 256 * 1024;
  uint32_t held_heads_per_received = 10;

  // CONTINUATION frames behind one HEADERS, empty ones too, and the encoded section in all (CVE-2024-27919).
  uint32_t continuations_max = 8;
  uint32_t section_bytes_max = 64 * 1024;
  uint32_t path_bytes_max = 8 * 1024;

  // Resets by the peer, and those the peer made us send, in one bucket (CVE-2023-44487, CVE-2025-8671).
  uint32_t resets_max = 500;
  uint32_t resets_per_second = 33;
  // Frames that cost work and move nothing: PING, SETTINGS, PRIORITY, WINDOW_UPDATE, unknown ones (CVE-2019-9511 to
  // 9518). A bucket that fills with time, with each stream and with each DATA frame that is sent, since those are what
  // honest ones answer.
  uint32_t overhead_max = 1000;
  uint32_t overhead_per_second = 100;
  // Answers to PING and SETTINGS that a peer who does not read may leave in our output.
  uint32_t answers_pending_max = 1000;
  // DATA frames without data that do not end the stream: in a row, and in all (CVE-2019-9518).
  uint32_t empty_data_in_a_row_max = 1;
  uint32_t empty_data_max = 100;
  uint32_t settings_entries_max = 32;

  // Output that waits for a peer who does not read: of the connection; and of one stream before others have their turn.
  uint32_t output_max = 256 * 1024;
  uint32_t output_turn = 64 * 1024;
  // A stream or connection whose peer takes nothing of what is ready to be sent for so long is given up.
  Duration stall_timeout = std::chrono::seconds(60);
};

}  // namespace weft::http::h2
