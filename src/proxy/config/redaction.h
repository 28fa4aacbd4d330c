// Redaction: configuration is shown to whoever may look at a proxy; keys in it are not.
#pragma once

namespace google::protobuf {
class Message;
}

namespace weft::proxy {

// Replaces every private key, password and ticket key that stands in the message, also within its packed parts, by
// "[redacted]". A packed part of a type that is not known here stays as it is: it cannot be shown as text either.
void redact(google::protobuf::Message& message);

}  // namespace weft::proxy
