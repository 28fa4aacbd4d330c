// What weftd's answers, and its silence, mean to the agent.
#include "node/api_client/control_plane.h"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "http/service/server.h"

namespace weft::node {
namespace {

using api::Json;

// Answers everything alike and keeps what it was asked.
class OneAnswer final : public http::Handler {
 public:
  runtime::Task<void> handle(http::Exchange& exchange) override {
    asked = exchange.request().method + " " + exchange.request().path;
    type = exchange.request().headers.get(http::HeaderId::content_type).value_or("");
    auto received = co_await exchange.read_body(1 << 16);
    body = received ? *received : "";
    (void)co_await exchange.respond(status, "application/json", answer);
  }

  uint16_t status = 200;
  std::string answer = "{}";
  std::string asked, type, body;
};

class ControlPlaneTest : public testing::Test {
 protected:
  ControlPlaneTest() {
    char pattern[] = "/tmp/weft-api-XXXXXX";
    folder_ = mkdtemp(pattern);
    auto listener = net::Listener::bind(reactor_, net::Address::unix_path(folder_ + "/api.sock"));
    server_ = std::make_unique<http::Server>(reactor_, *std::move(listener), api_);
    server_->start();
    weftd_.emplace(reactor_, folder_ + "/api.sock");
  }
  ~ControlPlaneTest() override {
    reactor_.run_until_done(server_->close(reactor_.now()));
    std::filesystem::remove_all(folder_);
  }
  Result<Json> get(uint16_t status, std::string answer) {
    api_.status = status;
    api_.answer = std::move(answer);
    return reactor_.run_until_done(weftd_->get("/api/v1/pods"));
  }

  SystemClock clock_;
  runtime::Reactor reactor_{clock_};
  OneAnswer api_;
  std::string folder_;
  std::unique_ptr<http::Server> server_;
  std::optional<ControlPlane> weftd_;
};

TEST_F(ControlPlaneTest, ReadsWhatWeftdAnswers) {
  EXPECT_EQ(get(200, R"({"items": []})").value(), Json::parse(R"({"items": []})"));
  EXPECT_EQ(get(201, R"([1])").value(), Json::array({1}));
  EXPECT_EQ(get(200, "no JSON").value(), Json::object());
}

TEST_F(ControlPlaneTest, TellsWhyWeftdRefused) {
  const std::pair<uint16_t, Reason> reasons[] = {
      {400, Reason::invalid},     {401, Reason::denied},     {403, Reason::denied},  {404, Reason::not_found},
      {409, Reason::conflict},    {410, Reason::conflict},   {422, Reason::invalid}, {429, Reason::unavailable},
      {500, Reason::unavailable}, {503, Reason::unavailable}};
  for (const auto& [status, reason] : reasons) {
    const auto refused = get(status, R"({"message": "no, because"})");
    ASSERT_FALSE(refused) << status;
    EXPECT_EQ(refused.error().reason, reason) << status;
    EXPECT_EQ(refused.error().detail, "GET /api/v1/pods: no, because");
    EXPECT_EQ(is_away(refused.error()), reason == Reason::unavailable) << status;
  }
}

TEST_F(ControlPlaneTest, NamesTheStatusWhereThereIsNoMessage) {
  for (const char* answer : {"", "[]", "null", "no JSON", R"({"message": 7})"})
    EXPECT_EQ(get(404, answer).error().detail, "GET /api/v1/pods: status 404") << answer;
}

TEST_F(ControlPlaneTest, WritesWithTheTypesThatTheApiTellsApart) {
  (void)reactor_.run_until_done(weftd_->create("/a", {{"x", 1}}));
  EXPECT_EQ(api_.asked + " " + api_.type + " " + api_.body, R"(POST /a application/json {"x":1})");
  (void)reactor_.run_until_done(weftd_->merge_patch("/a", {{"x", nullptr}}));
  EXPECT_EQ(api_.asked + " " + api_.type + " " + api_.body, R"(PATCH /a application/merge-patch+json {"x":null})");
  EXPECT_TRUE(reactor_.run_until_done(weftd_->remove("/a")));
  EXPECT_EQ(api_.asked + api_.body, "DELETE /a");
}

TEST_F(ControlPlaneTest, RemovesNoSuccessorOfTheSameName) {
  EXPECT_TRUE(reactor_.run_until_done(weftd_->remove_now(pod_path("shop", "api-0"), "u-1")));
  EXPECT_EQ(api_.asked, "DELETE /api/v1/namespaces/shop/pods/api-0");
  const Json options = Json::parse(api_.body);
  EXPECT_EQ(options["gracePeriodSeconds"], 0);
  EXPECT_EQ(options["preconditions"]["uid"], "u-1");
}

TEST_F(ControlPlaneTest, IsAwayWhereNobodyListens) {
  ControlPlane nobody(reactor_, folder_ + "/nothing.sock");
  const auto answer = reactor_.run_until_done(nobody.get("/version"));
  ASSERT_FALSE(answer);
  EXPECT_TRUE(is_away(answer.error()));
  EXPECT_TRUE(answer.error().detail.starts_with("GET /version: ")) << answer.error().detail;
}

}  // namespace
}  // namespace weft::node
