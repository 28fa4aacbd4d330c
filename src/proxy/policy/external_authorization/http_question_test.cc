// The question over HTTP and what is read from an answer, hostile ones included.
#include "proxy/policy/external_authorization/http_question.h"

#include <gtest/gtest.h>

namespace weft::proxy {
namespace {

using decide::FieldNames;
using decide::HttpQuestion;
using decide::TextMatch;

FieldNames names(std::initializer_list<std::string_view> list) {
  FieldNames all;
  for (const auto name : list) all.patterns.emplace_back(TextMatch::Kind::exact, name, decide::Case::ignored);
  return all;
}

http::RequestHead request() {
  http::RequestHead head;
  head.method = "PUT";
  head.authority = "shop";
  head.path = "/a?b=c";
  for (const auto& [name, value] :
       std::initializer_list<std::pair<std::string_view, std::string_view>>{{"cookie", "c=1"},
                                                                            {"authorization", "Bearer t"},
                                                                            {"x-secret", "s"},
                                                                            {"te", "trailers"},
                                                                            {"expect", "100-continue"}})
    head.headers.add(name, value);
  return head;
}

Statement statement(uint16_t status, std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
  Statement made{.body = "words", .is_whole = true};
  made.head.status = status;
  for (const auto& [name, value] : fields) made.head.headers.add(name, value);
  return made;
}

std::string told(const Opinion& opinion) {
  std::string all;
  for (const auto& change : opinion.told) all += change.name + "=" + change.value + ";";
  return all;
}

TEST(HttpQuestion, IsTheRequestWithTheFieldsThatAreShown) {
  HttpQuestion question{.path_prefix = "/check", .shown = names({"cookie", "te"}), .added = {{"x-from", "weft"}}};
  const auto asked = http_question(request(), question, {}).value();
  EXPECT_EQ(asked.head.method, "PUT");
  EXPECT_EQ(asked.head.path, "/check/a?b=c");
  EXPECT_EQ(asked.head.authority, "shop");
  EXPECT_EQ(asked.head.headers.size(), 3u);
  EXPECT_EQ(asked.head.headers.get("cookie"), "c=1");
  EXPECT_EQ(asked.head.headers.get("authorization"), "Bearer t");  // always, as Envoy
  EXPECT_EQ(asked.head.headers.get("x-from"), "weft");
  EXPECT_EQ(asked.length, http::BodyLength::known(0));
}

TEST(HttpQuestion, SaysWhetherAShownBodyWasCut) {
  const auto asked = http_question(request(), {}, {.body = "abc", .is_partial = true}).value();
  EXPECT_EQ(asked.body, "abc");
  EXPECT_EQ(asked.length, http::BodyLength::known(3));
  EXPECT_EQ(asked.head.headers.get(kPartialBody), "true");
}

TEST(HttpQuestion, CannotBeAskedAboutATunnel) {
  auto tunnel = request();
  tunnel.method = "CONNECT";
  EXPECT_FALSE(http_question(tunnel, {}, {}));
}

TEST(HttpOpinion, Only200Allows) {
  EXPECT_TRUE(http_opinion(statement(200, {}), {})->is_allowed);
  for (const uint16_t status : {201, 204, 301, 302, 401, 403, 404, 429, 499}) {
    const auto opinion = http_opinion(statement(status, {}), {});
    ASSERT_TRUE(opinion) << status;
    EXPECT_FALSE(opinion->is_allowed) << status;
    EXPECT_EQ(opinion->status, status);
  }
  for (const uint16_t status : {500, 503, 599}) EXPECT_FALSE(http_opinion(statement(status, {}), {})) << status;
}

TEST(HttpOpinion, OfAPermissionOnlyListedFieldsCount) {
  HttpQuestion question{.set_for_endpoint = names({"x-user"}),
                        .appended_for_endpoint = names({"x-group"}),
                        .told_to_allowed = names({"x-told"})};
  const auto opinion =
      http_opinion(statement(200, {{"x-user", "ann"},
                                   {"x-group", "a"},
                                   {"x-told", "t"},
                                   {"x-other", "o"},
                                   {"x-envoy-auth-headers-to-remove", "X-Secret , cookie,host,content-length"}}),
                   question);
  ASSERT_TRUE(opinion);
  ASSERT_EQ(opinion->set.size(), 2u);
  EXPECT_EQ(opinion->set[0].value, "ann");
  EXPECT_EQ(opinion->set[0].kind, FieldChange::Kind::set);
  EXPECT_EQ(opinion->set[1].kind, FieldChange::Kind::append);
  EXPECT_EQ(told(*opinion), "x-told=t;");
  EXPECT_EQ(opinion->removed, (std::vector<std::string>{"x-secret", "cookie"}));
}

TEST(HttpOpinion, NoPatternReachesWhatFramesAMessage) {
  HttpQuestion question;
  question.set_for_endpoint.patterns.emplace_back(TextMatch::Kind::prefix, "");
  question.told_to_allowed = question.set_for_endpoint;
  const auto opinion = http_opinion(
      statement(200,
                {{"content-length", "5"}, {"transfer-encoding", "chunked"}, {"connection", "x"}, {"host", "evil"}}),
      question);
  ASSERT_TRUE(opinion);
  EXPECT_TRUE(opinion->set.empty());
  EXPECT_TRUE(opinion->told.empty());
}

TEST(HttpOpinion, ARefusedClientIsToldAllOrWhatIsListed) {
  const auto answer = statement(401, {{"x-why", "w"},
                                      {"set-cookie", "a=1"},
                                      {"set-cookie", "b=2"},
                                      {"www-authenticate", "Basic"},
                                      {"server", "inner"},
                                      {"content-length", "5"}});
  EXPECT_EQ(told(*http_opinion(answer, {})), "x-why=w;set-cookie=a=1;set-cookie=b=2;www-authenticate=Basic;");
  HttpQuestion question{.told_to_refused = names({"x-why"})};
  EXPECT_EQ(told(*http_opinion(answer, question)), "x-why=w;www-authenticate=Basic;");
}

// A refusal that cannot be shown as it is stays one: it must not turn into a failure that lets everybody pass.
TEST(HttpOpinion, ARefusalWithoutItsBodyIsStillOne) {
  auto answer = statement(403, {});
  answer.is_whole = false;
  const auto opinion = http_opinion(answer, {});
  ASSERT_TRUE(opinion);
  EXPECT_FALSE(opinion->is_allowed);
  EXPECT_EQ(opinion->body, "");
}

}  // namespace
}  // namespace weft::proxy
