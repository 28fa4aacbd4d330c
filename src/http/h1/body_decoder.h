// BodyDecoder: finds the body bytes in what follows an HTTP/1.1 head (RFC 9112 6 and 7). Pure; hands out views into its
// input, copies nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "http/h1/field_parser.h"
#include "http/h1/framing.h"
#include "http/h1/limits.h"
#include "http/headers.h"

namespace weft::http::h1 {

// Reads the body of one message after another: start() with each length. Chunk extensions are checked and dropped;
// trailers are kept apart, and those that would change framing, routing or identity are dropped (RFC 9110 6.5.1).
class BodyDecoder {
 public:
  explicit BodyDecoder(const Limits& limits) : limits_(limits), fields_(limits_) {}

  void start(BodyLength body);

  // One step over the front of the received bytes: skip `consumed` bytes; `data` (a view into them) is body. Call again
  // with what remains until `need_more` or the end. A step may have neither data nor end.
  struct Step {
    Progress progress = Progress::need_more;  // done: the body is complete; failed: see violation()
    size_t consumed = 0;
    std::string_view data = {};
  };
  Step next(std::string_view bytes);

  // The peer closed its side: true if that completes the body (until_close), false if it was cut off.
  bool finish_at_close();

  bool is_done() const { return state_ == State::done || (state_ == State::length && remaining_ == 0); }
  // The next byte, when it comes, is body and not framing.
  bool expects_data() const {
    return state_ == State::length || state_ == State::chunk_data || state_ == State::until_close;
  }
  // Body bytes still to come, where the length is known.
  uint64_t remaining() const { return remaining_; }
  // The same, for whoever moves them past the decoder and counts them down; nullptr where framing lies between them.
  uint64_t* run() { return state_ == State::length && remaining_ > 0 ? &remaining_ : nullptr; }
  const Headers& trailers() const { return trailers_; }
  Headers& trailers() { return trailers_; }
  const Violation& violation() const { return violation_; }

 private:
  enum class State : uint8_t { done, length, until_close, chunk_line, chunk_data, chunk_end, trailers, failed };

  Step data_step(std::string_view bytes, State after);
  Step chunk_line_step(std::string_view bytes);
  Step chunk_end_step(std::string_view bytes);
  Step trailer_step(std::string_view bytes);
  Violation read_chunk_line(std::string_view line);
  Step fail(Violation violation);

  Limits limits_;
  FieldParser fields_;
  Headers trailers_;
  Violation violation_;
  State state_ = State::done;
  uint64_t remaining_ = 0;
  size_t scanned_ = 0;          // of the current chunk line
  size_t extension_bytes_ = 0;  // of the whole message
};

}  // namespace weft::http::h1
