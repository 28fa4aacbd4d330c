#include "control/workloads/new_object.h"

#include <fmt/format.h>

#include "control/store/json_access.h"
#include "control/workloads/timestamp.h"

namespace weft::control {
namespace {

// No vowels and nothing that reads like one: suffixes are shown to people.
constexpr std::string_view kLetters = "bcdfghjklmnpqrstvwxz2456789";
constexpr size_t kNameSizeMax = 63;

}  // namespace

std::string random_suffix(Random& random) {
  std::string suffix;
  for (int i = 0; i < 5; ++i) suffix += kLetters[random.below(kLetters.size())];
  return suffix;
}

std::string content_hash(std::string_view content) {
  uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
  for (const char byte : content) hash = (hash ^ static_cast<uint8_t>(byte)) * 0x100000001b3;
  std::string text;
  for (int i = 0; i < 10; ++i, hash /= kLetters.size()) text += kLetters[hash % kLetters.size()];
  return text;
}

std::string new_uid(Random& random) {
  const uint64_t high = (random.next() & 0xffffffffffff0fff) | 0x4000;
  const uint64_t low = (random.next() & 0x3fffffffffffffff) | 0x8000000000000000;
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xffff, high & 0xffff, low >> 48,
                     low & 0xffffffffffff);
}

std::string name_with_suffix(std::string_view base, std::string_view suffix) {
  base = base.substr(0, kNameSizeMax - 1 - suffix.size());
  while (!base.empty() && (base.back() == '-' || base.back() == '.')) base.remove_suffix(1);
  return fmt::format("{}-{}", base, suffix);
}

void stamp_new(api::Json& body, const Moment& moment) {
  api::Json& metadata = body["metadata"];
  if (text_at(metadata, "name").empty()) {
    const std::string prefix = text_at(metadata, "generateName");
    metadata["name"] = prefix.substr(0, kNameSizeMax - 5) + random_suffix(*moment.random);
  }
  metadata["uid"] = new_uid(*moment.random);
  metadata["creationTimestamp"] = timestamp(moment.now);
  metadata["generation"] = 1;
}

}  // namespace weft::control
