// The names of gRPC status codes, as VirtualServices write them ("UNAVAILABLE"). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace weft::control::translate {

// Also takes the number itself. Nothing for a word that is no status.
std::optional<uint32_t> grpc_status(std::string_view word);

}  // namespace weft::control::translate
