#include "control/serve/push_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weft::control {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

mesh::Touched config(const std::string& host) {
  mesh::Touched touched;
  touched.hosts.insert(host);
  return touched;
}
mesh::Touched endpoints(const std::string& host) {
  mesh::Touched touched;
  touched.endpoints.insert(host);
  return touched;
}

class Queue : public testing::Test {
 protected:
  void advance(Duration by) {
    clock.advance(by);
    reactor.turn(Duration::zero());
  }

  ManualClock clock;
  runtime::Reactor reactor{clock};
  std::vector<std::string> pushed;  // "config a,b @7", "endpoints a @8"
  PushQueue queue{reactor, [this](const mesh::Touched& touched, uint64_t revision) {
                    std::string text = touched.hosts.empty() ? "endpoints" : "config";
                    for (const auto& host : touched.hosts.empty() ? touched.endpoints : touched.hosts)
                      text += " " + host;
                    pushed.push_back(text + " @" + std::to_string(revision));
                  }};
};

TEST_F(Queue, EndpointsGoAtOnce) {
  queue.add(endpoints("a"), 7);
  EXPECT_THAT(pushed, ElementsAre("endpoints a @7"));
  EXPECT_EQ(queue.pushed_revision(), 7U);
}

TEST_F(Queue, ABurstOfConfigurationIsOnePush) {
  queue.add(config("a"), 7);
  advance(std::chrono::milliseconds(2));
  queue.add(config("b"), 8);
  advance(std::chrono::milliseconds(2));
  EXPECT_THAT(pushed, IsEmpty());
  EXPECT_EQ(queue.pushed_revision(), 0U);
  advance(std::chrono::milliseconds(2));
  EXPECT_THAT(pushed, ElementsAre("config a b @8"));
  EXPECT_EQ(queue.pushed_revision(), 8U);
}

TEST_F(Queue, AnEndlessBurstIsPushedAllTheSame) {
  for (uint64_t revision = 1; revision <= 30 && pushed.empty(); ++revision) {
    queue.add(config("a"), revision);
    advance(std::chrono::milliseconds(1));
  }
  EXPECT_THAT(pushed, ElementsAre("config a @20"));
}

TEST_F(Queue, EndpointsDoNotWaitForConfiguration) {
  queue.add(config("a"), 7);
  queue.add(endpoints("b"), 8);
  EXPECT_THAT(pushed, ElementsAre("endpoints b @8"));
  EXPECT_LT(queue.pushed_revision(), 7U);
}

TEST_F(Queue, AChangeThatTouchesNothingCountsAsPushed) {
  queue.add({}, 9);
  EXPECT_THAT(pushed, IsEmpty());
  EXPECT_EQ(queue.pushed_revision(), 9U);
}

}  // namespace
}  // namespace weft::control
