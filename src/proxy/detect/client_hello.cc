#include "proxy/detect/client_hello.h"

#include <algorithm>

#include "base/strings.h"

namespace weft::proxy {
namespace {

constexpr size_t kRecordHeaderBytes = 5;     // RFC 8446 5.1: type, version, length
constexpr size_t kHandshakeHeaderBytes = 4;  // RFC 8446 4: type, length
constexpr size_t kFragmentBytesMax = 1 << 14;
constexpr uint8_t kHandshakeRecord = 22;
constexpr uint8_t kClientHello = 1;
constexpr uint16_t kServerNameExtension = 0;  // RFC 6066 3
constexpr uint16_t kAlpnExtension = 16;       // RFC 7301 3.1
constexpr uint8_t kHostName = 0;

// Takes fields from the front of what is left. Once something was missing, all that follows is empty and is_broken().
class Fields {
 public:
  explicit Fields(std::string_view bytes) : left_(bytes) {}

  std::string_view take(size_t size) {
    if (size > left_.size()) {
      is_broken_ = true;
      left_ = {};
      return {};
    }
    const std::string_view taken = left_.substr(0, size);
    left_.remove_prefix(size);
    return taken;
  }
  // A number of `width` bytes, most significant first.
  size_t number(size_t width) {
    size_t value = 0;
    for (const char byte : take(width)) value = value << 8 | static_cast<unsigned char>(byte);
    return value;
  }
  // A field behind its own length.
  std::string_view vector(size_t width) { return take(number(width)); }

  bool is_empty() const { return left_.empty(); }
  bool is_broken() const { return is_broken_; }

 private:
  std::string_view left_;
  bool is_broken_ = false;
};

std::unexpected<Error> malformed(const char* what) {
  return fail(Reason::malformed, std::string("the client's TLS hello has ") + what, Side::client);
}

std::unexpected<Error> too_large() {
  return fail(Reason::too_large, "the client's TLS hello is too large", Side::client);
}

// Letters, digits, hyphens and underscores between single dots: what a rule can name and a log can print.
bool is_host_name(std::string_view name) {
  constexpr size_t kNameBytesMax = 253;  // RFC 1035 3.1, as text
  if (name.size() > kNameBytesMax || name.starts_with('.') || name.ends_with('.') || name.contains("..")) return false;
  return std::ranges::all_of(name, [](char c) {
    const char lower = to_lower(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
  });
}

Result<> read_server_name(std::string_view extension, ClientHello& hello) {
  Fields outer(extension);
  Fields names(outer.vector(2));
  bool has_host_name = false;
  while (!names.is_empty()) {
    const size_t type = names.number(1);
    const std::string_view name = names.vector(2);
    if (type != kHostName) continue;
    if (std::exchange(has_host_name, true)) return malformed("two server names");
    if (is_host_name(name)) hello.server_name = to_lower(name);
  }
  if (outer.is_broken() || names.is_broken() || !outer.is_empty()) return malformed("a broken server name");
  return {};
}

Result<> read_protocols(std::string_view extension, ClientHello& hello) {
  Fields outer(extension);
  Fields names(outer.vector(2));
  while (!names.is_empty()) {
    const std::string_view name = names.vector(1);
    if (names.is_broken()) break;
    if (name.empty()) return malformed("an empty protocol name");
    if (hello.protocols.size() < kClientHelloProtocolsMax) hello.protocols.emplace_back(name);
  }
  if (outer.is_broken() || names.is_broken() || !outer.is_empty()) return malformed("a broken list of protocols");
  return {};
}

Result<ClientHello> read_extensions(std::string_view extensions) {
  ClientHello hello;
  bool has_server_name = false;
  bool has_protocols = false;
  Fields fields(extensions);
  while (!fields.is_empty()) {
    const size_t type = fields.number(2);
    const std::string_view content = fields.vector(2);
    if (fields.is_broken()) return malformed("a broken extension");
    if (type == kServerNameExtension) {
      if (std::exchange(has_server_name, true)) return malformed("two extensions of server names");
      WEFT_CHECK(read_server_name(content, hello));
    } else if (type == kAlpnExtension) {
      if (std::exchange(has_protocols, true)) return malformed("two extensions of protocols");
      WEFT_CHECK(read_protocols(content, hello));
    }
  }
  return hello;
}

Result<ClientHello> read_message(std::string_view message) {
  Fields fields(message);
  fields.take(2 + 32);  // version and random
  if (fields.vector(1).size() > 32) return malformed("a long session id");
  const size_t suites = fields.vector(2).size();
  const size_t compressions = fields.vector(1).size();
  if (fields.is_broken() || suites == 0 || suites % 2 != 0 || compressions == 0) return malformed("broken parameters");
  if (fields.is_empty()) return ClientHello();  // TLS before 1.2 need not send extensions
  const std::string_view extensions = fields.vector(2);
  if (fields.is_broken() || !fields.is_empty()) return malformed("a broken list of extensions");
  return read_extensions(extensions);
}

// The size of the fragment in the record that begins here.
Result<size_t> fragment_size(std::string_view record) {
  Fields header(record.substr(0, kRecordHeaderBytes));
  const size_t type = header.number(1);
  const size_t major_version = header.number(1);
  header.take(1);
  const size_t size = header.number(2);
  if (type != kHandshakeRecord || major_version != 3) return malformed("a record of another kind inside");
  if (size == 0 || size > kFragmentBytesMax) return malformed("a record of a forbidden size");
  return size;
}

// The hello without the records around it; nothing while it is not all there.
Result<std::optional<std::string>> unwrap(std::string_view bytes) {
  std::string handshake;
  while (bytes.size() > kRecordHeaderBytes) {
    WEFT_TRY(const size_t size, fragment_size(bytes));
    const std::string_view fragment = bytes.substr(kRecordHeaderBytes, size);
    handshake += fragment;
    Fields header(std::string_view(handshake).substr(0, kHandshakeHeaderBytes));
    if (header.number(1) != kClientHello) return malformed("another message in its place");
    const size_t length = header.number(3);
    if (!header.is_broken()) {
      if (length > kClientHelloBytesMax) return too_large();
      if (handshake.size() >= kHandshakeHeaderBytes + length) return handshake.substr(kHandshakeHeaderBytes, length);
    }
    if (fragment.size() < size) break;
    bytes.remove_prefix(kRecordHeaderBytes + size);
  }
  return std::nullopt;
}

}  // namespace

Result<std::optional<ClientHello>> read_client_hello(std::string_view bytes) {
  WEFT_TRY(const auto message, unwrap(bytes.substr(0, kClientHelloBytesMax)));
  if (!message && bytes.size() >= kClientHelloBytesMax) return too_large();
  if (!message) return std::nullopt;
  return read_message(*message);
}

}  // namespace weft::proxy
