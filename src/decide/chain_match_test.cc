#include "decide/chain_match.h"

#include <gtest/gtest.h>

namespace weft::decide {
namespace {

const std::vector<std::string> kHttp11 = {"http/1.1"};
const std::vector<std::string> kHttp10 = {"http/1.0"};
const std::vector<std::string> kIstio = {"istio"};

ConnectionFacts plain_to(const char* ip, uint16_t port, std::span<const std::string> applications = {}) {
  return {.source = {*IpAddress::parse("10.244.0.9"), 40000},
          .destination = {*IpAddress::parse(ip), port},
          .transport_protocol = "raw_buffer",
          .application_protocols = applications};
}

ChainIndex index_of(std::initializer_list<ChainMatch> matches) {
  ChainIndex index;
  uint32_t position = 0;
  for (const auto& match : matches) EXPECT_TRUE(index.add(match, position++));
  return index;
}

TEST(ChainIndex, prefers_the_chain_of_the_port_to_one_of_any_port) {
  const auto index = index_of({{}, {.destination_port = 3000}});
  EXPECT_EQ(index.find(plain_to("10.244.0.1", 3000)), 1);
  EXPECT_EQ(index.find(plain_to("10.244.0.1", 3001)), 0);
}

TEST(ChainIndex, does_not_go_back_to_any_port_once_the_port_matched) {
  const auto index = index_of({{}, {.destination_port = 3000, .transport_protocol = "tls"}});
  EXPECT_EQ(index.find(plain_to("10.244.0.1", 3000)), std::nullopt);
}

TEST(ChainIndex, prefers_the_longest_address_prefix) {
  const auto index = index_of(
      {{.destinations = {*IpRange::parse("10.0.0.0/8")}}, {.destinations = {*IpRange::parse("10.244.0.0/16")}}, {}});
  EXPECT_EQ(index.find(plain_to("10.244.1.1", 80)), 1);
  EXPECT_EQ(index.find(plain_to("10.1.1.1", 80)), 0);
  EXPECT_EQ(index.find(plain_to("192.0.2.1", 80)), 2);
}

// The five chains of a permissive port as Istio writes them.
TEST(ChainIndex, tells_the_chains_of_a_permissive_port_apart) {
  const auto index = index_of({
      {.transport_protocol = "tls", .application_protocols = {"istio-http/1.1", "istio-h2"}},
      {.transport_protocol = "raw_buffer", .application_protocols = {"http/1.1", "h2c"}},
      {.transport_protocol = "tls", .application_protocols = {"istio-peer-exchange", "istio"}},
      {.transport_protocol = "raw_buffer"},
      {.transport_protocol = "tls"},
  });
  auto tls = plain_to("10.244.0.1", 80, kIstio);
  tls.transport_protocol = "tls";
  EXPECT_EQ(index.find(plain_to("10.244.0.1", 80, kHttp11)), 1);
  EXPECT_EQ(index.find(plain_to("10.244.0.1", 80, kHttp10)), 3);
  EXPECT_EQ(index.find(plain_to("10.244.0.1", 80)), 3);
  EXPECT_EQ(index.find(tls), 2);
  tls.application_protocols = {};
  EXPECT_EQ(index.find(tls), 4);
}

TEST(ChainIndex, prefers_an_exact_server_name_to_a_longer_wildcard) {
  const auto index =
      index_of({{.server_names = {"*.example.com"}}, {.server_names = {"a.example.com"}}, {.server_names = {"*.com"}}});
  auto facts = plain_to("10.0.0.1", 443);
  facts.server_name = "A.example.com";
  EXPECT_EQ(index.find(facts), 1);
  facts.server_name = "b.example.com";
  EXPECT_EQ(index.find(facts), 0);
  facts.server_name = "other.com";
  EXPECT_EQ(index.find(facts), 2);
  facts.server_name = "example.com";
  EXPECT_EQ(index.find(facts), 2);
  facts.server_name = "";
  EXPECT_EQ(index.find(facts), std::nullopt);
}

TEST(ChainIndex, follows_the_clients_preference_among_the_protocols_it_offers) {
  const auto index = index_of({{.application_protocols = {"http/1.1"}}, {.application_protocols = {"h2", "h3"}}});
  const std::vector<std::string> prefers_h2 = {"grpc-exp", "h2", "http/1.1"};
  const std::vector<std::string> prefers_http11 = {"http/1.1", "h2"};
  EXPECT_EQ(index.find(plain_to("10.0.0.1", 443, prefers_h2)), 1);
  EXPECT_EQ(index.find(plain_to("10.0.0.1", 443, prefers_http11)), 0);
  EXPECT_EQ(index.find(plain_to("10.0.0.1", 443)), std::nullopt);
}

TEST(ChainIndex, tells_local_clients_from_others) {
  const auto index = index_of({{.source_type = SourceType::same_machine}, {.source_type = SourceType::external}});
  auto facts = plain_to("10.244.0.1", 80);
  EXPECT_EQ(index.find(facts), 1);
  facts.source.ip = *IpAddress::parse("127.0.0.1");
  EXPECT_EQ(index.find(facts), 0);
  facts.source.ip = facts.destination.ip;
  EXPECT_EQ(index.find(facts), 0);
}

TEST(ChainIndex, refuses_two_chains_with_equal_criteria) {
  ChainIndex index;
  EXPECT_TRUE(index.add({.destination_port = 80}, 0));
  EXPECT_TRUE(index.add({.destination_port = 81}, 1));
  const auto repeated = index.add({.destination_port = 80}, 2);
  ASSERT_FALSE(repeated);
  EXPECT_EQ(repeated.error().detail, "two filter chains have the same match");
}

}  // namespace
}  // namespace weft::decide
