#include "http/websocket_key.h"

#include <array>
#include <bit>
#include <cstdint>
#include <span>

namespace weft::http {
namespace {

using Digest = std::array<uint8_t, 20>;
using Words = std::array<uint32_t, 5>;

// RFC 4648 4.
std::string to_base64(std::span<const uint8_t> bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (size_t at = 0; at < bytes.size(); at += 3) {
    uint32_t group = 0;
    for (size_t i = 0; i < 3; ++i) group = group << 8 | (at + i < bytes.size() ? bytes[at + i] : 0u);
    for (size_t i = 0; i < 4; ++i) text += at + i > bytes.size() ? '=' : kDigits[group >> (18 - 6 * i) & 63];
  }
  return text;
}

// One block of 64 bytes (RFC 3174 6.1).
void digest_block(const char* block, Words& state) {
  std::array<uint32_t, 80> w;
  for (size_t t = 0; t < 16; ++t) {
    w[t] = 0;
    for (size_t i = 0; i < 4; ++i) w[t] = w[t] << 8 | static_cast<uint8_t>(block[4 * t + i]);
  }
  for (size_t t = 16; t < 80; ++t) w[t] = std::rotl(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
  auto [a, b, c, d, e] = state;
  for (size_t t = 0; t < 80; ++t) {
    const uint32_t mixed = t < 20   ? ((b & c) | (~b & d)) + 0x5A827999
                           : t < 40 ? (b ^ c ^ d) + 0x6ED9EBA1
                           : t < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8F1BBCDC
                                    : (b ^ c ^ d) + 0xCA62C1D6;
    const uint32_t next = std::rotl(a, 5) + mixed + e + w[t];
    e = d, d = c, c = std::rotl(b, 30), b = a, a = next;
  }
  const Words added = {a, b, c, d, e};
  for (size_t i = 0; i < state.size(); ++i) state[i] += added[i];
}

// SHA-1, which the handshake is defined with. It protects nothing.
Digest sha1(std::string message) {
  const uint64_t bits = uint64_t{message.size()} * 8;
  message += '\x80';
  message.append((120 - message.size() % 64) % 64, '\0');
  for (int shift = 56; shift >= 0; shift -= 8) message += static_cast<char>(bits >> shift);
  Words state = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  for (size_t at = 0; at < message.size(); at += 64) digest_block(message.data() + at, state);
  Digest digest;
  for (size_t i = 0; i < digest.size(); ++i) digest[i] = static_cast<uint8_t>(state[i / 4] >> (24 - 8 * (i % 4)));
  return digest;
}

}  // namespace

std::string new_websocket_key(Random& random) {
  const std::array<uint64_t, 2> drawn = {random.next(), random.next()};
  return to_base64(std::bit_cast<std::array<uint8_t, 16>>(drawn));
}

std::string websocket_accept(std::string_view key) {
  return to_base64(sha1(std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
}

}  // namespace weft::http
