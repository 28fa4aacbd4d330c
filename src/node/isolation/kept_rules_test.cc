#include "node/isolation/kept_rules.h"

#include <gtest/gtest.h>

namespace weft::node {
namespace {

using std::chrono::milliseconds;

// Rules that are written down in place of being put into force.
class KeptRulesTest : public testing::Test {
 protected:
  ~KeptRulesTest() override {
    clock_.advance(std::chrono::seconds(2));  // past any rest between two runs
    reactor_.run_until_done(rules_.stop());
  }

  runtime::Task<Result<>> put(std::string rules) {
    if (fails_) co_return fail(Reason::internal, "nft: no");
    applied_.push_back(std::move(rules));
    wanted_ = wanted_next_.value_or(wanted_);
    co_return Result<>();
  }
  Result<> start() { return reactor_.run_until_done(rules_.start()); }
  void change(const std::string& to) {
    wanted_ = to;
    rules_.on_change();
    turn();
  }
  void turn(Duration later = Duration::zero()) {
    clock_.advance(later);
    for (int i = 0; i < 5; ++i) reactor_.turn(Duration::zero());
  }

  ManualClock clock_;
  runtime::Reactor reactor_{clock_};
  std::string wanted_ = "a";
  std::optional<std::string> wanted_next_;  // what is wanted by the time that nft has done its work
  bool fails_ = false;
  std::vector<std::string> applied_;
  KeptRules rules_{reactor_,
                   [this](std::string rules) { return put(std::move(rules)); },
                   {.what = "rules", .render = [this] { return wanted_; }, .applied = "none"}};
};

using Texts = std::vector<std::string>;

TEST_F(KeptRulesTest, are_in_force_once_they_have_started) {
  EXPECT_TRUE(start());
  EXPECT_EQ(applied_, Texts{"a"});
}

TEST_F(KeptRulesTest, miss_no_change_while_they_start) {
  wanted_next_ = "b";
  EXPECT_TRUE(start());
  EXPECT_EQ(applied_, (Texts{"a", "b"}));
}

TEST_F(KeptRulesTest, do_not_start_where_they_cannot_be_put) {
  fails_ = true;
  EXPECT_EQ(start().error().detail, "nft: no");
}

TEST_F(KeptRulesTest, cost_nothing_where_they_are_there_already) {
  wanted_ = "none";
  EXPECT_TRUE(start());
  change("none");
  EXPECT_EQ(applied_, Texts{});
}

TEST_F(KeptRulesTest, follow_a_change_at_once_and_a_burst_of_them_together) {
  EXPECT_TRUE(start());
  change("b");
  EXPECT_EQ(applied_, (Texts{"a", "b"}));
  change("c");
  change("d");
  EXPECT_EQ(applied_, (Texts{"a", "b"})) << "the last run was just now";
  turn(milliseconds(20));
  EXPECT_EQ(applied_, (Texts{"a", "b", "d"}));
}

TEST_F(KeptRulesTest, are_tried_again_after_a_second_when_they_could_not_be_put) {
  EXPECT_TRUE(start());
  fails_ = true;
  change("b");
  fails_ = false;
  turn(milliseconds(900));
  EXPECT_EQ(applied_, Texts{"a"});
  turn(milliseconds(200));
  EXPECT_EQ(applied_, (Texts{"a", "b"}));
}

}  // namespace
}  // namespace weft::node
