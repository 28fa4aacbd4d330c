// The small xDS values that several resources share, read into ours.
#pragma once

#include <string>

#include <envoy/config/core/v3/address.pb.h>
#include <envoy/config/core/v3/base.pb.h>
#include <envoy/type/matcher/v3/string.pb.h>
#include <envoy/type/v3/percent.pb.h>
#include <google/protobuf/any.pb.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/wrappers.pb.h>

#include "base/clock.h"
#include "base/error.h"
#include "decide/address.h"
#include "decide/cluster.h"
#include "decide/origin.h"
#include "decide/routing/fraction.h"
#include "decide/routing/header_edit.h"
#include "decide/text_match.h"

namespace weft::decide {

// Negative durations become 0, those beyond a century a century, so that adding one to a time never overflows.
Duration to_duration(const google::protobuf::Duration& wire);

Fraction to_fraction(const envoy::type::v3::FractionalPercent& wire);

// A socket address with an IP and a port number; anything else (pipes, names) is refused.
Result<SocketAddress> to_address(const envoy::config::core::v3::Address& wire);
// The same, or a pipe: a socket file by its absolute path, or an abstract socket by @ and its name.
Result<EndpointAddress> to_endpoint_address(const envoy::config::core::v3::Address& wire);
Result<IpRange> to_range(const envoy::config::core::v3::CidrRange& wire);

Result<Regex> to_regex(const envoy::type::matcher::v3::RegexMatcher& wire);
Result<TextMatch> to_text_match(const envoy::type::matcher::v3::StringMatcher& wire);

// A field name that configuration may write, in lower case. Fails on pseudo headers other than the authority (which is
// "host") and on the fields that frame a message.
Result<std::string> edited_name(std::string_view wire);

// Appends the edits that `add` and `remove` ask for, to names that edited_name() allows.
using HeaderOptions = google::protobuf::RepeatedPtrField<envoy::config::core::v3::HeaderValueOption>;
using HeaderNames = google::protobuf::RepeatedPtrField<std::string>;
Result<> append_edits(const HeaderOptions& add, const HeaderNames& remove, HeaderEdits& edits);

// Weft's and Istio's keys of `metadata`.
Origin to_origin(const envoy::config::core::v3::Metadata& metadata);
bool flag_field(const google::protobuf::Struct& fields, const std::string& key);
std::string text_field(const google::protobuf::Struct& fields, const std::string& key);
const google::protobuf::Struct* metadata_of(const envoy::config::core::v3::Metadata& metadata, const std::string& name);

// Labels that are texts; nothing else is compared.
SocketLabels to_socket_labels(const google::protobuf::Struct& wire);

// The name of the message type in an Any, without the "type.googleapis.com/".
std::string_view type_name(const google::protobuf::Any& any);

// The message in an Any, if it is of this type and parses.
template <class Message>
Result<Message> unpack(const google::protobuf::Any& any, std::string_view what) {
  Message message;
  if (any.UnpackTo(&message)) return message;
  return fail(Reason::invalid, std::string(what) + " is not a " + Message::descriptor()->full_name() + " but '" +
                                   std::string(type_name(any)) + "'");
}

}  // namespace weft::decide
