#include "http/h2/section_reader.h"

#include <algorithm>

#include "base/strings.h"
#include "http/authority.h"
#include "http/scan.h"

namespace weft::http::h2 {
namespace {

using hpack::Pseudo;

bool is_token(std::string_view text) {
  return !text.empty() && scan_token(text.data(), text.data() + text.size()) == text.data() + text.size();
}

bool is_target(std::string_view text) {
  return scan_target(text.data(), text.data() + text.size()) == text.data() + text.size() &&
         text.find('#') == text.npos;
}

// RFC 3986 3.1.
bool is_scheme(std::string_view text) {
  const auto is_letter = [](char c) { return to_lower(c) >= 'a' && to_lower(c) <= 'z'; };
  const auto is_rest = [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  };
  return !text.empty() && is_letter(text.front()) && std::ranges::all_of(text, is_rest);
}

// Three digits, 101 not among them (RFC 9113 8.6). 0: none of these.
uint16_t read_status(std::string_view text) {
  const bool is_number = text.size() == 3 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  const auto status = is_number ? static_cast<uint16_t>(*parse_unsigned(text)) : uint16_t{0};
  return status < 100 || status == 101 ? uint16_t{0} : status;
}

}  // namespace

void SectionReader::begin(SectionKind kind, FramedStream* to, const Most& most, ExtendedConnect connect) {
  *this = SectionReader();
  kind_ = kind;
  to_ = to;
  most_ = most;
  connect_ = connect;
}

void SectionReader::on_field(const hpack::DecodedField& field) {
  size_ += field.counted_size();
  if (size_ > most_.bytes || ++fields_ > most_.fields) outcome_ = SectionOutcome::too_large;
  if (outcome_ != SectionOutcome::good || to_ == nullptr) return;
  if (!is_good(field)) {
    outcome_ = SectionOutcome::malformed;
  } else if (!to_->on_field(field)) {
    outcome_ = SectionOutcome::unwanted;
  }
}

SectionOutcome SectionReader::end() {
  if (outcome_ == SectionOutcome::good && to_ != nullptr && !is_whole()) outcome_ = SectionOutcome::malformed;
  return outcome_;
}

bool SectionReader::is_good(const hpack::DecodedField& field) {
  if (field.kind.flaw != hpack::Flaw::none) return false;
  if (field.kind.pseudo != Pseudo::none) return !has_plain_ && is_good_pseudo(field);
  has_plain_ = true;
  return is_good_plain(field);
}

// RFC 9113 8.3: each once, only those of the kind, none in trailers (8.1).
bool SectionReader::is_good_pseudo(const hpack::DecodedField& field) {
  const Pseudo which = field.kind.pseudo;
  if (has(which) || kind_ == SectionKind::trailers || (which == Pseudo::status) != (kind_ == SectionKind::response))
    return false;
  pseudo_ |= bit(which);
  switch (which) {
    case Pseudo::status:
      status_ = read_status(field.value);
      return status_ != 0;
    case Pseudo::method:
      is_connect_ = field.value == "CONNECT";
      is_options_ = field.value == "OPTIONS";
      return is_token(field.value);
    case Pseudo::scheme:
      return is_scheme(field.value);
    case Pseudo::authority:
      return is_authority(field.value);
    case Pseudo::path:
      if (field.value == "*") path_ = Path::star;
      if (field.value.starts_with('/')) path_ = Path::absolute;
      return is_target(field.value);
    case Pseudo::protocol:
      return connect_ == ExtendedConnect::taken && is_token(field.value);
    case Pseudo::unknown:
    case Pseudo::none:
      return false;
  }
  return false;
}

bool SectionReader::is_good_plain(const hpack::DecodedField& field) {
  switch (field.kind.id) {
    case HeaderId::connection:  // RFC 9113 8.2.2
    case HeaderId::proxy_connection:
    case HeaderId::keep_alive:
    case HeaderId::transfer_encoding:
    case HeaderId::upgrade:
      return false;
    case HeaderId::te:
      return equal_ignoring_case(field.value, "trailers");
    case HeaderId::host:
      has_host_ = true;
      return kind_ != SectionKind::request || is_authority(field.value);
    case HeaderId::content_length: {
      const auto length = parse_unsigned(field.value);
      if (kind_ == SectionKind::trailers || content_length_ >= 0 || !length || *length > INT64_MAX) return false;
      content_length_ = static_cast<int64_t>(*length);
      return true;
    }
    default:
      return true;
  }
}

bool SectionReader::is_whole() const {
  if (kind_ == SectionKind::trailers) return true;
  if (kind_ == SectionKind::response) return has(Pseudo::status);
  if (!has(Pseudo::method) || (!has(Pseudo::authority) && !has_host_)) return false;
  if (is_connect_) return is_whole_connect();
  if (has(Pseudo::protocol) || !has(Pseudo::scheme) || !has(Pseudo::path)) return false;
  return path_ == Path::absolute || (path_ == Path::star && is_options_);
}

// RFC 9113 8.5; with a protocol it has what other requests have (RFC 8441 4). What follows is no content.
bool SectionReader::is_whole_connect() const {
  if (!has(Pseudo::authority) || content_length_ > 0) return false;
  if (has(Pseudo::protocol)) return has(Pseudo::scheme) && path_ == Path::absolute;
  return !has(Pseudo::scheme) && !has(Pseudo::path);
}

}  // namespace weft::http::h2
