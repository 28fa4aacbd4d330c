#include "api/kubernetes/secret.h"

#include <fmt/format.h>

#include "api/base64.h"
#include "api/describe.h"
#include "api/kubernetes/kubernetes_checks.h"

namespace weft::api {

// Unlike other texts, these are not repeated in what is said about them.
template <>
struct Codec<kubernetes::SecretBytes> {
  static constexpr Shape kShape = Shape::base64;
  static bool read(const Place& place, const Field&, kubernetes::SecretBytes& value) {
    const auto bytes = place.node().kind == Node::Kind::string ? decode_base64(place.node().text) : std::nullopt;
    if (!bytes) return place.error(Code::bad_value, "the value is not base64", "plain text goes to stringData"), false;
    value.bytes = *bytes;
    return true;
  }
  static Json write(const kubernetes::SecretBytes& value) { return encode_base64(value.bytes); }
};

template <>
struct Codec<kubernetes::SecretText> {
  static constexpr Shape kShape = Shape::text;
  static bool read(const Place& place, const Field&, kubernetes::SecretText& value) {
    if (place.node().kind != Node::Kind::string)
      return place.error(Code::wrong_type, "a string is due here", "put it in quotes"), false;
    value.text = place.node().text;
    return true;
  }
  static Json write(const kubernetes::SecretText& value) { return value.text; }
};

}  // namespace weft::api

namespace weft::api::kubernetes {

const FieldTable& Secret::fields() {
  static const FieldTable table =
      Describe<Secret>("Secret", "Named bytes for those who may see them.")
          .object_head()
          .field("data", &Secret::data, "Bytes by key, in base64.")
          .check_keys(check_config_key)
          .field("stringData", &Secret::string_data, "The same as plain text; merged into data.")
          .check_keys(check_config_key)
          .field("type", &Secret::type, "What the keys mean; kubernetes.io/tls has tls.crt and tls.key.")
          .by_default("Opaque")
          .field("immutable", &Secret::immutable, "Whether the data may change no more.")
          .finish(check_secret);
  return table;
}

}  // namespace weft::api::kubernetes
