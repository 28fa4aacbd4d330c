#include "model/image_key.h"

#include <gtest/gtest.h>

namespace weft::model {
namespace {

TEST(ImageKey, holds_only_what_keys_of_config_maps_may_hold) {
  EXPECT_EQ(image_key("nodejs-api:v1"), "nodejs-api_3av1");
  EXPECT_EQ(image_key("registry.local:5000/shop/my_cart@sha256"), "registry.local_3a5000_2fshop_2fmy_5fcart_40sha256");
}

TEST(ImageKey, differs_for_images_that_differ_only_in_what_it_replaces) {
  EXPECT_NE(image_key("a/b"), image_key("a_b"));
  EXPECT_NE(image_key("a_3a"), image_key("a:"));
}

}  // namespace
}  // namespace weft::model
