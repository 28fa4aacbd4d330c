// Fields as HPACK carries them: those of the message and the pseudo ones, with what is known of a name, so that it is
// looked at once and not again for each message that refers to it.
#pragma once

#include <cstdint>
#include <string_view>

#include "http/header_id.h"
#include "http/headers.h"

namespace weft::http::h2::hpack {

// A field before a message's own that tells what HTTP/1 has in its first line (RFC 9113 8.3, RFC 8441).
enum class Pseudo : uint8_t { none, unknown, authority, method, path, protocol, scheme, status };

// What RFC 9113 8.2.1 has against a field.
enum class Flaw : uint8_t { none, name, value };

// What a look at a field's text found.
struct FieldKind {
  HeaderId id = HeaderId::other;
  Pseudo pseudo = Pseudo::none;
  Flaw flaw = Flaw::none;
};

FieldKind kind_of(std::string_view name, std::string_view value);

// The same where the name's kind is known.
FieldKind kind_of(FieldKind name, std::string_view value);

// A field as it was decoded. The views are good during the call that hands it over.
struct DecodedField {
  std::string_view name;
  std::string_view value;
  FieldKind kind;
  Indexing indexing = Indexing::allowed;

  // As the peer's SETTINGS_MAX_HEADER_LIST_SIZE counts (RFC 9113 6.5.2).
  size_t counted_size() const { return name.size() + value.size() + 32; }
};

// Takes the fields of one section, in their order.
class FieldSink {
 public:
  virtual void on_field(const DecodedField& field) = 0;

 protected:
  ~FieldSink() = default;
};

}  // namespace weft::http::h2::hpack
