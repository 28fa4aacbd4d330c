#include "control/apiserver/patch.h"
#include "control/store/json_access.h"

namespace weft::control {

using api::Json;

void merge_patch(Json& object, const Json& patch) {
  if (!patch.is_object()) {
    object = patch;
    return;
  }
  if (!object.is_object()) object = Json::object();
  for (const auto& [name, value] : patch.items()) {
    if (value.is_null()) {
      object.erase(name);
    } else {
      merge_patch(object[name], value);
    }
  }
}

Reply<Json> json_patch(const Json& object, const Json& patch) {
  if (!patch.is_array()) return refuse(bad_request("a JSON patch is a list of operations"));
  for (const Json& operation : patch) {
    if (text_at(operation, "op").empty() || member(operation, "path") == nullptr)
      return refuse(bad_request("every operation of a JSON patch needs \"op\" and \"path\""));
  }
  try {
    return object.patch(patch);
  } catch (const Json::exception& error) {  // the library's way to say that an operation does not fit
    return refuse({422, "Invalid", std::string("the patch does not fit the object: ") + error.what(), {}});
  }
}

}  // namespace weft::control
