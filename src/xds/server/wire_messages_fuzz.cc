// Any bytes as requests of both dialects on a stream: no crash, and never two responses of a type in flight.
#include <cstdint>

#include "base/assert.h"
#include "xds/server/stream_state.h"
#include "xds/server/testing_world.h"
#include "xds/server/wire_messages.h"

namespace {

using namespace weft::xds;

void play(Dialect dialect, std::string_view bytes) {
  TestingWorld world;
  for (auto type : kPushOrder) world.put(type, "a", "1");
  StreamState state(dialect, "n-");
  // Requests follow each other, each behind a byte that says how long it is.
  while (!bytes.empty()) {
    size_t length = static_cast<uint8_t>(bytes.front());
    auto request = decode_request(dialect, bytes.substr(1, length));
    bytes.remove_prefix(std::min(bytes.size(), length + 1));
    if (!request) continue;
    auto type = type_of_url(request->type_url).value_or(ResourceType::cluster);
    bool was_in_flight = state.of(type).is_in_flight();
    auto heard = state.hear(type, *request, world);
    bool answered = heard == Heard::accepted || heard == Heard::rejected || heard == Heard::first;
    for (const auto& response : state.respond(world)) {
      WEFT_ASSERT(response.type != type || !was_in_flight || answered);
      WEFT_ASSERT(!encode_response(dialect, response).empty());
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  play(Dialect::delta, bytes);
  play(Dialect::state_of_the_world, bytes);
  return 0;
}
