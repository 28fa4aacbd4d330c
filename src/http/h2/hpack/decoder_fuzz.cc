// Fuzz target: HPACK. What decodes is encoded again to what decodes to the same; the table keeps its size.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "http/h2/hpack/decoder.h"
#include "http/h2/hpack/encoder.h"

namespace weft::http::h2::hpack {
namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

struct Fields final : FieldSink {
  void on_field(const DecodedField& field) override {
    if (lines.size() < 200) lines.emplace_back(field.name, field.value);
    if (field.kind.flaw == Flaw::none && field.kind.pseudo == Pseudo::none && headers.size() < 100)
      headers.add_parsed({field.name, field.value, field.kind.id, field.indexing});
  }
  std::vector<std::pair<std::string, std::string>> lines;
  Headers headers;
};

}  // namespace
}  // namespace weft::http::h2::hpack

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weft::http::h2::hpack;
  Decoder decoder;
  Fields fields;
  const bool is_good = decoder.decode({reinterpret_cast<const char*>(data), size}, fields);
  require(decoder.table().size() <= 4096);
  if (!is_good) return 0;
  Encoder encoder;
  Decoder again;
  for (int round = 0; round < 3; ++round) {  // the second puts fields into the table, the third refers to them
    weft::ByteBuffer section;
    encoder.begin(section);
    for (const auto& field : fields.headers) encoder.add(section, field);
    Fields decoded;
    require(again.decode(section.readable(), decoded));
    require(decoded.headers.size() == fields.headers.size());
    for (size_t i = 0; i < fields.headers.size(); ++i) {
      require(decoded.headers[i].name == fields.headers[i].name);
      require(decoded.headers[i].value == fields.headers[i].value);
    }
  }
  return 0;
}
