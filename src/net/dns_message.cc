#include "net/dns_message.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/strings.h"

namespace weft::net {
namespace {

constexpr size_t kHeaderSize = 12;
constexpr size_t kLabelMax = 63;  // RFC 1035 2.3.4
constexpr size_t kNameMax = 255;  // with length bytes and the root's zero
constexpr uint16_t kClassInternet = 1;
// Flag bits of the header's second word (RFC 1035 4.1.1).
constexpr uint16_t kIsResponse = 0x8000;
constexpr uint16_t kOpcodeMask = 0x7800;
constexpr uint16_t kAuthoritative = 0x0400;
constexpr uint16_t kTruncated = 0x0200;
constexpr uint16_t kRecursionDesired = 0x0100;
constexpr uint16_t kRecursionAvailable = 0x0080;

// Reads big-endian numbers and names front to back; every read checks the end.
class Reader {
 public:
  explicit Reader(std::string_view message) : message_(message) {}
  size_t position() const { return position_; }
  bool at_end() const { return position_ == message_.size(); }

  std::optional<uint16_t> u16() {
    if (message_.size() - position_ < 2) return std::nullopt;
    const auto high = static_cast<uint8_t>(message_[position_]);
    const auto low = static_cast<uint8_t>(message_[position_ + 1]);
    position_ += 2;
    return static_cast<uint16_t>(high << 8 | low);
  }
  std::optional<uint32_t> u32() {
    const auto high = u16();
    const auto low = u16();
    if (!high || !low) return std::nullopt;
    return static_cast<uint32_t>(*high) << 16 | *low;
  }
  std::optional<std::string_view> bytes(size_t size) {
    if (message_.size() - position_ < size) return std::nullopt;
    position_ += size;
    return message_.substr(position_ - size, size);
  }
  bool name(std::string& out);

 private:
  bool append_label(std::string& out, size_t at, size_t length, size_t& wire_size) const;

  std::string_view message_;
  size_t position_ = 0;
};

void append_escaped(std::string& out, std::string_view label) {
  for (const char c : label) {
    const auto byte = static_cast<uint8_t>(c);
    if (byte > 0x20 && byte < 0x7f && c != '.' && c != '\\') {
      out += to_lower(c);
      continue;
    }
    out += '\\';  // RFC 1035 5.1: \DDD, decimal
    out += static_cast<char>('0' + byte / 100);
    out += static_cast<char>('0' + byte / 10 % 10);
    out += static_cast<char>('0' + byte % 10);
  }
}

bool Reader::append_label(std::string& out, size_t at, size_t length, size_t& wire_size) const {
  wire_size += length + 1;
  if (length > kLabelMax || wire_size + 1 > kNameMax || message_.size() - at - 1 < length) return false;
  if (!out.empty()) out += '.';
  append_escaped(out, message_.substr(at + 1, length));
  return true;
}

// A name that may end in a pointer (RFC 1035 4.1.4). Each pointer must lead further to the front than where its name
// part began, so the walk ends; the name's length is bounded besides.
bool Reader::name(std::string& out) {
  out.clear();
  size_t at = position_;
  size_t part_begin = at;
  size_t wire_size = 0;
  bool has_jumped = false;
  while (at < message_.size()) {
    const auto length = static_cast<uint8_t>(message_[at]);
    if (length == 0) {
      if (!has_jumped) position_ = at + 1;
      return true;
    }
    if ((length & 0xc0) != 0xc0) {
      if (!append_label(out, at, length, wire_size)) return false;
      at += length + 1;
      continue;
    }
    if (at + 1 >= message_.size()) return false;
    const size_t target = static_cast<size_t>(length & 0x3f) << 8 | static_cast<uint8_t>(message_[at + 1]);
    if (target >= part_begin || target < kHeaderSize) return false;
    if (!has_jumped) position_ = at + 2;
    has_jumped = true;
    at = part_begin = target;
  }
  return false;
}

void append_u16(std::string& out, uint16_t number) {
  out += static_cast<char>(number >> 8);
  out += static_cast<char>(number & 0xff);
}

// The six words of every message.
struct Header {
  uint16_t id = 0;
  uint16_t flags = 0;
  std::array<uint16_t, 4> counts{};  // question, answer, authority, additional
};

std::optional<Header> read_header(Reader& reader) {
  std::array<uint16_t, 6> words{};
  for (auto& word : words) {
    const auto read = reader.u16();
    if (!read) return std::nullopt;
    word = *read;
  }
  return Header{words[0], words[1], {words[2], words[3], words[4], words[5]}};
}

void append_header(std::string& out, const Header& header) {
  append_u16(out, header.id);
  append_u16(out, header.flags);
  for (const uint16_t count : header.counts) append_u16(out, count);
}

// A resource record with its data still packed.
struct Packed {
  std::string owner;
  uint16_t type = 0;
  uint16_t record_class = 0;
  uint32_t ttl_s = 0;
  size_t data_begin = 0;
  std::string_view data;
};

std::optional<Packed> read_record(Reader& reader) {
  Packed record;
  if (!reader.name(record.owner)) return std::nullopt;
  const auto type = reader.u16();
  const auto record_class = reader.u16();
  const auto ttl = reader.u32();
  const auto size = reader.u16();
  if (!size) return std::nullopt;
  record.data_begin = reader.position();
  const auto data = reader.bytes(*size);
  if (!data) return std::nullopt;
  record.type = *type;
  record.record_class = *record_class;
  record.ttl_s = *ttl;
  record.data = *data;
  return record;
}

// Additional records of a query: only OPT says something to us, and it may come once (RFC 6891 6.1.1).
Result<> read_additional(Reader& reader, size_t count, DnsQuery& query) {
  for (size_t i = 0; i < count; ++i) {
    const auto record = read_record(reader);
    if (!record) return fail(Reason::malformed, "broken additional record", Side::client);
    if (record->type != static_cast<uint16_t>(DnsType::opt)) continue;
    if (query.has_edns || !record->owner.empty()) return fail(Reason::malformed, "misplaced OPT record", Side::client);
    query.has_edns = true;
    query.udp_size_max = std::max<uint16_t>(512, record->record_class);  // RFC 6891 6.2.3: below 512 counts as 512
  }
  return {};
}

// The data of a record as DnsRecord promises it; nothing where it has the wrong shape.
std::optional<std::string> unpack(std::string_view message, const Packed& record) {
  const auto type = static_cast<DnsType>(record.type);
  if (type == DnsType::a && record.data.size() != 4) return std::nullopt;
  if (type == DnsType::aaaa && record.data.size() != 16) return std::nullopt;
  if (type != DnsType::cname && type != DnsType::ptr) return std::string(record.data);
  const size_t end = record.data_begin + record.data.size();
  Reader reader(message.substr(0, end));
  std::string name;
  if (!reader.bytes(record.data_begin) || !reader.name(name) || !reader.at_end()) return std::nullopt;
  return name;
}

Result<std::string> pack_name(std::string_view name) {
  std::string packed;
  if (name.ends_with('.')) name.remove_suffix(1);
  if (name.size() + 2 > kNameMax) return fail(Reason::invalid, "name too long");
  if (!name.empty()) {
    for (const auto label : split(name, '.')) {
      if (label.empty() || label.size() > kLabelMax) return fail(Reason::invalid, "empty or overlong label");
      packed += static_cast<char>(label.size());
      packed += label;
    }
  }
  packed += '\0';
  return packed;
}

// An answer while its records are added, within the size that the client takes.
class Answer {
 public:
  Answer(const DnsQuery& query, size_t size_max)
      : query_(query), limit_(size_max - (query.has_edns ? kOptSize : 0)), body_(query.question) {}

  // `owner` is where the owner's name begins in the message. Gives where the data begins; what does not fit is left
  // out, and so is everything behind it.
  size_t add(const DnsRecord& record, size_t owner) {
    const size_t data_begin = kHeaderSize + body_.size() + kRecordHeadSize;
    is_truncated_ |= data_begin + record.data.size() > limit_;
    if (is_truncated_) return data_begin;
    append_u16(body_, static_cast<uint16_t>(0xc000 | owner));
    append_u16(body_, static_cast<uint16_t>(record.type));
    append_u16(body_, kClassInternet);
    append_u16(body_, static_cast<uint16_t>(record.ttl_s >> 16));
    append_u16(body_, static_cast<uint16_t>(record.ttl_s & 0xffff));
    append_u16(body_, static_cast<uint16_t>(record.data.size()));
    body_ += record.data;
    ++count_;
    return data_begin;
  }

  std::string finish(DnsCode code) && {
    if (query_.has_edns)
      body_.append("\0\0\x29\x10\0\0\0\0\0\0\0", kOptSize);  // root, OPT, 4,096 bytes, version 0, no options
    uint16_t flags = kIsResponse | kAuthoritative | kRecursionAvailable | static_cast<uint16_t>(code);
    if (query_.recursion_desired) flags |= kRecursionDesired;
    if (is_truncated_) flags |= kTruncated;
    std::string answer;
    append_header(answer, {query_.id, flags, {1, count_, 0, static_cast<uint16_t>(query_.has_edns ? 1 : 0)}});
    return answer + body_;
  }

 private:
  static constexpr size_t kOptSize = 11;
  static constexpr size_t kRecordHeadSize = 12;  // with a pointer for the owner's name

  const DnsQuery& query_;
  size_t limit_;
  std::string body_;
  uint16_t count_ = 0;
  bool is_truncated_ = false;
};

// Opcode and class of a query are checked here; the shape has been already.
Result<> check_supported(const Header& header, uint16_t query_class) {
  if ((header.flags & kOpcodeMask) != 0) return fail(Reason::unsupported, "opcode is not QUERY", Side::client);
  if (query_class != kClassInternet) return fail(Reason::unsupported, "class is not IN", Side::client);
  return {};
}

}  // namespace

Result<DnsQuery> parse_dns_query(std::string_view message) {
  if (message.size() > kDnsMessageMax) return fail(Reason::malformed, "message too long", Side::client);
  Reader reader(message);
  const auto header = read_header(reader);
  if (!header || (header->flags & kIsResponse) != 0) return fail(Reason::malformed, "not a query", Side::client);
  if (header->counts[0] != 1 || header->counts[1] != 0) {
    return fail(Reason::malformed, "a query has exactly one question and no answer", Side::client);
  }
  DnsQuery query{.id = header->id, .recursion_desired = (header->flags & kRecursionDesired) != 0};
  if (!reader.name(query.name)) return fail(Reason::malformed, "broken name", Side::client);
  const auto type = reader.u16();
  const auto query_class = reader.u16();
  if (!query_class) return fail(Reason::malformed, "question cut short", Side::client);
  query.type = static_cast<DnsType>(*type);
  query.question = message.substr(kHeaderSize, reader.position() - kHeaderSize);
  for (size_t i = 0; i < header->counts[2]; ++i) {
    if (!read_record(reader)) return fail(Reason::malformed, "broken authority record", Side::client);
  }
  WEFT_CHECK(read_additional(reader, header->counts[3], query));
  if (!reader.at_end()) return fail(Reason::malformed, "bytes behind the last record", Side::client);
  WEFT_CHECK(check_supported(*header, *query_class));
  return query;
}

std::string dns_answer(const DnsQuery& query, DnsCode code, std::span<const DnsRecord> records, size_t size_max) {
  Answer answer(query, size_max);
  for (const auto& record : records) answer.add(record, kHeaderSize);
  return std::move(answer).finish(code);
}

Result<std::string> dns_alias_answer(const DnsQuery& query, const DnsAlias& alias, DnsCode code,
                                     std::span<const DnsRecord> records, size_t size_max) {
  WEFT_TRY(const std::string target, pack_name(alias.name));
  Answer answer(query, size_max);
  const size_t owner = answer.add({DnsType::cname, alias.ttl_s, target}, kHeaderSize);
  for (const auto& record : records) answer.add(record, owner);
  return std::move(answer).finish(code);
}

Result<std::string> dns_alias_answer(const DnsQuery& query, const DnsAlias& alias, DnsResponse resolved,
                                     size_t size_max) {
  std::erase_if(resolved.answers, [&](const DnsRecord& record) { return record.type != query.type; });
  if (query.type == DnsType::cname) resolved.answers.clear();  // theirs are other names'
  return dns_alias_answer(query, alias, resolved.code, resolved.answers, size_max);
}

std::string dns_error_answer(std::string_view message, DnsCode code) {
  Reader reader(message);
  const auto header = read_header(reader);
  // A response is never answered: two responders would send errors to each other for ever.
  if (!header || (header->flags & kIsResponse) != 0) return {};
  const uint16_t kept = header->flags & (kOpcodeMask | kRecursionDesired);
  std::string answer;
  append_header(answer, {header->id, static_cast<uint16_t>(kIsResponse | kept | static_cast<uint16_t>(code)), {}});
  return answer;
}

Result<std::string> dns_query_message(uint16_t id, std::string_view name, DnsType type) {
  std::string message;
  append_header(message, {id, kRecursionDesired, {1, 0, 0, 0}});
  WEFT_TRY(const std::string packed, pack_name(name));
  message += packed;
  append_u16(message, static_cast<uint16_t>(type));
  append_u16(message, kClassInternet);
  return message;
}

Result<DnsResponse> parse_dns_response(std::string_view message) {
  if (message.size() > kDnsMessageMax) return fail(Reason::too_large, "message too long", Side::endpoint);
  Reader reader(message);
  const auto header = read_header(reader);
  if (!header || (header->flags & kIsResponse) == 0) return fail(Reason::malformed, "not an answer", Side::endpoint);
  if (header->counts[0] != 1) return fail(Reason::malformed, "not exactly one question", Side::endpoint);
  if (header->counts[1] > kDnsAnswersMax) return fail(Reason::too_large, "too many answers", Side::endpoint);
  DnsResponse response{.id = header->id, .code = static_cast<DnsCode>(header->flags & 0xf)};
  response.is_truncated = (header->flags & kTruncated) != 0;
  if (!reader.name(response.name)) return fail(Reason::malformed, "broken name", Side::endpoint);
  const auto type = reader.u16();
  if (!reader.u16()) return fail(Reason::malformed, "question cut short", Side::endpoint);
  response.type = static_cast<DnsType>(*type);
  for (size_t i = 0; i < header->counts[1]; ++i) {
    const auto record = read_record(reader);
    if (!record) return fail(Reason::malformed, "broken answer record", Side::endpoint);
    auto data = unpack(message, *record);
    if (!data) return fail(Reason::malformed, "record data of the wrong shape", Side::endpoint);
    if (record->record_class != kClassInternet) continue;
    response.answers.push_back({static_cast<DnsType>(record->type), record->ttl_s, std::move(*data)});
  }
  return response;
}

}  // namespace weft::net
