#include "cli/words/help.h"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "cli/verbs/verbs.h"

namespace weft::cli {
namespace {

TEST(Help, shows_every_verb_that_is_not_hidden) {
  const auto commands = all_commands();
  const auto text = overview(commands, {});
  for (const auto& command : commands) {
    const bool shown = text.find("\n  " + std::string(command.name) + " ") != std::string::npos;
    EXPECT_EQ(shown, !command.group.empty()) << command.name;
  }
}

TEST(Help, of_a_verb_shows_usage_flags_and_examples) {
  const auto text = help_of(exec_command(), {});
  EXPECT_NE(text.find("  weft exec [POD] [flags] -- COMMAND [ARGUMENT...]\n"), std::string::npos);
  EXPECT_NE(text.find("  -t, --tty "), std::string::npos);
  EXPECT_NE(text.find("  weft exec -n nodejs-app -- curl -s http://nodejs-api:3000/\n"), std::string::npos);
}

// `weft help --markdown > docs/reference/cli.md` mends it.
TEST(Help, the_reference_page_is_what_the_table_says) {
  std::ifstream file(WEFT_SOURCE_DIR "/docs/reference/cli.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(page, reference_page(all_commands()));
}

TEST(Help, every_flag_of_every_verb_has_a_meaning_and_no_letter_stands_for_two) {
  for (const auto& command : all_commands()) {
    std::string letters = "nh";
    for (const auto& flag : command.flags) {
      EXPECT_NE(flag.help, "") << command.name << " --" << flag.name;
      if (flag.letter == 0) continue;
      EXPECT_EQ(letters.find(flag.letter), std::string::npos) << command.name << " -" << flag.letter;
      letters += flag.letter;
    }
  }
}

}  // namespace
}  // namespace weft::cli
