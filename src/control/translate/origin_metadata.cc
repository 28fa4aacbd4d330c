#include "control/translate/origin_metadata.h"

#include <string>

#include <google/protobuf/struct.pb.h>

#include "base/strings.h"

namespace weft::control::translate {
namespace {

void set(google::protobuf::Struct& fields, const std::string& key, std::string_view value) {
  if (!value.empty()) (*fields.mutable_fields())[key].set_string_value(std::string(value));
}

}  // namespace

void add_origin(const mesh::Origin& origin, envoy::config::core::v3::Metadata& metadata) {
  auto& filters = *metadata.mutable_filter_metadata();
  if (!origin.config_path.empty()) set(filters["istio"], "config", origin.config_path);
  auto& weft = filters["weft"];
  set(weft, "origin", origin.object);
  set(weft, "file", origin.file);
  if (auto line = parse_unsigned(origin.line)) {
    (*weft.mutable_fields())["line"].set_number_value(static_cast<double>(*line));
  }
}

void add_service(const mesh::Service& service, std::string_view subset, envoy::config::core::v3::Metadata& metadata) {
  auto& istio = (*metadata.mutable_filter_metadata())["istio"];
  auto& entry = *(*istio.mutable_fields())["services"].mutable_list_value()->add_values()->mutable_struct_value();
  set(entry, "host", service.host);
  set(entry, "name", service.name);
  set(entry, "namespace", service.space);
  set(istio, "subset", subset);
}

}  // namespace weft::control::translate
