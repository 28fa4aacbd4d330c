// Secret: named bytes that nobody but their users may see. Plain values; no finding about one shows what is in it.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace weft::api {
class FieldTable;
}

namespace weft::api::kubernetes {

// A value in base64, decoded.
struct SecretBytes {
  std::string bytes;
  friend bool operator==(const SecretBytes&, const SecretBytes&) = default;
};

// A value as text.
struct SecretText {
  std::string text;
  friend bool operator==(const SecretText&, const SecretText&) = default;
};

// `string_data` is what a writer may give instead of base64: it is merged into the data when the object is stored.
struct Secret {
  std::map<std::string, SecretBytes, std::less<>> data;
  std::map<std::string, SecretText, std::less<>> string_data;
  std::string type = "Opaque";
  bool immutable = false;

  bool has(std::string_view key) const { return data.contains(key) || string_data.contains(key); }

  static const FieldTable& fields();
};

inline constexpr std::string_view kTlsSecretType = "kubernetes.io/tls";

}  // namespace weft::api::kubernetes
