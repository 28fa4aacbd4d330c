#include "proxy/config/redaction.h"

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <envoy/config/core/v3/base.pb.h>
#include <google/protobuf/any.pb.h>

namespace weft::proxy {
namespace {

using google::protobuf::Any;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Fields that Envoy marks as sensitive (udpa.annotations.sensitive), as far as they are DataSources.
constexpr std::array<std::string_view, 5> kSensitive = {"private_key", "password", "pkcs12", "keys", "secret"};

bool is_sensitive(const FieldDescriptor& field) {
  return std::ranges::find(kSensitive, field.name()) != kSensitive.end() &&
         field.message_type() == envoy::config::core::v3::DataSource::descriptor();
}

// A file's name tells nothing.
void redact_source(Message& message) {
  auto& source = static_cast<envoy::config::core::v3::DataSource&>(message);
  if (source.has_inline_bytes() || source.has_inline_string()) source.set_inline_string("[redacted]");
}

void redact_packed(Any& any) {
  const std::string url = any.type_url();
  const auto* type =
      google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(url.substr(url.rfind('/') + 1));
  if (type == nullptr) return;
  const std::unique_ptr<Message> inside(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
  if (!any.UnpackTo(inside.get())) return;
  redact(*inside);
  any.PackFrom(*inside);
}

}  // namespace

void redact(Message& message) {
  if (message.GetDescriptor() == Any::descriptor()) return redact_packed(static_cast<Any&>(message));
  const auto& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    const auto visit = [&](Message& part) { is_sensitive(*field) ? redact_source(part) : redact(part); };
    if (!field->is_repeated()) {
      visit(*reflection.MutableMessage(&message, field));
      continue;
    }
    for (int at = 0; at < reflection.FieldSize(message, field); ++at)
      visit(*reflection.MutableRepeatedMessage(&message, field, at));
  }
}

}  // namespace weft::proxy
