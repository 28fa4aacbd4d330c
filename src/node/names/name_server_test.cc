#include "node/names/name_server.h"

#include <gtest/gtest.h>

namespace weft::node {
namespace {

net::DnsQuery query_for(std::string_view name, net::DnsType type) {
  return *net::parse_dns_query(*net::dns_query_message(1, name, type));
}

net::DnsResponse ask(const ServiceTable& table, std::string_view name, net::DnsType type) {
  const auto query = query_for(name, type);
  return *net::parse_dns_response(answer_from(table.look_up(query.name), query, 512));
}

ServiceTable with_api() {
  ServiceTable table;
  table.put(api::Metadata{.name = "api", .namespace_name = "shop"},
            api::kubernetes::Service{.cluster_ip = "10.96.0.5", .ports = {{.port = 80}}});
  return table;
}

TEST(AnswerFromTable, gives_the_service_address_for_an_a_question) {
  const auto response = ask(with_api(), "API.shop.svc.cluster.local", net::DnsType::a);
  EXPECT_EQ(response.code, net::DnsCode::ok);
  ASSERT_EQ(response.answers.size(), 1u);
  EXPECT_EQ(response.answers[0].data, (std::string{10, 96, 0, 5}));
}

TEST(AnswerFromTable, says_that_the_name_exists_but_has_no_such_record) {
  const auto response = ask(with_api(), "api.shop.svc.cluster.local", net::DnsType::aaaa);
  EXPECT_EQ(response.code, net::DnsCode::ok);
  EXPECT_TRUE(response.answers.empty());
}

TEST(AnswerFromTable, denies_names_of_the_cluster_that_it_does_not_know) {
  EXPECT_EQ(ask(with_api(), "web.shop.svc.cluster.local", net::DnsType::a).code, net::DnsCode::name_error);
}

TEST(AnswerFromTable, names_the_service_behind_an_alias_and_gives_its_address) {
  auto table = with_api();
  table.put(api::Metadata{.name = "old", .namespace_name = "shop"},
            api::kubernetes::Service{.type = "ExternalName", .external_name = "api.shop.svc.cluster.local"});
  const auto response = ask(table, "old.shop.svc.cluster.local", net::DnsType::a);
  ASSERT_EQ(response.answers.size(), 2u);
  EXPECT_EQ(response.answers[0].type, net::DnsType::cname);
  EXPECT_EQ(response.answers[0].data, "api.shop.svc.cluster.local");
  EXPECT_EQ(response.answers[1].data, (std::string{10, 96, 0, 5}));
  EXPECT_EQ(ask(table, "old.shop.svc.cluster.local", net::DnsType::aaaa).answers.size(), 1u) << "the alias alone";
}

}  // namespace
}  // namespace weft::node
