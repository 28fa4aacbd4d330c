// Fuzz target: responses, as answers to GET and to HEAD; the rules are those of the request target.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "http/h1/head_parser.h"
#include "http/h1/hop_by_hop.h"
#include "http/h1/serialize.h"

namespace weft::http::h1 {
namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

std::string written(const ResponseHead& head, BodyLength body) {
  ByteBuffer out;
  append_response_head(out, head, body, Persistence::silent);
  return std::string(out.readable());
}

void check(std::string_view text, std::string_view method, size_t cut) {
  ResponseParser whole_parser{Limits{}};
  ResponseHead head;
  const Progress whole = whole_parser.parse(text, method, head);
  ResponseParser parser{Limits{}};
  ResponseHead cut_head;
  Progress progress = parser.parse(text.substr(0, cut), method, cut_head);
  if (progress == Progress::need_more) progress = parser.parse(text, method, cut_head);
  require(progress == whole);
  if (whole != Progress::done) return;
  require(parser.consumed() == whole_parser.consumed());

  remove_hop_by_hop(head.headers, Upgrades::strip);
  const std::string out = written(head, parser.framing().body);
  ResponseParser again_parser{Limits{}};
  ResponseHead again;
  if (again_parser.parse(out, method, again) != Progress::done) return;  // over a limit by what was added
  require(again_parser.consumed() == out.size());
  require(again_parser.framing().body == parser.framing().body);
  require(again.status == head.status);
}

}  // namespace
}  // namespace weft::http::h1

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  weft::http::h1::check(text, (data[0] & 1) != 0 ? "HEAD" : "GET", (data[0] >> 1) % text.size());
  return 0;
}
