#include "base/xx_hash.h"

#include <array>
#include <bit>
#include <cstring>

namespace weft {
namespace {

// The algorithm's five primes, by its specification.
constexpr uint64_t kPrime1 = 0x9e3779b185ebca87;
constexpr uint64_t kPrime2 = 0xc2b2ae3d27d4eb4f;
constexpr uint64_t kPrime3 = 0x165667b19e3779f9;
constexpr uint64_t kPrime4 = 0x85ebca77c2b2ae63;
constexpr uint64_t kPrime5 = 0x27d4eb2f165667c5;
constexpr size_t kStripe = 32;

static_assert(std::endian::native == std::endian::little, "XXH64 reads little-endian words");

template <class Word>
uint64_t take(std::string_view& bytes) {
  Word word;
  std::memcpy(&word, bytes.data(), sizeof word);
  bytes.remove_prefix(sizeof word);
  return word;
}

uint64_t mix(uint64_t lane, uint64_t word) {
  return std::rotl(lane + word * kPrime2, 31) * kPrime1;
}

uint64_t merge(uint64_t hash, uint64_t lane) {
  return (hash ^ mix(0, lane)) * kPrime1 + kPrime4;
}

// Whole stripes of four words, each word into its lane.
uint64_t hash_stripes(std::string_view& bytes, uint64_t seed) {
  std::array<uint64_t, 4> lanes = {seed + kPrime1 + kPrime2, seed + kPrime2, seed, seed - kPrime1};
  while (bytes.size() >= kStripe) {
    for (uint64_t& lane : lanes) lane = mix(lane, take<uint64_t>(bytes));
  }
  uint64_t hash = std::rotl(lanes[0], 1) + std::rotl(lanes[1], 7) + std::rotl(lanes[2], 12) + std::rotl(lanes[3], 18);
  for (const uint64_t lane : lanes) hash = merge(hash, lane);
  return hash;
}

uint64_t avalanche(uint64_t hash) {
  hash = (hash ^ (hash >> 33)) * kPrime2;
  hash = (hash ^ (hash >> 29)) * kPrime3;
  return hash ^ (hash >> 32);
}

}  // namespace

uint64_t xx_hash(std::string_view bytes, uint64_t seed) {
  const uint64_t size = bytes.size();
  uint64_t hash = (size >= kStripe ? hash_stripes(bytes, seed) : seed + kPrime5) + size;
  while (bytes.size() >= 8) hash = std::rotl(hash ^ mix(0, take<uint64_t>(bytes)), 27) * kPrime1 + kPrime4;
  if (bytes.size() >= 4) hash = std::rotl(hash ^ (take<uint32_t>(bytes) * kPrime1), 23) * kPrime2 + kPrime3;
  while (!bytes.empty()) hash = std::rotl(hash ^ (take<uint8_t>(bytes) * kPrime5), 11) * kPrime1;
  return avalanche(hash);
}

}  // namespace weft
