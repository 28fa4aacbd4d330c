// Resources for tests, written as proto JSON.
#pragma once

#include <string>

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

namespace weft::decide {

// The serialized form of the message that the JSON describes; single quotes stand for double ones.
template <class Message>
std::string bytes_of(std::string json) {
  std::ranges::replace(json, '\'', '"');
  Message message;
  const auto status = google::protobuf::util::JsonStringToMessage(json, &message);
  EXPECT_TRUE(status.ok()) << status.ToString() << "\n" << json;
  return message.SerializeAsString();
}

}  // namespace weft::decide
