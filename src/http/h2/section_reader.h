// SectionReader: checks the fields of one section, a head or trailers, against RFC 9113 8.1 to 8.3 and against limits,
// and hands on what is good.
#pragma once

#include <cstdint>
#include <string_view>

#include "http/h2/framed_stream.h"
#include "http/h2/hpack/field.h"

namespace weft::http::h2 {

// What a section is to be.
enum class SectionKind : uint8_t { request, response, trailers };

// Whether `:protocol` was announced as welcome (RFC 8441 3).
enum class ExtendedConnect : uint8_t { unknown, taken };

// What it turned out to be. `unwanted`: the stream did not take a field.
enum class SectionOutcome : uint8_t { good, malformed, too_large, unwanted };

// One connection's, since sections come one at a time. Fields that nobody wants still pass through it: they change the
// state of HPACK.
class SectionReader final : public hpack::FieldSink {
 public:
  // In bytes as RFC 9113 6.5.2 counts them.
  struct Most {
    uint64_t bytes;
    uint32_t fields;
  };

  // `to`: none when the section is to be passed over.
  void begin(SectionKind kind, FramedStream* to, const Most& most, ExtendedConnect connect = ExtendedConnect::unknown);
  void on_field(const hpack::DecodedField& field) override;
  // All fields have come.
  SectionOutcome end();

  // Of a section that is good: a head before the final one; its content-length, -1 without one; its size as counted.
  bool is_interim() const { return kind_ == SectionKind::response && status_ < 200; }
  int64_t content_length() const { return is_connect_ ? -1 : content_length_; }
  bool is_success() const { return status_ >= 200 && status_ < 300; }
  // A response that never has a body (RFC 9110 6.4.1).
  bool forbids_body() const { return status_ == 204 || status_ == 304; }
  uint64_t size() const { return size_; }

 private:
  bool is_good(const hpack::DecodedField& field);
  bool is_good_pseudo(const hpack::DecodedField& field);
  bool is_good_plain(const hpack::DecodedField& field);
  bool is_whole() const;
  bool is_whole_connect() const;
  bool has(hpack::Pseudo which) const { return (pseudo_ & bit(which)) != 0; }
  static uint32_t bit(hpack::Pseudo which) { return 1u << static_cast<unsigned>(which); }

  enum class Path : uint8_t { other, absolute, star };

  SectionKind kind_ = SectionKind::request;
  FramedStream* to_ = nullptr;
  Most most_{};
  ExtendedConnect connect_ = ExtendedConnect::unknown;
  SectionOutcome outcome_ = SectionOutcome::good;
  uint64_t size_ = 0;
  uint32_t fields_ = 0;
  uint32_t pseudo_ = 0;     // a bit for each that has come
  bool has_plain_ = false;  // fields that are no pseudo ones have begun
  bool has_host_ = false;
  bool is_connect_ = false;
  bool is_options_ = false;
  Path path_ = Path::other;
  uint16_t status_ = 0;
  int64_t content_length_ = -1;
};

}  // namespace weft::http::h2
