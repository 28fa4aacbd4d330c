#include "spdy/header_block.h"

#include <array>

#include <zlib.h>

#include "base/assert.h"
#include "spdy/numbers.h"

namespace weft::spdy {
namespace {

// The dictionary of SPDY/3 begins with these, each behind its length in four bytes, and ends with kLoose.
constexpr std::string_view kWords[] = {"options",
                                       "head",
                                       "post",
                                       "put",
                                       "delete",
                                       "trace",
                                       "accept",
                                       "accept-charset",
                                       "accept-encoding",
                                       "accept-language",
                                       "accept-ranges",
                                       "age",
                                       "allow",
                                       "authorization",
                                       "cache-control",
                                       "connection",
                                       "content-base",
                                       "content-encoding",
                                       "content-language",
                                       "content-length",
                                       "content-location",
                                       "content-md5",
                                       "content-range",
                                       "content-type",
                                       "date",
                                       "etag",
                                       "expect",
                                       "expires",
                                       "from",
                                       "host",
                                       "if-match",
                                       "if-modified-since",
                                       "if-none-match",
                                       "if-range",
                                       "if-unmodified-since",
                                       "last-modified",
                                       "location",
                                       "max-forwards",
                                       "pragma",
                                       "proxy-authenticate",
                                       "proxy-authorization",
                                       "range",
                                       "referer",
                                       "retry-after",
                                       "server",
                                       "te",
                                       "trailer",
                                       "transfer-encoding",
                                       "upgrade",
                                       "user-agent",
                                       "vary",
                                       "via",
                                       "warning",
                                       "www-authenticate",
                                       "method",
                                       "get",
                                       "status",
                                       "200 OK",
                                       "version",
                                       "HTTP/1.1",
                                       "url",
                                       "public",
                                       "set-cookie",
                                       "keep-alive",
                                       "origin"};
constexpr std::string_view kLoose =
    "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505"
    "203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized"
    "403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented503 Service Unavailable"
    "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT"
    "chunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,"
    "text/javascript,publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.";

const std::string& dictionary() {
  static const std::string text = [] {
    std::string made;
    for (const auto word : kWords) {
      append_number(made, static_cast<uint32_t>(word.size()));
      made += word;
    }
    return made += kLoose;
  }();
  return text;
}

Bytef* bytes_of(std::string_view text) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
}

// A length and as many bytes, taken off the front.
Result<std::string_view> take_text(std::string_view& rest) {
  if (rest.size() < 4 || rest.size() - 4 < number_in(rest))
    return fail(Reason::malformed, "a header block ends within a field", Side::client);
  const std::string_view text = rest.substr(4, number_in(rest));
  rest.remove_prefix(4 + text.size());
  return text;
}

Result<HeaderBlock> parse(std::string_view rest) {
  if (rest.size() < 4) return fail(Reason::malformed, "a header block without its count", Side::client);
  const uint32_t count = number_in(rest);
  rest.remove_prefix(4);
  HeaderBlock block;
  for (uint32_t i = 0; i < count; ++i) {
    WEFT_TRY(const std::string_view name, take_text(rest));
    WEFT_TRY(const std::string_view value, take_text(rest));
    block.insert_or_assign(std::string(name), std::string(value));
  }
  return block;
}

}  // namespace

struct HeaderReader::Inflater {
  z_stream stream{};
};

HeaderReader::HeaderReader() : inflater_(std::make_unique<Inflater>()) {
  WEFT_ASSERT(inflateInit(&inflater_->stream) == Z_OK);
}
HeaderReader::~HeaderReader() {
  inflateEnd(&inflater_->stream);
}

// A block ends with a flush, so all that is in it comes out.
Result<HeaderBlock> HeaderReader::read(std::string_view compressed) {
  z_stream& stream = inflater_->stream;
  stream.next_in = bytes_of(compressed);
  stream.avail_in = static_cast<uInt>(compressed.size());
  std::string expanded;
  std::array<char, 4096> piece;
  do {
    stream.next_out = bytes_of({piece.data(), piece.size()});
    stream.avail_out = piece.size();
    int status = inflate(&stream, Z_SYNC_FLUSH);
    if (status == Z_NEED_DICT)
      status = inflateSetDictionary(&stream, bytes_of(dictionary()), static_cast<uInt>(dictionary().size()));
    if (status != Z_OK && status != Z_BUF_ERROR)
      return fail(Reason::malformed, "a header block can't be expanded", Side::client);
    expanded.append(piece.data(), piece.size() - stream.avail_out);
    if (expanded.size() > kHeaderBlockMax) return fail(Reason::too_large, "a header block is too large", Side::client);
    if (status == Z_BUF_ERROR) break;  // nothing is left, or what is there does not make a whole
  } while (stream.avail_in > 0 || stream.avail_out == 0);
  return parse(expanded);
}

struct HeaderWriter::Deflater {
  z_stream stream{};
};

HeaderWriter::HeaderWriter() : deflater_(std::make_unique<Deflater>()) {
  z_stream& stream = deflater_->stream;
  WEFT_ASSERT(deflateInit(&stream, Z_DEFAULT_COMPRESSION) == Z_OK);
  WEFT_ASSERT(deflateSetDictionary(&stream, bytes_of(dictionary()), static_cast<uInt>(dictionary().size())) == Z_OK);
}
HeaderWriter::~HeaderWriter() {
  deflateEnd(&deflater_->stream);
}

std::string HeaderWriter::write(const HeaderBlock& block) {
  std::string plain;
  append_number(plain, static_cast<uint32_t>(block.size()));
  for (const auto& [name, value] : block) {
    append_number(plain, static_cast<uint32_t>(name.size()));
    plain += name;
    append_number(plain, static_cast<uint32_t>(value.size()));
    plain += value;
  }
  z_stream& stream = deflater_->stream;
  std::string compressed(deflateBound(&stream, plain.size()) + 16, '\0');  // with the mark of the flush
  stream.next_in = bytes_of(plain);
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = bytes_of(compressed);
  stream.avail_out = static_cast<uInt>(compressed.size());
  WEFT_ASSERT(deflate(&stream, Z_SYNC_FLUSH) == Z_OK && stream.avail_in == 0);
  compressed.resize(compressed.size() - stream.avail_out);
  return compressed;
}

}  // namespace weft::spdy
