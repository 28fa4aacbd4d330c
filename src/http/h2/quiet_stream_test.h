// A stream that takes everything and minds nothing; for tests of what is around streams.
#pragma once

#include "http/h2/framed_stream.h"

namespace weft::http::h2 {

struct QuietStream : FramedStream {
  virtual ~QuietStream() = default;
  bool on_field(const hpack::DecodedField&) override { return true; }
  void on_section_end() override {}
  void on_data(std::string_view) override {}
  void on_end() override {}
  void on_writable() override {}
  void on_closed(ErrorCode) override {}
  void on_broken(Error) override {}
};

}  // namespace weft::http::h2
