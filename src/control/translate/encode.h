// Deterministic serialization: equal messages give equal bytes in every run, so that a content hash says whether
// anything changed. Pure.
#pragma once

#include <string>

#include <google/protobuf/any.pb.h>
#include <google/protobuf/duration.pb.h>

#include "base/clock.h"
#include "control/translate/encoded.h"

namespace weft::control::translate {

std::string serialize(const google::protobuf::Message& message);
Encoded encode(std::string name, const google::protobuf::Message& message);

// Packs as type.googleapis.com/<full name>, deterministically too.
void pack(const google::protobuf::Message& message, google::protobuf::Any& any);

void set_duration(Duration duration, google::protobuf::Duration& message);

}  // namespace weft::control::translate
