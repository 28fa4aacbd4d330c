#include "cli/input/shell_words.h"

#include <gtest/gtest.h>

namespace weft::cli {
namespace {

using Words = std::vector<std::string>;

TEST(ShellWords, splits_at_spaces) {
  EXPECT_EQ(split_shell_words("  node\tserver.js  "), (Words{"node", "server.js"}));
}

TEST(ShellWords, quotes_as_a_shell_does) {
  EXPECT_EQ(split_shell_words(R"(sh -c 'echo "a b"' x\ y "q\"\n" '')"),
            (Words{"sh", "-c", "echo \"a b\"", "x y", "q\"\\n", ""}));
  EXPECT_EQ(split_shell_words("a'b'c"), Words{"abc"});
}

TEST(ShellWords, refuses_what_is_not_closed) {
  EXPECT_EQ(split_shell_words("sh -c 'x").error().detail, "the quote ' is not closed");
  EXPECT_EQ(split_shell_words("x \\").error().detail, "nothing follows the \\ at the end");
}

TEST(ShellWords, refuses_an_empty_command) {
  EXPECT_EQ(split_shell_words("  ").error().detail, "the command is empty");
}

}  // namespace
}  // namespace weft::cli
