#include "runtime/background.h"

#include <memory>

#include <gtest/gtest.h>

#include "runtime/signal.h"

namespace weft::runtime {
namespace {

// Holds `token` until it has ended, however that comes.
Task<void> wait_for(Signal& signal, std::shared_ptr<int> token) {
  co_await signal.wait();
  ++*token;
}

class BackgroundTasks : public testing::Test {
 protected:
  ManualClock clock_;
  Reactor reactor_{clock_};
  Signal signal_{reactor_};
  std::shared_ptr<int> token_ = std::make_shared<int>(0);
};

TEST_F(BackgroundTasks, run_to_their_end) {
  Background background;
  background.run(wait_for(signal_, token_));
  background.run(wait_for(signal_, token_));
  EXPECT_EQ(background.running(), 2);
  signal_.set();
  reactor_.turn(Duration::zero());
  EXPECT_EQ(background.running(), 0);
  EXPECT_EQ(*token_, 2);
  EXPECT_EQ(token_.use_count(), 1);
}

TEST_F(BackgroundTasks, that_need_not_wait_have_ended_at_once) {
  Background background;
  signal_.set();
  background.run(wait_for(signal_, token_));
  EXPECT_EQ(background.running(), 0);
  EXPECT_EQ(*token_, 1);
}

TEST_F(BackgroundTasks, are_ended_where_they_wait) {
  Background background;
  background.run(wait_for(signal_, token_));
  background.end();
  EXPECT_EQ(background.running(), 0);
  EXPECT_EQ(token_.use_count(), 1);
  signal_.set();
  reactor_.turn(Duration::zero());
  EXPECT_EQ(*token_, 0);
}

TEST_F(BackgroundTasks, end_with_their_owner_even_when_already_woken) {
  {
    Background background;
    background.run(wait_for(signal_, token_));
    signal_.set();
  }
  reactor_.turn(Duration::zero());
  EXPECT_EQ(*token_, 0);
  EXPECT_EQ(token_.use_count(), 1);
}

}  // namespace
}  // namespace weft::runtime
