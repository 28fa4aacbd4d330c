#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "base/xx_hash.h"
#include "proxy/balance/hash_table.h"

namespace weft::proxy {
namespace {

struct Place {
  uint64_t hash;
  uint32_t position;
  friend auto operator<=>(const Place&, const Place&) = default;
};

class HashRing final : public HashTable {
 public:
  explicit HashRing(std::vector<Place> places) : places_(std::move(places)) {}

  uint32_t find(uint64_t hash, uint32_t attempt) const override {
    const auto next = std::ranges::lower_bound(places_, hash, {}, &Place::hash);
    const auto at = static_cast<size_t>(next - places_.begin());
    return places_[(at + attempt) % places_.size()].position;
  }

 private:
  std::vector<Place> places_;  // by hash
};

// The places of the heaviest endpoint; the others have theirs by weight. As long as the ring does not grow too large,
// the number does not depend on how many endpoints there are: then one that comes or goes moves no key between the
// others.
uint64_t places_of_heaviest(double heaviest, uint64_t places_min, uint64_t places_max) {
  constexpr double kLarge = 65536;
  const auto share_of = [&](double places) { return places * heaviest; };
  const uint64_t steady = std::min(places_min, std::bit_floor(static_cast<uint64_t>(share_of(kLarge))));
  const double needed = std::ceil(share_of(static_cast<double>(places_min)));
  const double allowed = std::floor(share_of(static_cast<double>(places_max)));
  return std::max<uint64_t>(1, static_cast<uint64_t>(std::min(std::max(static_cast<double>(steady), needed), allowed)));
}

}  // namespace

HashTablePtr make_hash_ring(std::span<const HashTableEntry> entries, uint64_t places_min, uint64_t places_max) {
  const double heaviest = std::ranges::max_element(entries, {}, &HashTableEntry::weight)->weight;
  const auto most = static_cast<double>(places_of_heaviest(heaviest, places_min, places_max));
  std::vector<Place> places;
  for (const auto& entry : entries) {
    const auto count = static_cast<uint64_t>(std::max(1.0, std::round(most * entry.weight / heaviest)));
    std::string key = entry.key + "_";
    const size_t stem = key.size();
    for (uint64_t number = 0; number < count; ++number) {
      key.resize(stem);
      key += std::to_string(number);
      places.push_back({xx_hash(key), entry.position});
    }
  }
  std::ranges::sort(places);
  return std::make_shared<const HashRing>(std::move(places));
}

}  // namespace weft::proxy
