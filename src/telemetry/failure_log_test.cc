#include "telemetry/failure_log.h"

#include <string>

#include <gtest/gtest.h>

namespace weft::telemetry {
namespace {

AccessRecord answered(uint16_t status, std::string_view details = {}, ResponseFlags flags = {}) {
  AccessRecord access;
  access.status = status;
  access.details = details;
  access.flags = flags;
  return access;
}

TEST(EndedBadly, IsSaidOfFlagsOf5xxOfRefusalsAndOfSilence) {
  EXPECT_TRUE(ended_badly(answered(200, {}, {ResponseFlag::client_closed})));
  EXPECT_TRUE(ended_badly(answered(500)));
  EXPECT_TRUE(ended_badly(answered(0)));
  EXPECT_TRUE(ended_badly(answered(403, "rbac_access_denied_matched_policy[none]")));
}

TEST(EndedBadly, IsNotSaidOfWhatApplicationsAnswerNorOfADelay) {
  EXPECT_FALSE(ended_badly(answered(200)));
  EXPECT_FALSE(ended_badly(answered(404)));
  EXPECT_FALSE(ended_badly(answered(301, "direct_response")));
  EXPECT_FALSE(ended_badly(answered(200, {}, {ResponseFlag::delay_injected})));
  EXPECT_TRUE(ended_badly(answered(503, {}, {ResponseFlag::delay_injected})));
}

TEST(FailureLog, KeepsTheAttemptsThatItIsGiven) {
  FailureLog log;
  std::vector<AttemptFacts> tried(6, {.endpoint = "10.0.0.1:80", .trouble = "connect_refused"});
  tried[1].idle = std::chrono::seconds(5);
  log.write(answered(503), {.tried = std::span(tried).first(2), .not_retried = "used_up"});
  log.write(answered(503), {.tried = tried});
  const FailureRecord& record = log.records().front();
  ASSERT_EQ(record.tried_size, 2U);
  EXPECT_EQ(record.tried[0].trouble.view(), "connect_refused");
  EXPECT_EQ(record.tried[0].idle, std::nullopt);
  EXPECT_EQ(record.tried[1].idle, std::chrono::seconds(5));
  EXPECT_EQ(record.not_retried.view(), "used_up");
  EXPECT_EQ(log.records().back().tried_size, FailureRecord::kAttemptsMax);
}

TEST(FailureLog, KeepsNoQueryAndNoBytesThatTerminalsObey) {
  FailureLog log;
  AccessRecord access = answered(503);
  access.path = "/a\x1b[2J?token=secret";
  access.authority = "caf\xc3\xa9";
  log.write(access, {});
  EXPECT_EQ(log.records().front().path.view(), "/a?[2J");
  EXPECT_EQ(log.records().front().authority.view(), "caf??");
}

TEST(FailureLog, CutsWhatIsLonger) {
  FailureLog log;
  const std::string path = "/" + std::string(5000, 'a');
  AccessRecord access = answered(503);
  access.path = path;
  log.write(access, {});
  EXPECT_EQ(log.records().front().path.view(), path.substr(0, 160));
}

TEST(FailureLog, TellsHowAConnectionEndedWhereThereIsNoRequest) {
  FailureLog log;
  AccessRecord access;
  access.termination_details = "rbac_access_denied_matched_policy[none]";
  log.write(access, {.denial = access.termination_details});
  EXPECT_EQ(log.records().front().details.view(), "rbac_access_denied_matched_policy[none]");
}

TEST(FailureLog, ForgetsTheOldestAndStaysWhereItIs) {
  FailureLog log;
  const auto* const memory = log.records().data();
  for (size_t i = 0; i < FailureLog::kRecordsMax + 3; ++i)
    log.write(answered(503), {.attempts = static_cast<uint32_t>(i)});
  ASSERT_EQ(log.records().size(), FailureLog::kRecordsMax);
  EXPECT_EQ(log.records().data(), memory);
  EXPECT_EQ(log.records()[2].attempts, FailureLog::kRecordsMax + 2);
  EXPECT_EQ(log.records()[3].attempts, 3U);
}

}  // namespace
}  // namespace weft::telemetry
