#include "control/apiserver/protobuf_body.h"

#include <cstdint>
#include <optional>

#include <fmt/format.h>

#include "api/base64.h"
#include "base/utf8.h"
#include "control/apiserver/protobuf_layouts.h"

namespace weft::control {
namespace protobuf {
namespace {

using api::Json;

// One field as it stands on the wire: a number, or bytes.
struct Item {
  uint32_t number = 0;
  bool is_bytes = false;
  uint64_t value = 0;
  std::string_view bytes;

  bool is_empty() const { return is_bytes ? bytes.empty() : value == 0; }
};

// Takes items off the front of a message. Kubernetes uses varints and length-delimited fields alone.
class Items {
 public:
  explicit Items(std::string_view bytes) : rest_(bytes) {}

  bool at_end() const { return rest_.empty(); }
  // Nothing: the bytes are broken.
  std::optional<Item> next() {
    const auto tag = varint();
    if (!tag || (*tag >> 3) == 0 || (*tag >> 3) > UINT32_MAX) return std::nullopt;
    Item item{.number = static_cast<uint32_t>(*tag >> 3), .is_bytes = (*tag & 7) == 2};
    if (!item.is_bytes && (*tag & 7) != 0) return std::nullopt;
    const auto value = varint();
    if (!value) return std::nullopt;
    if (!item.is_bytes) {
      item.value = *value;
      return item;
    }
    if (*value > rest_.size()) return std::nullopt;
    item.bytes = rest_.substr(0, *value);
    rest_.remove_prefix(*value);
    return item;
  }

 private:
  std::optional<uint64_t> varint() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<uint8_t>(rest_.front());
      rest_.remove_prefix(1);
      value |= static_cast<uint64_t>(byte & 127) << shift;
      if (byte < 128) return value;
    }
    return std::nullopt;
  }

  std::string_view rest_;
};

std::unexpected<Refusal> broken_bytes() {
  return refuse(bad_request("the request's body is no protobuf message of Kubernetes"));
}

// Proto3's strings are UTF-8, and so is JSON.
Reply<std::string> read_text(std::string_view bytes) {
  if (!is_utf8(bytes)) return broken_bytes();
  return std::string(bytes);
}

// A map's entry: its key in field 1, its value in field 2.
Reply<std::pair<std::string, std::string>> read_entry(std::string_view bytes) {
  std::pair<std::string, std::string> entry;
  for (Items items(bytes); !items.at_end();) {
    const auto item = items.next();
    if (!item || !item->is_bytes) return broken_bytes();
    (item->number == 1 ? entry.first : entry.second) = item->bytes;
  }
  return entry;
}

// IntOrString: which of the two in field 1, the number in 2, the text in 3.
Reply<Json> read_port(std::string_view bytes) {
  uint64_t is_text = 0;
  int32_t number = 0;
  std::string text;
  for (Items items(bytes); !items.at_end();) {
    const auto item = items.next();
    if (!item) return broken_bytes();
    if (item->number == 1) is_text = item->value;
    if (item->number == 2) number = static_cast<int32_t>(item->value);
    if (item->number == 3) {
      WEFT_TRY(text, read_text(item->bytes));
    }
  }
  return is_text != 0 ? Json(text) : Json(number);
}

Reply<Json> read_message(const Layout* layout, std::string_view bytes, const std::string& place);

Reply<Json> read_value(const Field& field, const Item& item, const std::string& place) {
  const bool is_number = field.form == Form::number || field.form == Form::boolean;
  if (is_number == item.is_bytes) return broken_bytes();
  switch (field.form) {
    case Form::number:
      return Json(static_cast<int64_t>(item.value));
    case Form::boolean:
      return Json(item.value != 0);
    case Form::message:
      return read_message(field.layout, item.bytes, place);
    case Form::port:
      return read_port(item.bytes);
    default: {
      WEFT_TRY(auto text, read_text(item.bytes));
      return Json(std::move(text));
    }
  }
}

Reply<> put_field(const Field& field, const Item& item, const std::string& place, Json& body) {
  if (field.form == Form::map || field.form == Form::byte_map) {
    if (!item.is_bytes) return broken_bytes();
    WEFT_TRY(const auto entry, read_entry(item.bytes));
    const bool is_text = field.form == Form::map;
    if (!is_utf8(entry.first) || (is_text && !is_utf8(entry.second))) return broken_bytes();
    body[field.name][entry.first] = is_text ? entry.second : api::encode_base64(entry.second);
    return {};
  }
  WEFT_TRY(Json value, read_value(field, item, place));
  if (field.count == Count::many) {
    body[field.name].push_back(std::move(value));
  } else if (!(value.is_object() && value.empty())) {
    body[field.name] = std::move(value);
  }
  return {};
}

// Without a table of its fields a message must be empty.
Reply<Json> read_message(const Layout* layout, std::string_view bytes, const std::string& place) {
  Json body = Json::object();
  for (Items items(bytes); !items.at_end();) {
    const auto item = items.next();
    if (!item) return broken_bytes();
    const Field* field = nullptr;
    for (const Field& one : layout ? layout->fields : std::span<const Field>())
      if (one.number == item->number) field = &one;
    if (item->is_empty() && !(field && field->count == Count::many)) continue;
    if (field == nullptr)
      return refuse(unsupported_media_type(
          fmt::format("field {} of {} is not read from protobuf; send the object as JSON or YAML (kubectl apply -f)",
                      item->number, place)));
    if (field->form == Form::ignored) continue;
    WEFT_CHECK(put_field(*field, *item, place + "." + field->name, body));
  }
  return body;
}

// runtime.Unknown: what it is in field 1 (version in 1, kind in 2), its bytes in field 2.
struct Envelope {
  std::string api_version;
  std::string kind;
  std::string_view raw;
};

Reply<Envelope> read_envelope(std::string_view bytes) {
  constexpr std::string_view kMagic("k8s\0", 4);
  if (!bytes.starts_with(kMagic)) return broken_bytes();
  Envelope envelope;
  for (Items items(bytes.substr(kMagic.size())); !items.at_end();) {
    const auto item = items.next();
    if (!item) return broken_bytes();
    if (item->number == 1) {
      WEFT_TRY(const auto type, read_entry(item->bytes));
      WEFT_TRY(envelope.api_version, read_text(type.first));
      WEFT_TRY(envelope.kind, read_text(type.second));
    }
    if (item->number == 2) envelope.raw = item->bytes;
  }
  return envelope;
}

}  // namespace
}  // namespace protobuf

Reply<api::Json> read_protobuf_body(std::string_view bytes) {
  WEFT_TRY(const auto envelope, protobuf::read_envelope(bytes));
  for (const auto& known : protobuf::kKnownObjects) {
    if (known.api_version != envelope.api_version || known.kind != envelope.kind) continue;
    WEFT_TRY(api::Json body, protobuf::read_message(known.layout, envelope.raw, envelope.kind));
    body["apiVersion"] = envelope.api_version;
    body["kind"] = envelope.kind;
    return body;
  }
  return refuse(unsupported_media_type(
      fmt::format("{} of {} is not read from protobuf; send it as JSON or YAML", envelope.kind, envelope.api_version)));
}

}  // namespace weft::control
