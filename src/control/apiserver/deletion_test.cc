#include "control/apiserver/deletion.h"

#include <gtest/gtest.h>

namespace weft::control {
namespace {

using api::Json;

Reply<DeleteOptions> options(const std::string& query, const char* body = "null") {
  Call call;
  call.query = Query::parse(query).value();
  return read_delete_options(call, Json::parse(body));
}

TEST(DeleteOptions, ComeInTheBodyOrTheQueryAndTheBodyWins) {
  EXPECT_EQ(options("")->grace_seconds, std::nullopt);
  EXPECT_EQ(options("gracePeriodSeconds=5")->grace_seconds, 5);
  EXPECT_EQ(options("", R"({"gracePeriodSeconds":0})")->grace_seconds, 0);
  EXPECT_EQ(options("gracePeriodSeconds=5", R"({"gracePeriodSeconds":7})")->grace_seconds, 7);
}

TEST(DeleteOptions, OrphanDependentsInThreeSpellings) {
  EXPECT_FALSE(options("")->orphans_dependents);
  EXPECT_TRUE(options("propagationPolicy=Orphan")->orphans_dependents);
  EXPECT_TRUE(options("orphanDependents=true")->orphans_dependents);
  EXPECT_TRUE(options("", R"({"propagationPolicy":"Orphan"})")->orphans_dependents);
  EXPECT_FALSE(options("propagationPolicy=Orphan", R"({"propagationPolicy":"Background"})")->orphans_dependents);
}

TEST(DeleteOptions, CarryPreconditions) {
  const auto with = options("", R"({"preconditions":{"uid":"u","resourceVersion":"9"}})");
  EXPECT_EQ(with->uid, "u");
  EXPECT_EQ(with->revision, "9");
}

TEST(DeleteOptions, AreRefusedWhereTheyMakeNoSense) {
  for (const char* body : {"[]", "7", "\"x\"", "true"}) EXPECT_EQ(options("", body).error().code, 400) << body;
  const auto below = options("", R"({"gracePeriodSeconds":-1})");
  ASSERT_FALSE(below);
  EXPECT_EQ(below.error().code, 400);
  EXPECT_EQ(below.error().message, "gracePeriodSeconds must not be below 0");
}

}  // namespace
}  // namespace weft::control
