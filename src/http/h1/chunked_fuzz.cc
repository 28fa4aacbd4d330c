// Fuzz target: chunked bodies. The decoded bytes and the end do not depend on how the input is cut; what was decoded is
// written as chunks and decoded again to the same.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "http/h1/body_decoder.h"
#include "http/h1/serialize.h"

namespace weft::http::h1 {
namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

// The outcome of decoding the text, given up to `cut` first and then whole.
struct Decoded {
  Progress progress = Progress::need_more;
  std::string data;
  size_t consumed = 0;

  Decoded(std::string_view text, size_t cut, Headers& trailers) {
    BodyDecoder decoder{Limits{}};
    decoder.start(BodyLength::chunked());
    for (const size_t given : {cut, text.size()}) {
      while (progress == Progress::need_more) {
        const BodyDecoder::Step step = decoder.next(text.substr(consumed, given - consumed));
        data += step.data;
        consumed += step.consumed;
        progress = step.progress;
        if (step.consumed == 0) break;
      }
    }
    trailers = decoder.trailers();
  }
};

}  // namespace
}  // namespace weft::http::h1

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weft::http::h1;
  if (size < 2) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  weft::http::Headers trailers;
  const Decoded whole(text, text.size(), trailers);
  weft::http::Headers cut_trailers;
  const Decoded cut(text, data[0] % text.size(), cut_trailers);
  require(cut.progress == whole.progress);
  if (whole.progress != Progress::done) return 0;
  require(cut.data == whole.data && cut.consumed == whole.consumed);

  weft::ByteBuffer out;
  if (!whole.data.empty()) append_chunk(out, whole.data);
  append_last_chunk(out, trailers);
  const Decoded again(out.readable(), 0, cut_trailers);
  require(again.data == whole.data && cut_trailers.size() == trailers.size());
  return 0;
}
