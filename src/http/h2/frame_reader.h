// FrameReader: cuts received bytes into frames (RFC 9113 4.1). DATA is handed on piece by piece as it comes; every
// other payload is whole when it is handed on, and lies in the received bytes themselves unless it came in parts.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/byte_buffer.h"
#include "http/h2/breach.h"
#include "http/h2/frame.h"

namespace weft::http::h2 {

// Takes the frames in their order. A breach ends the reading.
class FrameSink {
 public:
  // A whole frame of any type but DATA.
  virtual Verdict on_frame(const FrameHead& head, std::string_view payload) = 0;
  // A DATA frame begins, of whose payload `padding` bytes are no data; then its data follows; then it is over.
  virtual Verdict on_data_begin(const FrameHead& head, uint32_t padding) = 0;
  virtual void on_data_piece(std::string_view piece) = 0;
  virtual Verdict on_data_end(const FrameHead& head) = 0;

 protected:
  ~FrameSink() = default;
};

// One connection's, one thread. Holds at most one frame's payload, none while the connection is idle.
class FrameReader {
 public:
  // `preface`: the octets that come before the first frame (RFC 9113 3.4); "" for clients. A literal.
  explicit FrameReader(std::string_view preface) : preface_(preface) {}

  Verdict read(std::string_view bytes, FrameSink& sink);

  // Nothing of a frame has come yet.
  bool is_between_frames() const { return held_.empty() && !data_; }
  // Bytes of a frame whose rest has not come.
  size_t held() const { return held_.size(); }

 private:
  Verdict read_preface(std::string_view& bytes);
  Verdict read_frame(std::string_view& bytes, FrameSink& sink);
  Verdict begin_data(const FrameHead& head, std::string_view& bytes, FrameSink& sink);
  Verdict read_data(std::string_view& bytes, FrameSink& sink);
  std::optional<std::string_view> first(size_t size, std::string_view& bytes);
  void drop(size_t size, std::string_view& bytes);

  // The DATA frame that is being read.
  struct Data {
    FrameHead head;
    uint32_t left;     // of data
    uint32_t padding;  // behind it
  };

  std::string_view preface_;  // what is still to come of it
  std::optional<Data> data_;
  ByteBuffer held_;  // the begin of a frame whose rest has not come
};

}  // namespace weft::http::h2
