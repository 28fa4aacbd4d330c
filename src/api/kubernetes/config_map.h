// ConfigMap: named texts. Plain values.
#pragma once

#include <map>
#include <string>

namespace weft::api {
class FieldTable;
}

namespace weft::api::kubernetes {

// Texts by key; `binary_data` is base64 as written.
struct ConfigMap {
  std::map<std::string, std::string, std::less<>> data;
  std::map<std::string, std::string, std::less<>> binary_data;
  bool immutable = false;

  static const FieldTable& fields();
};

}  // namespace weft::api::kubernetes
