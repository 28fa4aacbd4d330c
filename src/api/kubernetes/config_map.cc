#include "api/kubernetes/config_map.h"

#include "api/describe.h"
#include "api/kubernetes/kubernetes_checks.h"

namespace weft::api::kubernetes {

const FieldTable& ConfigMap::fields() {
  static const FieldTable table =
      Describe<ConfigMap>("ConfigMap", "Named texts.")
          .object_head()
          .field("data", &ConfigMap::data, "Texts by key.")
          .check_keys(check_config_key)
          .field("binaryData", &ConfigMap::binary_data, "Bytes by key, in base64.")
          .check_keys(check_config_key)
          .field("immutable", &ConfigMap::immutable, "Whether the data may change no more.");
  return table;
}

}  // namespace weft::api::kubernetes
