#include "model/header_operators.h"

#include <gtest/gtest.h>

namespace weft::model {
namespace {

TEST(HeaderOperator, ends_at_the_percent_sign_behind_its_argument) {
  EXPECT_EQ(header_operator_at("PROTOCOL% and more%"), "PROTOCOL");
  EXPECT_EQ(header_operator_at("START_TIME(%s.%3f)%;"), "START_TIME(%s.%3f)");
  EXPECT_EQ(header_operator_at("REQ(a):3%"), "REQ(a):3");
  EXPECT_EQ(header_operator_at("REQ(a"), "");
  EXPECT_EQ(header_operator_at("PROTOCOL"), "");
}

TEST(HeaderOperator, is_taken_apart) {
  const auto read = read_header_operator("REQ(X-A?:path):3");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->name, "REQ");
  EXPECT_EQ(read->argument, "X-A");
  EXPECT_EQ(read->alternative, ":path");
  EXPECT_EQ(read->size_max, 3u);
}

TEST(HeaderOperator, that_is_none_is_told_from_one_with_a_wrong_argument) {
  EXPECT_EQ(read_header_operator("NONSENSE").error(), OperatorFault::unknown);
  for (const char* text :
       {"REQ", "REQ()", "REQ(a b)", "REQ(a):b", "REQ(a)b", "ENVIRONMENT", "PROTOCOL(a)", "PROTOCOL:3"})
    EXPECT_EQ(read_header_operator(text).error(), OperatorFault::wrong_argument) << text;
}

}  // namespace
}  // namespace weft::model
