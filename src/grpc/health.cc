#include "grpc/health.h"

#include <cstdint>

namespace weft::grpc {
namespace {

// Protocol buffers' wire format: a field is a key (its number and how it is written), then its value.
enum class Written : uint8_t { varint = 0, fixed64 = 1, length_delimited = 2, fixed32 = 5 };
constexpr uint64_t kFirstField = 1;
constexpr uint64_t kServing = 1;

void append_varint(uint64_t value, std::string& to) {
  for (; value >= 0x80; value >>= 7) to.push_back(static_cast<char>(value | 0x80));
  to.push_back(static_cast<char>(value));
}

// Takes a varint off the front.
std::optional<uint64_t> take_varint(std::string_view& from) {
  constexpr int kBitsMax = 64;
  uint64_t value = 0;
  for (int shift = 0; shift < kBitsMax && !from.empty(); shift += 7) {
    const auto byte = static_cast<uint8_t>(from.front());
    from.remove_prefix(1);
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

// Passes over the value of a field that is not known. False: it is not all there.
bool skip(Written how, std::string_view& from) {
  uint64_t size = 0;
  if (how == Written::varint) return take_varint(from).has_value();
  if (how == Written::fixed64) size = 8;
  if (how == Written::fixed32) size = 4;
  if (how == Written::length_delimited) size = take_varint(from).value_or(UINT64_MAX);
  if (size == 0 && how != Written::length_delimited) return false;  // a way of writing that is not known
  if (size > from.size()) return false;
  from.remove_prefix(static_cast<size_t>(size));
  return true;
}

}  // namespace

std::string health_request(std::string_view service) {
  std::string message;
  if (service.empty()) return message;
  append_varint(kFirstField << 3 | static_cast<uint64_t>(Written::length_delimited), message);
  append_varint(service.size(), message);
  message.append(service);
  return message;
}

std::optional<bool> is_serving(std::string_view response) {
  uint64_t status = 0;  // UNKNOWN; of several the last counts
  while (!response.empty()) {
    const auto key = take_varint(response);
    if (!key) return std::nullopt;
    const auto how = static_cast<Written>(*key & 7);
    if (*key >> 3 == kFirstField && how == Written::varint) {
      const auto value = take_varint(response);
      if (!value) return std::nullopt;
      status = *value;
    } else if (!skip(how, response)) {
      return std::nullopt;
    }
  }
  return status == kServing;
}

}  // namespace weft::grpc
