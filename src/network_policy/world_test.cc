// NetworkPolicies from YAML to verdicts: testdata/cases.yaml, and what the world tells of changes.
#include "network_policy/world.h"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "base/strings.h"

namespace weft::network_policy {
namespace {

using api::Json;

constexpr const char* kCasesFile = WEFT_SOURCE_DIR "/src/network_policy/testdata/cases.yaml";

api::Resource resource(const Json& object) {
  auto checked = api::check(object, {.strictness = api::Strictness::strict});
  for (const auto& finding : checked.findings) {
    if (finding.severity == api::Severity::error) ADD_FAILURE() << api::render(checked.findings);
  }
  return *std::move(checked.resource);
}

api::Resource space(const std::string& name, const Json& labels) {
  return resource({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", name}, {"labels", labels}}}});
}

api::Resource pod(const std::string& key, const std::string& ip, Json ports = Json::array(), Json labels = {}) {
  const size_t slash = key.find('/');
  const std::string name = key.substr(slash + 1);
  if (labels.is_null()) labels = {{"app", name}};
  return resource({{"apiVersion", "v1"},
                   {"kind", "Pod"},
                   {"metadata", {{"name", name}, {"namespace", key.substr(0, slash)}, {"labels", labels}}},
                   {"spec", {{"containers", {{{"name", "a"}, {"image", "i"}, {"ports", ports}}}}}},
                   {"status", {{"podIP", ip}}}});
}

api::Resource policy(const std::string& key, const Json& spec) {
  const size_t slash = key.find('/');
  return resource({{"apiVersion", "networking.k8s.io/v1"},
                   {"kind", "NetworkPolicy"},
                   {"metadata", {{"name", key.substr(slash + 1)}, {"namespace", key.substr(0, slash)}}},
                   {"spec", spec}});
}

Json named(const char* name, int number, const char* protocol = "TCP") {
  return {{"name", name}, {"containerPort", number}, {"protocol", protocol}};
}

// The namespaces and pods of every scene.
World small_world() {
  World world;
  world.put(space("shop", {{"kind", "goods"}}));
  world.put(space("bank", {{"kind", "money"}}));
  world.put(pod("shop/web", "10.244.0.2", Json::array({named("http", 3000)})));
  world.put(pod("shop/api", "10.244.0.3", Json::array({named("http", 8080), named("dns", 5353, "UDP")})));
  world.put(pod("shop/batch", "10.244.0.4", Json::array({named("http", 8080, "UDP")})));
  world.put(pod("bank/teller", "10.244.0.5"));
  world.put(pod("bank/vault", "10.244.0.6", Json::array({named("http", 8080)})));
  world.put(pod("bank/web", "10.244.0.7"));
  return world;
}

const std::map<std::string, std::string> kAddresses = {{"shop/web", "10.244.0.2"},   {"shop/api", "10.244.0.3"},
                                                       {"shop/batch", "10.244.0.4"}, {"bank/teller", "10.244.0.5"},
                                                       {"bank/vault", "10.244.0.6"}, {"bank/web", "10.244.0.7"}};

net::IpAddress address_of(const std::string& who) {
  const auto known = kAddresses.find(who);
  return net::IpAddress::parse(known == kAddresses.end() ? who : known->second).value();
}

// "FROM > TO:PORT[/TRANSPORT] passes"
bool is_as_written(const World& world, const std::string& text) {
  const auto words = split(text, ' ');
  const std::string from(words.at(0));
  std::string to(words.at(2));
  auto transport = Transport::tcp;
  for (const auto other : {Transport::udp, Transport::sctp}) {
    if (!to.ends_with("/" + std::string(to_string(other)))) continue;
    transport = other;
    to.resize(to.rfind('/'));
  }
  const auto port = static_cast<uint16_t>(std::stoi(to.substr(to.rfind(':') + 1)));
  to.resize(to.rfind(':'));
  const auto egress = world.policy_of(from).egress;
  const auto ingress = world.policy_of(to).ingress;
  const bool passes = (!egress || egress->lets_pass(transport, address_of(to), port)) &&
                      (!ingress || ingress->lets_pass(transport, address_of(from), port));
  return passes == (words.at(3) == "passes");
}

TEST(World, decides_as_kubernetes_does) {
  std::ifstream in(kCasesFile);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto file = api::parse_yaml(text, kCasesFile);
  ASSERT_TRUE(file.findings.empty()) << api::render(file.findings);
  size_t cases = 0;
  for (const auto& document : file.documents) {
    const Json scene = api::to_json(document);
    World world = small_world();
    if (scene.contains("policies")) {
      for (const auto& written : scene["policies"]) world.put(policy(written["name"], written["spec"]));
    }
    for (const auto& line : scene["cases"]) {
      EXPECT_TRUE(is_as_written(world, line)) << scene["scene"] << ": " << line;
      ++cases;
    }
  }
  EXPECT_GE(cases, 110U);
}

TEST(World, names_the_rule_and_merges_addresses) {
  World world = small_world();
  world.put(
      policy("shop/a", Json::parse(R"({"podSelector":{},"ingress":[{"from":[{"podSelector":{}}],"ports":[{"port":80},
      {"port":81}]}],"egress":[{"to":[{"ipBlock":{"cidr":"10.244.0.0/29"}},{"ipBlock":{"cidr":"10.244.0.8/32"}}]}]})")));
  const auto compiled = world.policy_of("shop/api");
  ASSERT_TRUE(compiled.ingress && compiled.egress);
  ASSERT_EQ(compiled.ingress->allowances.size(), 1U);
  const auto& in = compiled.ingress->allowances.front();
  EXPECT_EQ(in.rule, "shop/a ingress[0]");
  EXPECT_EQ(in.peers->v4_texts(), (std::vector<std::string>{"10.244.0.2-10.244.0.4"}));
  EXPECT_EQ(in.ports->tcp, (Intervals<uint16_t>{{80, 81}}));
  const auto& out = compiled.egress->allowances.front();
  EXPECT_EQ(out.rule, "shop/a egress[0]");
  EXPECT_EQ(out.peers->v4_texts(), (std::vector<std::string>{"10.244.0.0-10.244.0.8"}));
  EXPECT_FALSE(out.ports.has_value());
}

TEST(World, leaves_out_what_can_match_nobody) {
  World world = small_world();
  world.put(policy("shop/a", Json::parse(R"({"podSelector":{},"ingress":[
      {"from":[{"podSelector":{"matchLabels":{"app":"nobody"}}}]},{"ports":[{"port":"nothing"}]}]})")));
  EXPECT_TRUE(world.policy_of("shop/api").ingress->allowances.empty());
}

TEST(World, tells_whether_a_change_matters) {
  World world = small_world();
  EXPECT_FALSE(world.put(pod("shop/new", "10.244.0.9"))) << "no policy looks at pods";
  EXPECT_TRUE(world.put(policy("shop/a", Json::parse(R"({"podSelector":{}})"))));
  EXPECT_FALSE(world.put(pod("shop/new", "10.244.0.9"))) << "nothing has changed";
  EXPECT_TRUE(world.put(pod("shop/new", "10.244.0.10")));
  EXPECT_TRUE(world.put(space("bank", {{"kind", "old"}})));
  EXPECT_TRUE(world.erase_pod("shop/new"));
  EXPECT_FALSE(world.erase_pod("shop/new"));
  EXPECT_TRUE(world.erase_space("bank"));
  EXPECT_EQ(world.isolated_pods(), (std::vector<std::string>{"shop/api", "shop/batch", "shop/web"}));
  EXPECT_TRUE(world.erase_policy("shop/a"));
  EXPECT_TRUE(world.isolated_pods().empty());
  EXPECT_FALSE(world.policy_of("shop/api").isolates());
}

TEST(World, passes_over_pods_that_no_policy_is_about) {
  World world = small_world();
  world.put(policy("shop/a", Json::parse(R"({"podSelector":{"matchLabels":{"app":"api"}},
      "ingress":[{"from":[{"namespaceSelector":{"matchLabels":{"kind":"money"}},"podSelector":{"matchLabels":{"app":"web"}}}]}]})")));
  EXPECT_FALSE(world.put(pod("shop/batch", "10.244.0.40")));
  EXPECT_FALSE(world.put(pod("shop/web", "10.244.0.20")));
  EXPECT_FALSE(world.put(pod("bank/teller", "10.244.0.50")));
  EXPECT_TRUE(world.put(pod("bank/web", "10.244.0.70")));
  EXPECT_TRUE(world.put(pod("bank/web", "10.244.0.70", Json::array(), {{"app", "other"}}))) << "it was a peer";
  EXPECT_FALSE(world.erase_pod("bank/web")) << "it is none any more";
  EXPECT_TRUE(world.erase_pod("shop/api"));
  world.put(
      policy("shop/b",
             Json::parse(R"({"podSelector":{"matchLabels":{"app":"api"}},"egress":[{"ports":[{"port":"http"}]}]})")));
  EXPECT_TRUE(world.put(pod("bank/vault", "10.244.0.60", Json::array({named("http", 80)})))) << "its port has a name";
}

TEST(World, knows_no_peer_without_an_address) {
  World world = small_world();
  world.put(policy("shop/a", Json::parse(R"({"podSelector":{},"ingress":[{"from":[{"podSelector":{}}]}]})")));
  world.put(pod("shop/web", ""));
  const auto ingress = world.policy_of("shop/api").ingress;
  EXPECT_FALSE(ingress->lets_pass(Transport::tcp, address_of("shop/web"), 80));
  EXPECT_TRUE(ingress->lets_pass(Transport::tcp, address_of("shop/batch"), 80));
}

TEST(AddressSet, is_made_of_the_fewest_subnets) {
  const auto subnets_of = [](const char* cidr, std::vector<const char*> except) {
    std::vector<net::IpRange> parts;
    for (const char* part : except) parts.push_back(net::IpRange::parse(part).value());
    AddressSet set;
    set.add(net::IpRange::parse(cidr).value(), parts);
    std::string text;
    for (const auto& subnet : set.subnets()) text += subnet.to_string() + " ";
    return text;
  };
  EXPECT_EQ(subnets_of("0.0.0.0/0", {}), "0.0.0.0/0 ");
  EXPECT_EQ(subnets_of("::/0", {}), "::/0 ");
  EXPECT_EQ(subnets_of("10.0.0.7/29", {}), "10.0.0.0/29 ");
  EXPECT_EQ(subnets_of("10.0.0.0/29", {"10.0.0.0/32"}), "10.0.0.1/32 10.0.0.2/31 10.0.0.4/30 ");
  EXPECT_EQ(subnets_of("0.0.0.0/0", {"128.0.0.0/1", "0.0.0.0/2"}), "64.0.0.0/2 ");
  EXPECT_EQ(subnets_of("255.255.255.254/31", {}), "255.255.255.254/31 ");
  EXPECT_EQ(subnets_of("2001:db8::/126", {"2001:db8::3/128"}), "2001:db8::/127 2001:db8::2/128 ");
  EXPECT_EQ(subnets_of("10.0.0.0/24", {"10.0.0.0/24"}), "");
}

}  // namespace
}  // namespace weft::network_policy
