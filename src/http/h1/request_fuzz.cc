// Fuzz target: requests. Whatever the bytes are, the parser's answer does not depend on how they are cut; what it
// accepts is written and parsed again to the same message, with no byte that could end a line early.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "http/h1/body_decoder.h"
#include "http/h1/head_parser.h"
#include "http/h1/hop_by_hop.h"
#include "http/h1/serialize.h"

namespace weft::http::h1 {
namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

std::string written(const RequestHead& head, BodyLength body) {
  ByteBuffer out;
  append_request_head(out, head, body, Persistence::silent);
  return std::string(out.readable());
}

void check_cut(std::string_view text, size_t cut, Progress whole, const RequestParser& expected) {
  RequestParser parser{Limits{}};
  RequestHead head;
  Progress progress = parser.parse(text.substr(0, cut), head);
  if (progress == Progress::need_more) progress = parser.parse(text, head);
  require(progress == whole);
  if (whole == Progress::done) require(parser.consumed() == expected.consumed());
  if (whole == Progress::failed) require(parser.violation().status == expected.violation().status);
}

void check_round_trip(RequestHead& head, const Framing& framing) {
  remove_hop_by_hop(head.headers, Upgrades::strip);
  const std::string text = written(head, framing.body);
  RequestParser parser{Limits{}};
  RequestHead again;
  const Progress progress = parser.parse(text, again);
  // HTTP/1.0 requests may lack a host, and limits are counted on what came in, not on what goes out.
  if (head.version == Version::http10 || progress != Progress::done) return;
  require(parser.consumed() == text.size());
  require(parser.framing().body == framing.body);
  require(again.method == head.method && again.path == head.path && again.authority == head.authority);
  remove_hop_by_hop(again.headers, Upgrades::strip);
  require(written(again, framing.body) == text);
}

}  // namespace
}  // namespace weft::http::h1

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weft::http::h1;
  if (size < 2) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  RequestParser parser{Limits{}};
  weft::http::RequestHead head;
  const Progress whole = parser.parse(text, head);
  check_cut(text, data[0] % text.size(), whole, parser);
  check_cut(text, text.size() / 2, whole, parser);
  if (whole == Progress::done) check_round_trip(head, parser.framing());
  return 0;
}
