#include "proxy/balance/turns.h"

#include <map>
#include <string>

#include <gtest/gtest.h>

namespace weft::proxy {
namespace {

class TurnsTest : public testing::Test {
 protected:
  std::string take(int times) {
    std::string order;
    for (int i = 0; i < times; ++i)
      order += static_cast<char>('a' + turns_.next([&](size_t member) { return weights_[member]; }));
    return order;
  }
  void begin(std::vector<double> weights) {
    weights_ = std::move(weights);
    turns_.begin(weights_, random_);
  }

  Random random_{3};
  std::vector<double> weights_;
  Turns turns_;
};

TEST_F(TurnsTest, equals_follow_one_another) {
  turns_.begin_equal(3, random_);
  const std::string order = take(9);
  EXPECT_EQ(std::string("abcabcabcabc").find(order.substr(0, 9)) < 3, true) << order;
}

TEST_F(TurnsTest, begins_at_different_places) {
  std::map<char, int> first;
  for (int i = 0; i < 300; ++i) {
    turns_.begin_equal(3, random_);
    ++first[take(1)[0]];
  }
  for (const auto& [member, count] : first) EXPECT_NEAR(count, 100, 30) << member;
}

TEST_F(TurnsTest, gives_turns_by_weight_and_spreads_them) {
  begin({3, 1});
  const std::string order = take(40);
  EXPECT_EQ(std::ranges::count(order, 'b'), 10);
  EXPECT_EQ(order.find("bb"), order.npos);
  EXPECT_EQ(order.find("aaaa"), order.npos);
}

TEST_F(TurnsTest, follows_weights_that_change) {
  begin({1, 0.1});
  const std::string before = take(110);
  EXPECT_NEAR(std::ranges::count(before, 'b'), 10, 1);
  weights_[1] = 1;
  take(20);  // the long interval that was begun runs out first
  const std::string after = take(100);
  EXPECT_NEAR(std::ranges::count(after, 'b'), 50, 1);
}

TEST_F(TurnsTest, one_alone_has_every_turn) {
  turns_.begin_equal(1, random_);
  EXPECT_EQ(take(3), "aaa");
}

}  // namespace
}  // namespace weft::proxy
