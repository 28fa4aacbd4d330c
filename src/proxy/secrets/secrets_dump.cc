#include "proxy/secrets/secrets_dump.h"

#include <envoy/extensions/transport_sockets/tls/v3/secret.pb.h>
#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>

namespace weft::proxy {
namespace {

using WireSecret = envoy::extensions::transport_sockets::tls::v3::Secret;

std::string secret_json(const std::string& name, const Secret& secret) {
  WireSecret shown;
  shown.set_name(name);
  if (secret.roots.empty()) {
    shown.mutable_tls_certificate()->mutable_certificate_chain()->set_inline_bytes(secret.credentials.chain);
    shown.mutable_tls_certificate()->mutable_private_key()->set_inline_bytes("[redacted]");
  } else {
    shown.mutable_validation_context()->mutable_trusted_ca()->set_inline_bytes(secret.roots);
    if (!secret.revocation_lists.empty())
      shown.mutable_validation_context()->mutable_crl()->set_inline_bytes(secret.revocation_lists);
  }
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(shown, &json, options).ok()) return "{}";
  return json;
}

}  // namespace

std::string secrets_dump(const Secrets& secrets) {
  std::string list;
  for (const auto& [name, secret] : secrets.named()) {
    list += list.empty() ? "" : ",";
    const std::string json = secret_json(name, *secret);
    list += fmt::format("{{\"version_info\":\"{}\",\"secret\":{}}}", secret->version, json);
  }
  return "{\"@type\":\"type.googleapis.com/envoy.admin.v3.SecretsConfigDump\",\"dynamic_active_secrets\":[" + list +
         "]}";
}

}  // namespace weft::proxy
