// LocalReply: a response that Weft makes itself, before it is put into the client's terms.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weft::proxy {

// A value; belongs to the exchange that it ends.
struct LocalReply {
  uint16_t status;
  std::string_view details;  // Envoy's response code details, a literal
  std::string text;
  std::optional<uint32_t> grpc_status{};                      // for gRPC requests; else it is derived from `status`
  std::vector<std::pair<std::string, std::string>> fields{};  // of the head, beside those of every reply
};

}  // namespace weft::proxy
