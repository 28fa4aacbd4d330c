#include "model/image_key.h"

#include <gtest/gtest.h>

namespace weft::model {
namespace {

TEST(ImageKey, holds_only_what_keys_of_config_maps_may_hold) {
  EXPECT_EQ(image_key("nodejs-api:v1"), "nodejs-api_3av1");
  EXPECT_EQ(image_key("registry.local:5000/shop/my_cart@sha256"), "registry.local_3a5000_2fshop_2fmy_5fcart_40sha256");
}

TEST(ImageKey, gives_its_image_back) {
  for (const char* image : {"a", "nodejs-api:v1", "r:5000/a_b/c@sha256:0", "\x80"}) {
    EXPECT_EQ(image_of_key(image_key(image)), image);
  }
}

TEST(ImageKey, that_is_none_comes_back_as_it_is) {
  for (const char* key : {"_", "a_3", "_zz", "a_b"}) EXPECT_EQ(image_of_key(key), key);
}

}  // namespace
}  // namespace weft::model
