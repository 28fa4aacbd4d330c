// What every version of HTTP has in common about bodies: how long one is, as far as its head tells, and the pieces it
// is read and written in.
#pragma once

#include <cstdint>
#include <string_view>

namespace weft::http {

enum class BodyKind : uint8_t {
  none,         // no body bytes follow
  length,       // exactly `length` bytes follow
  chunked,      // of unknown length; trailers may follow (HTTP/2: a body without content-length)
  until_close,  // a response that ends with its HTTP/1 connection
};

// How long a body is, as far as its head tells. For a message on its way out: how it is to be framed. A value.
struct BodyLength {
  BodyKind kind = BodyKind::none;
  uint64_t bytes = 0;  // of kind `length`

  static constexpr BodyLength none() { return {}; }
  static constexpr BodyLength known(uint64_t bytes) { return {BodyKind::length, bytes}; }
  static constexpr BodyLength chunked() { return {BodyKind::chunked}; }
  static constexpr BodyLength until_close() { return {BodyKind::until_close}; }
  bool is_empty() const { return kind == BodyKind::none || (kind == BodyKind::length && bytes == 0); }
  friend bool operator==(const BodyLength&, const BodyLength&) = default;
};

// Whether more of a body follows.
enum class Part : uint8_t { more, last };

// A piece of a body that was read: a view that is good until the next read of the same body. `last`: the body is
// complete, trailers included; the data may be empty.
struct BodyPiece {
  std::string_view data;
  Part part = Part::more;

  bool is_last() const { return part == Part::last; }
};

}  // namespace weft::http
