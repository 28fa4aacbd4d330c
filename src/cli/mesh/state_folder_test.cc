#include "cli/mesh/state_folder.h"

#include <map>
#include <sstream>

#include <gtest/gtest.h>

#include "cli/verbs/verbs.h"

namespace weft::cli {
namespace {

std::string chosen(const std::map<std::string, std::string>& variables, std::vector<std::string> words = {}) {
  words.insert(words.begin(), "ps");
  static const auto commands = all_commands();
  const auto call = parse_command_line(commands, words);
  std::ostringstream out, err;
  Screen screen{out, err};
  const auto variable = [&](const char* name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
  const Surroundings around{.variable = variable, .working_folder = "/here"};
  const ManualClock clock;
  const auto state = choose_state_folder({*call, commands, screen, around, clock});
  return state ? state->command("up") + " in " + state->root.string() : state.error().what;
}

TEST(StateFolder, is_the_users_own_by_default) {
  EXPECT_EQ(chosen({{"HOME", "/home/ann"}}), "weft up in /home/ann/.local/state/weft");
  EXPECT_EQ(chosen({{"HOME", "/home/ann"}, {"XDG_STATE_HOME", "/var/ann"}}), "weft up in /var/ann/weft");
  EXPECT_EQ(chosen({{"HOME", "/home/ann"}, {"XDG_STATE_HOME", "relative"}}), "weft up in /home/ann/.local/state/weft");
}

TEST(StateFolder, is_absolute_when_it_was_given) {
  EXPECT_EQ(chosen({}, {"--state", "a/../b/"}), "weft up --state /here/b in /here/b");
  EXPECT_EQ(chosen({}, {"--state", "/s"}), "weft up --state /s in /s");
}

TEST(StateFolder, stands_before_the_dashes_of_a_command_to_paste) {
  const StateFolder state{.root = "/s", .is_default = false};
  EXPECT_EQ(state.command("exec -n a -- curl x"), "weft exec -n a --state /s -- curl x");
}

TEST(StateFolder, can_not_be_chosen_without_a_home) {
  EXPECT_EQ(chosen({}), "neither HOME nor XDG_STATE_HOME is set, so there is no default state folder");
}

}  // namespace
}  // namespace weft::cli
