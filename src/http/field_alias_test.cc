#include "http/field_alias.h"

#include <gtest/gtest.h>

namespace weft::http {
namespace {

TEST(FieldAlias, is_what_differs_in_dashes_and_underscores_alone) {
  for (const auto* alias : {"x_real_ip", "x-real_ip", "x_real-ip"}) EXPECT_TRUE(is_alias(alias, "x-real-ip")) << alias;
  EXPECT_TRUE(is_alias("x-role", "x_role"));
  for (const auto* other : {"x-real-ip", "x.real.ip", "xrealip", "x_real_ipp", "x_real_i", ""})
    EXPECT_FALSE(is_alias(other, "x-real-ip")) << other;
}

}  // namespace
}  // namespace weft::http
