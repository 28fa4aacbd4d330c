// Typed messages out of packed resources: the only place where bytes from the control plane become protobuf objects.
#pragma once

#include <string>
#include <string_view>

#include <google/protobuf/any.pb.h>
#include <google/protobuf/message_lite.h>

#include "base/error.h"

namespace weft::xds {

// Parses `bytes`; `malformed` if they are not a Message. Unknown fields are kept, unknown enum values too.
template <class Message>
Result<Message> decode(std::string_view bytes) {
  Message message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return fail(Reason::malformed, "the bytes are not a " + message.GetTypeName());
  return message;
}

// Unpacks an Any that must hold a Message (a filter's typed_config, for example); `invalid` if it holds another type.
template <class Message>
Result<Message> decode(const google::protobuf::Any& packed) {
  if (!packed.Is<Message>())
    return fail(Reason::invalid, "expected " + Message().GetTypeName() + ", found " + packed.type_url());
  return decode<Message>(packed.value());
}

}  // namespace weft::xds
