#include "net/dns_message.h"

#include <gtest/gtest.h>

namespace weft::net {
namespace {

using namespace std::string_literals;

const std::string kQuery = "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x05ReViE\x02ns\x00\x00\x01\x00\x01"s;

TEST(DnsQuery, is_read_in_lower_case_and_keeps_the_spelling_for_the_answer) {
  const auto query = parse_dns_query(kQuery);
  ASSERT_TRUE(query);
  EXPECT_EQ(query->id, 0x1234);
  EXPECT_EQ(query->name, "revie.ns");
  EXPECT_EQ(query->type, DnsType::a);
  EXPECT_EQ(query->udp_size_max, 512);
  EXPECT_EQ(query->question, kQuery.substr(12));
}

TEST(DnsQuery, takes_the_udp_size_from_its_opt_record) {
  auto bytes = kQuery + "\0\0\x29\x04\xd0\0\0\0\0\0\0"s;
  bytes[11] = 1;
  const auto query = parse_dns_query(bytes);
  ASSERT_TRUE(query);
  EXPECT_TRUE(query->has_edns);
  EXPECT_EQ(query->udp_size_max, 1232);
}

TEST(DnsQuery, is_refused_when_any_byte_is_missing_or_too_many) {
  for (size_t size = 0; size < kQuery.size(); ++size) EXPECT_FALSE(parse_dns_query(kQuery.substr(0, size))) << size;
  EXPECT_FALSE(parse_dns_query(kQuery + "x"));
}

TEST(DnsQuery, is_refused_with_two_questions_a_pointer_to_itself_or_another_class) {
  auto two = kQuery;
  two[5] = 2;
  EXPECT_FALSE(parse_dns_query(two));
  const auto loop = kQuery.substr(0, 12) + "\xc0\x0c\x00\x01\x00\x01"s;
  EXPECT_FALSE(parse_dns_query(loop));
  auto chaos = kQuery;
  chaos.back() = 3;
  EXPECT_EQ(parse_dns_query(chaos).error().reason, Reason::unsupported);
}

TEST(DnsQuery, escapes_bytes_that_would_be_taken_for_something_else) {
  const auto query = parse_dns_query(kQuery.substr(0, 12) + "\x03" + "a.\x01\x00\x00\x01\x00\x01"s);
  ASSERT_TRUE(query);
  EXPECT_EQ(query->name, "a\\046\\001");
}

TEST(DnsAnswer, repeats_the_question_and_carries_the_addresses) {
  const auto query = parse_dns_query(kQuery);
  const auto answer =
      dns_answer(*query, DnsCode::ok, std::vector<DnsRecord>{{DnsType::a, 30, "\x0a\x60\x00\x01"s}}, 512);
  const auto head = "\x12\x34\x85\x80\x00\x01\x00\x01\x00\x00\x00\x00"s;
  const auto record = "\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x1e\x00\x04\x0a\x60\x00\x01"s;
  EXPECT_EQ(answer, head + kQuery.substr(12) + record);
}

TEST(DnsAnswer, that_does_not_fit_is_cut_at_a_record_and_marked) {
  const auto query = parse_dns_query(kQuery);
  const std::vector<DnsRecord> records(100, {DnsType::a, 30, "\x0a\x60\x00\x01"s});
  const auto answer = dns_answer(*query, DnsCode::ok, records, 512);
  EXPECT_LE(answer.size(), 512u);
  const auto read = parse_dns_response(answer);
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->is_truncated);
  EXPECT_EQ(read->answers.size(), (512 - 12 - (kQuery.size() - 12)) / 16);
}

TEST(DnsErrorAnswer, answers_broken_queries_but_never_a_response) {
  EXPECT_EQ(dns_error_answer(kQuery.substr(0, 14), DnsCode::format_error),
            "\x12\x34\x81\x01\x00\x00\x00\x00\x00\x00\x00\x00"s);
  auto response = kQuery;
  response[2] = '\x80';
  EXPECT_EQ(dns_error_answer(response, DnsCode::format_error), "");
  EXPECT_EQ(dns_error_answer("abc", DnsCode::format_error), "");
}

TEST(DnsQueryMessage, is_what_the_parser_reads) {
  const auto message = dns_query_message(7, "a.example.", DnsType::aaaa);
  ASSERT_TRUE(message);
  const auto query = parse_dns_query(*message);
  ASSERT_TRUE(query);
  EXPECT_EQ(query->name, "a.example");
  EXPECT_EQ(query->type, DnsType::aaaa);
  EXPECT_FALSE(dns_query_message(7, "a..b", DnsType::a));
  EXPECT_FALSE(dns_query_message(7, std::string(64, 'a'), DnsType::a));
}

TEST(DnsResponse, follows_compression_and_unpacks_names) {
  const auto head = "\x00\x07\x81\x80\x00\x01\x00\x02\x00\x00\x00\x00"s;
  const auto question =
      "\x01"
      "a\x02io\x00\x00\x01\x00\x01"s;
  const auto cname =
      "\xc0\x0c\x00\x05\x00\x01\x00\x00\x00\x3c\x00\x04\x01"
      "b\xc0\x0e"s;
  const auto address = "\xc0\x22\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\x01\x02\x03\x04"s;
  const auto response = parse_dns_response(head + question + cname + address);
  ASSERT_TRUE(response);
  ASSERT_EQ(response->answers.size(), 2u);
  EXPECT_EQ(response->answers[0].data, "b.io");
  EXPECT_EQ(response->answers[1].data, "\x01\x02\x03\x04"s);
}

// "partner.example" has an address and is itself another's name.
DnsResponse resolved(DnsCode code) {
  DnsResponse response{.code = code, .name = "partner.example"};
  if (code != DnsCode::ok) return response;
  response.answers = {{DnsType::cname, 60, "cdn.example"}, {DnsType::a, 60, std::string{10, 1, 2, 3}}};
  return response;
}

TEST(DnsAlias, what_was_resolved_is_given_under_the_name_that_was_asked_for) {
  const auto query = *parse_dns_query(*dns_query_message(7, "partner.shop", DnsType::a));
  const auto response =
      *parse_dns_response(*dns_alias_answer(query, {"partner.example", 5}, resolved(DnsCode::ok), 512));
  EXPECT_EQ(response.name, "partner.shop");
  ASSERT_EQ(response.answers.size(), 2u);
  EXPECT_EQ(response.answers[0].data, "partner.example");
  EXPECT_EQ(response.answers[1].data, (std::string{10, 1, 2, 3}));
}

TEST(DnsAlias, that_there_is_no_such_name_is_passed_on) {
  const auto query = *parse_dns_query(*dns_query_message(7, "partner.shop", DnsType::a));
  const auto response =
      *parse_dns_response(*dns_alias_answer(query, {"partner.example", 5}, resolved(DnsCode::name_error), 512));
  EXPECT_EQ(response.code, DnsCode::name_error);
  EXPECT_EQ(response.answers.size(), 1u);
}

}  // namespace
}  // namespace weft::net
