#include "node/isolation/policy_feed.h"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "http/service/server.h"

namespace weft::node {
namespace {

using api::Json;
using Keys = std::set<std::string>;

constexpr const char* kSpaces = "/api/v1/namespaces";
constexpr const char* kPods = "/api/v1/pods";
constexpr const char* kPolicies = "/apis/networking.k8s.io/v1/networkpolicies";

// weftd as far as the feed sees it: lists of three kinds, and watches that tell nothing until they are cut, whereupon
// the feed lists anew.
class ListingApi final : public http::Handler {
 public:
  explicit ListingApi(runtime::Reactor& reactor) : cut(reactor) {}

  runtime::Task<void> handle(http::Exchange& exchange) override {
    const std::string path = exchange.request().path;
    if (const auto found = lists.find(path); found != lists.end()) {
      ++asked;
      const Json list{{"metadata", {{"resourceVersion", "1"}}}, {"items", found->second}};
      (void)co_await exchange.respond(200, "application/json", list.dump());
      co_return;
    }
    (void)co_await exchange.start_stream(200, "application/json");
    exchange.wake_on_hang_up(cut);
    co_await cut.wait();
    (void)co_await exchange.end_stream();
  }

  std::map<std::string, Json> lists{{kSpaces, Json::array()}, {kPods, Json::array()}, {kPolicies, Json::array()}};
  runtime::Signal cut;
  int asked = 0;
};

Json pod(const std::string& name, const std::string& ip) {
  return {{"metadata", {{"name", name}, {"namespace", "shop"}, {"labels", {{"app", name}}}}},
          {"spec", {{"containers", {{{"name", "a"}, {"image", "i"}}}}}},
          {"status", {{"podIP", ip}}}};
}

// Lets nobody into the pods of this app but those of `from`.
Json policy(const std::string& app, const std::string& from) {
  const auto selector = [](const std::string& name) { return Json{{"matchLabels", {{"app", name}}}}; };
  return {{"metadata", {{"name", app}, {"namespace", "shop"}}},
          {"spec", {{"podSelector", selector(app)}, {"ingress", {{{"from", {{{"podSelector", selector(from)}}}}}}}}}};
}

class PolicyFeedTest : public testing::Test {
 protected:
  PolicyFeedTest() {
    char pattern[] = "/tmp/weft-feed-XXXXXX";
    folder_ = mkdtemp(pattern);
    control_plane_ = std::make_unique<ControlPlane>(reactor_, folder_ + "/api.sock");
    feed_.emplace(*control_plane_, world_, [this](const Keys& pods) { changed_.insert(pods.begin(), pods.end()); });
    auto listener = net::Listener::bind(reactor_, net::Address::unix_path(folder_ + "/api.sock"));
    server_ = std::make_unique<http::Server>(reactor_, *std::move(listener), api_);
    server_->start();
    api_.lists[kSpaces] = Json::array({Json{{"metadata", {{"name", "shop"}}}}});
    api_.lists[kPods] = Json::array({pod("api", "10.0.0.1"), pod("web", "10.0.0.2"), pod("other", "10.0.0.3")});
    api_.lists[kPolicies] = Json::array({policy("api", "web")});
  }
  ~PolicyFeedTest() override {
    reactor_.run_until_done(feed_->stop());
    reactor_.run_until_done(server_->close(reactor_.now()));
    std::filesystem::remove_all(folder_);
  }
  void sync() {
    feed_->start();
    reactor_.run_until_done(feed_->synced(given_up_));
  }
  // What weftd has has changed: the feed lists all three anew.
  void list_again() {
    const int before = api_.asked;
    changed_.clear();
    api_.cut.set();
    for (int turns = 0; api_.asked < before + 3 && turns < 10'000; ++turns) {
      reactor_.turn(std::chrono::milliseconds(10));
      api_.cut.reset();
    }
    for (int turns = 0; turns < 20; ++turns) reactor_.turn(std::chrono::milliseconds(1));
  }
  // Whom the pod takes connections from; nothing: everybody.
  std::optional<size_t> allowances() const {
    const auto ingress = world_.policy_of("shop/api").ingress;
    return ingress ? std::optional(ingress->allowances.size()) : std::nullopt;
  }

  SystemClock clock_;
  runtime::Reactor reactor_{clock_};
  ListingApi api_{reactor_};
  std::string folder_;
  network_policy::World world_;
  Keys changed_;
  runtime::Signal given_up_{reactor_};
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<ControlPlane> control_plane_;
  std::optional<PolicyFeed> feed_;
};

TEST_F(PolicyFeedTest, KnowsEverythingOnceItHasSynced) {
  sync();
  EXPECT_TRUE(world_.knows("shop/api"));
  EXPECT_EQ(changed_, Keys{"shop/api"});
  EXPECT_EQ(allowances(), 1u);
}

TEST_F(PolicyFeedTest, TellsOfThePodsAloneWhosePolicyMayBeAnotherOne) {
  sync();
  api_.lists[kPolicies] = Json::array();
  list_again();
  EXPECT_EQ(changed_, Keys{"shop/api"});
  EXPECT_EQ(allowances(), std::nullopt) << "what is not listed any more is gone";
  api_.lists[kPods].push_back(pod("late", "10.0.0.4"));
  list_again();
  EXPECT_EQ(changed_, Keys{}) << "nobody looks at it";
  EXPECT_TRUE(world_.knows("shop/late"));
}

TEST_F(PolicyFeedTest, ForgetsAPeerThatIsGone) {
  sync();
  api_.lists[kPods] = Json::array({pod("api", "10.0.0.1")});
  list_again();
  EXPECT_EQ(changed_, Keys{"shop/api"});
  EXPECT_FALSE(world_.knows("shop/web"));
  EXPECT_EQ(allowances(), 0u);
}

TEST_F(PolicyFeedTest, PassesOverWhatItCannotRead) {
  api_.lists[kPolicies].push_back({{"metadata", {{"name", "odd"}, {"namespace", "shop"}}}, {"spec", 7}});
  sync();
  EXPECT_EQ(allowances(), 1u);
}

TEST_F(PolicyFeedTest, WaitsNoLongerThanItsAgentLives) {
  given_up_.set();
  feed_->start();
  reactor_.run_until_done(feed_->synced(given_up_));
  SUCCEED();
}

}  // namespace
}  // namespace weft::node
