#include "http/h2/frame_reader.h"

#include <algorithm>

namespace weft::http::h2 {

Verdict FrameReader::read(std::string_view bytes, FrameSink& sink) {
  if (!preface_.empty()) {
    if (auto breach = read_preface(bytes)) return breach;
  }
  while (!bytes.empty()) {
    if (auto breach = data_ ? read_data(bytes, sink) : read_frame(bytes, sink)) return breach;
  }
  return {};
}

Verdict FrameReader::read_preface(std::string_view& bytes) {
  const size_t size = std::min(bytes.size(), preface_.size());
  if (bytes.substr(0, size) != preface_.substr(0, size))
    return Breach{ErrorCode::protocol_error, "the connection does not begin with the preface"};
  bytes.remove_prefix(size);
  preface_.remove_prefix(size);
  return {};
}

// The frame's first `size` bytes in one piece, where they lie if they came together. Nothing: not all are there.
std::optional<std::string_view> FrameReader::first(size_t size, std::string_view& bytes) {
  if (held_.empty() && bytes.size() >= size) return bytes.substr(0, size);
  const size_t taken = std::min(size - std::min(size, held_.size()), bytes.size());
  held_.append(bytes.substr(0, taken));
  bytes.remove_prefix(taken);
  if (held_.size() < size) return std::nullopt;
  return held_.readable();
}

// first() is done with.
void FrameReader::drop(size_t size, std::string_view& bytes) {
  if (held_.empty()) return bytes.remove_prefix(size);
  held_.clear();
  held_.release();
}

Verdict FrameReader::read_frame(std::string_view& bytes, FrameSink& sink) {
  const auto start = first(kFrameHeadBytes, bytes);
  if (!start) return {};
  const FrameHead head = read_frame_head(start->data());
  if (head.size > kFrameBytesDefault) return Breach{ErrorCode::frame_size_error, "a frame passes the largest size"};
  if (head.type == FrameType::data) return begin_data(head, bytes, sink);
  const auto frame = first(kFrameHeadBytes + head.size, bytes);
  if (!frame) return {};
  auto breach = sink.on_frame(head, frame->substr(kFrameHeadBytes));
  drop(frame->size(), bytes);
  return breach;
}

Verdict FrameReader::begin_data(const FrameHead& head, std::string_view& bytes, FrameSink& sink) {
  const uint32_t length_byte = head.has(kPadded) ? 1 : 0;
  if (head.size < length_byte) return Breach{ErrorCode::frame_size_error, "a padded frame without its padding"};
  const auto start = first(kFrameHeadBytes + length_byte, bytes);
  if (!start) return {};
  const uint32_t padding = length_byte == 0 ? 0 : static_cast<unsigned char>(start->back());
  drop(start->size(), bytes);
  if (length_byte + padding > head.size) return Breach{ErrorCode::protocol_error, "more padding than frame"};
  if (auto breach = sink.on_data_begin(head, length_byte + padding)) return breach;
  data_ = Data{head, head.size - length_byte - padding, padding};
  return data_->left + padding == 0 ? read_data(bytes, sink) : Verdict{};
}

Verdict FrameReader::read_data(std::string_view& bytes, FrameSink& sink) {
  const size_t piece = std::min<size_t>(data_->left, bytes.size());
  if (piece > 0) sink.on_data_piece(bytes.substr(0, piece));
  bytes.remove_prefix(piece);
  data_->left -= static_cast<uint32_t>(piece);
  const size_t skipped = std::min<size_t>(data_->padding, data_->left == 0 ? bytes.size() : 0);
  bytes.remove_prefix(skipped);
  data_->padding -= static_cast<uint32_t>(skipped);
  if (data_->left + data_->padding > 0) return {};
  const FrameHead head = data_->head;
  data_.reset();
  return sink.on_data_end(head);
}

}  // namespace weft::http::h2
