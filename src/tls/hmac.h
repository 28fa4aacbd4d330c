// HMAC (RFC 2104) and HKDF-Expand (RFC 5869 2.3) over OpenSSL's hash functions, called directly: through EVP each use
// looks the algorithm up and allocates five times. What is left of keys is wiped. Only for .cc files of this folder.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include <openssl/crypto.h>
#include <openssl/sha.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace weft::tls {

using Bytes = std::span<const uint8_t>;

// One hash function each, as the templates below take them; sizes in bytes.
struct Sha256 {
  using State = SHA256_CTX;
  static constexpr size_t kBlock = SHA256_CBLOCK;
  static constexpr size_t kSize = SHA256_DIGEST_LENGTH;
  static void start(State& state) { SHA256_Init(&state); }
  static void add(State& state, Bytes bytes) { SHA256_Update(&state, bytes.data(), bytes.size()); }
  static void finish(State& state, uint8_t* digest) { SHA256_Final(digest, &state); }
};

// SHA-512 from another beginning, cut (FIPS 180-4 5.3.4).
struct Sha384 {
  using State = SHA512_CTX;
  static constexpr size_t kBlock = SHA512_CBLOCK;
  static constexpr size_t kSize = SHA384_DIGEST_LENGTH;
  static void start(State& state) { SHA384_Init(&state); }
  static void add(State& state, Bytes bytes) { SHA384_Update(&state, bytes.data(), bytes.size()); }
  static void finish(State& state, uint8_t* digest) { SHA384_Final(digest, &state); }
};

// Bytes that are wiped at their end.
template <size_t kCount>
struct Secret : std::array<uint8_t, kCount> {
  Secret() : std::array<uint8_t, kCount>{} {}
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { OPENSSL_cleanse(this->data(), kCount); }
};

template <class Hash>
using Digest = Secret<Hash::kSize>;

template <class Hash>
void hash_of(Bytes bytes, uint8_t* digest) {
  typename Hash::State state;
  Hash::start(state);
  Hash::add(state, bytes);
  Hash::finish(state, digest);
  OPENSSL_cleanse(&state, sizeof state);
}

// One key's HMAC, as often as it is asked for: the key's blocks are hashed once.
template <class Hash>
class Hmac {
 public:
  explicit Hmac(Bytes key) {
    Secret<Hash::kBlock> block;
    if (key.size() > Hash::kBlock) {
      hash_of<Hash>(key, block.data());
    } else {
      std::ranges::copy(key, block.begin());
    }
    start(inner_, block, 0x36);
    start(outer_, block, 0x5c);
    state_ = inner_;
  }
  Hmac(const Hmac&) = delete;
  Hmac& operator=(const Hmac&) = delete;
  ~Hmac() { OPENSSL_cleanse(this, sizeof(*this)); }

  void add(Bytes bytes) { Hash::add(state_, bytes); }
  // Of what was added since the last one.
  void finish(Digest<Hash>& digest) {
    Hash::finish(state_, digest.data());
    state_ = outer_;
    Hash::add(state_, digest);
    Hash::finish(state_, digest.data());
    state_ = inner_;
  }

 private:
  static void start(typename Hash::State& state, const Secret<Hash::kBlock>& key, uint8_t mask) {
    Secret<Hash::kBlock> block;
    std::ranges::transform(key, block.begin(), [mask](uint8_t byte) { return static_cast<uint8_t>(byte ^ mask); });
    Hash::start(state);
    Hash::add(state, block);
  }

  typename Hash::State inner_;
  typename Hash::State outer_;
  typename Hash::State state_;
};

// `parts` one after the other are the info. false: more was asked for than 255 digests.
template <class Hash>
bool hkdf_expand(Bytes key, std::span<const Bytes> parts, std::span<uint8_t> out) {
  if (out.size() > 255 * Hash::kSize) return false;
  Hmac<Hash> hmac(key);
  Digest<Hash> block;
  for (uint8_t round = 1; !out.empty(); ++round) {
    if (round > 1) hmac.add(block);
    for (const Bytes part : parts) hmac.add(part);
    hmac.add({&round, 1});
    hmac.finish(block);
    const size_t taken = std::min(out.size(), block.size());
    std::copy_n(block.begin(), taken, out.begin());
    out = out.subspan(taken);
  }
  return true;
}

}  // namespace weft::tls
#pragma GCC diagnostic pop
