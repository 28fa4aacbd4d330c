#include "cli/input/folders.h"

#include <gtest/gtest.h>

namespace weft::cli {
namespace {

TEST(Folders, that_can_not_be_read_are_empty) {
  EXPECT_FALSE(entries_of("/proc").empty());
  EXPECT_TRUE(entries_of("/no/such/folder").empty());
}

}  // namespace
}  // namespace weft::cli
