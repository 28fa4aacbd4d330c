#include "cli/text/progress.h"

#include <gtest/gtest.h>

namespace weft::cli {
namespace {

using std::chrono::milliseconds;

std::string name_column(std::string_view name) {
  return padded(name, 28);
}
std::string facts_column(std::string_view facts) {
  return padded(facts, 40);
}

TEST(Progress, writes_one_plain_line_per_change_where_nothing_can_be_redrawn) {
  ManualClock clock;
  ProgressBoard board(clock, {});
  board.say("pods", "0 of 2 ready");
  EXPECT_EQ(board.draw(), "  · " + name_column("pods") + "0 of 2 ready\n");
  EXPECT_EQ(board.draw(), "");
  clock.advance(milliseconds(1500));
  board.finish("pods", "2 of 2 ready");
  EXPECT_EQ(board.draw(), "  ✔ " + name_column("pods") + facts_column("2 of 2 ready") + "  1.5 s\n");
  EXPECT_EQ(board.draw(), "");
}

TEST(Progress, keeps_long_names_apart_from_their_facts) {
  ManualClock clock;
  ProgressBoard board(clock, {});
  board.say("istio-system/istio-ingressgateway", "0 of 1 ready");
  EXPECT_EQ(board.draw(), "  · istio-system/istio-ingressgateway 0 of 1 ready\n");
}

TEST(Progress, turns_a_spinner_in_place_on_a_terminal) {
  ManualClock clock;
  ProgressBoard board(clock, {.redraws = true, .width = 100});
  board.say("pods", "0 of 2 ready");
  EXPECT_EQ(board.draw(), "\r\x1b[K  ⠋ " + name_column("pods") + "0 of 2 ready\n");
  EXPECT_TRUE(board.is_spinning());
  clock.advance(milliseconds(100));
  EXPECT_EQ(board.draw(), "\x1b[1A\r\x1b[K  ⠙ " + name_column("pods") + "0 of 2 ready\n");
  board.finish("pods", "2 of 2 ready");
  EXPECT_EQ(board.draw(), "\x1b[1A\r\x1b[K  ✔ " + name_column("pods") + facts_column("2 of 2 ready") + "  0.1 s\n");
  EXPECT_FALSE(board.is_spinning());
  EXPECT_EQ(board.draw(), "");
}

TEST(Progress, keeps_the_order_of_steps_when_a_later_one_ends_first) {
  ManualClock clock;
  ProgressBoard board(clock, {.redraws = true, .width = 100});
  board.say("first", "");
  board.say("second", "");
  board.draw();
  board.finish("second", "done");
  const auto text = board.draw();
  EXPECT_TRUE(text.starts_with("\x1b[2A"));
  EXPECT_LT(text.find("first"), text.find("second"));
  board.finish("first", "done");
  EXPECT_TRUE(board.draw().starts_with("\x1b[2A"));
}

TEST(Progress, does_not_run_a_finished_step_again) {
  ManualClock clock;
  ProgressBoard board(clock, {});
  board.finish("pods", "2 of 2 ready");
  board.draw();
  board.say("pods", "1 of 2 ready");
  board.finish_once("pods", "2 of 2 ready");
  EXPECT_EQ(board.draw(), "");
}

TEST(Progress, speaks_durations) {
  EXPECT_EQ(spoken(milliseconds(340)), "0.3 s");
  EXPECT_EQ(spoken(std::chrono::seconds(125)), "2 min 5 s");
}

}  // namespace
}  // namespace weft::cli
