#include "grpc/health.h"

#include <gtest/gtest.h>

namespace weft::grpc {
namespace {

using namespace std::literals;

TEST(GrpcHealth, a_question_names_its_service_if_there_is_one) {
  EXPECT_EQ(health_request(""), "");
  EXPECT_EQ(health_request("shop"), "\x0a\x04shop");
  const std::string longer(200, 's');
  EXPECT_EQ(health_request(longer), "\x0a\xc8\x01" + longer);
}

TEST(GrpcHealth, only_serving_is_well) {
  EXPECT_EQ(is_serving("\x08\x01"sv), true);
  EXPECT_EQ(is_serving(""sv), false);          // UNKNOWN
  EXPECT_EQ(is_serving("\x08\x02"sv), false);  // NOT_SERVING
  EXPECT_EQ(is_serving("\x08\x03"sv), false);  // SERVICE_UNKNOWN
  EXPECT_EQ(is_serving("\x08\x01\x08\x02"sv), false);
}

TEST(GrpcHealth, fields_that_are_not_known_are_passed_over) {
  EXPECT_EQ(is_serving("\x12\x03xyz\x1d\x01\x02\x03\x04\x19\x01\x02\x03\x04\x05\x06\x07\x08\x20\x96\x01\x08\x01"sv),
            true);
}

TEST(GrpcHealth, bytes_that_are_no_message_say_nothing) {
  for (const std::string_view bytes : {"\x08"sv, "\x08\x80"sv, "\x12\x05xyz"sv, "\x1d\x01"sv, "\x0b"sv, "\x80"sv,
                                       "\x08\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"sv})
    EXPECT_EQ(is_serving(bytes), std::nullopt) << testing::PrintToString(bytes);
}

}  // namespace
}  // namespace weft::grpc
