#include "base/xx_hash.h"

#include <string>

#include <gtest/gtest.h>

namespace weft {
namespace {

// Values of the reference implementation.
TEST(XxHash, gives_the_published_values_at_every_length) {
  EXPECT_EQ(xx_hash("", 0), 0xef46db3751d8e999);
  EXPECT_EQ(xx_hash("a", 0), 0xd24ec4f1a98c6e5b);
  EXPECT_EQ(xx_hash("abc", 0), 0x44bc2cf5ad770999);
  EXPECT_EQ(xx_hash("abc", 1), 0xbea9ca8199328908);
  EXPECT_EQ(xx_hash("10.0.0.1:80_0", 0), 0x75041381e7371a08);
  EXPECT_EQ(xx_hash("The quick brown fox jumps over the lazy dog", 0), 0xb242d361fda71bc);
  EXPECT_EQ(xx_hash("0123456789abcdef0123456789abcdef", 7), 0xf3bfb9ba5c7df996);
  EXPECT_EQ(xx_hash(std::string(100, 'x')), 0x92f0de5a88a3c094);
}

TEST(XxHash, depends_on_the_seed) {
  EXPECT_NE(xx_hash("key", 1), xx_hash("key", 2));
}

}  // namespace
}  // namespace weft
