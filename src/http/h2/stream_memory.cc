#include "http/h2/stream_memory.h"

namespace weft::http::h2 {
namespace {

constexpr size_t kUsualBody = 16 * 1024;

void forget(ByteBuffer& buffer) {
  buffer.clear();
  if (buffer.capacity() > kUsualBody) buffer.release();
}

}  // namespace

void StreamMemory::clear() {
  request.clear();
  request.path.clear();
  response.clear();
  trailers.clear();
  forget(received);
  forget(handed_out);
}

}  // namespace weft::http::h2
