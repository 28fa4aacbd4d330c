// NetworkPolicies from YAML to verdicts: testdata/cases.yaml, and what the world tells of changes.
#include "network_policy/world.h"

#include <fstream>
#include <functional>
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

using Keys = std::set<std::string>;

// What a change of the world leaves for take_changed().
Keys after(World& world, const std::function<void()>& change) {
  (void)world.take_changed();
  change();
  return world.take_changed();
}

TEST(World, tells_whose_policy_a_change_may_make_another_one) {
  World world = small_world();
  const Keys shop = {"shop/api", "shop/batch", "shop/web"};
  EXPECT_EQ(after(world, [&] { world.put(pod("shop/new", "10.244.0.9")); }), Keys{}) << "there is no policy";
  EXPECT_EQ(after(world, [&] { world.erase_pod("shop/new"); }), Keys{});
  const auto closed = policy("shop/a", Json::parse(R"({"podSelector":{}})"));
  EXPECT_EQ(after(world, [&] { world.put(closed); }), shop);
  EXPECT_EQ(world.take_changed(), Keys{}) << "what was told is not told again";
  EXPECT_EQ(after(world, [&] { world.put(pod("shop/new", "10.244.0.9")); }), Keys{"shop/new"}) << "nobody's peer";
  EXPECT_EQ(after(world, [&] { world.put(pod("shop/new", "10.244.0.9")); }), Keys{}) << "it is as it was";
  EXPECT_EQ(after(world, [&] { world.put(pod("shop/new", "10.244.0.10")); }), Keys{"shop/new"});
  EXPECT_EQ(after(world, [&] { world.erase_pod("shop/new"); }), Keys{"shop/new"});
  EXPECT_EQ(after(world, [&] { world.erase_pod("shop/new"); }), Keys{}) << "it is gone already";
  EXPECT_EQ(after(world, [&] { world.erase_policy("shop/a"); }), shop);
  EXPECT_EQ(after(world, [&] { world.erase_policy("shop/a"); }), Keys{});
  EXPECT_FALSE(world.policy_of("shop/api").isolates());
}

TEST(World, tells_of_those_whom_a_policy_selected_and_selects) {
  World world = small_world();
  const auto selecting = [](const char* app) {
    return policy("shop/a", {{"podSelector", {{"matchLabels", {{"app", app}}}}}});
  };
  world.put(selecting("api"));
  EXPECT_EQ(after(world, [&] { world.put(selecting("web")); }), (Keys{"shop/api", "shop/web"}));
  EXPECT_FALSE(world.policy_of("shop/api").isolates());
  EXPECT_TRUE(world.policy_of("shop/web").isolates());
}

TEST(World, tells_of_a_pod_whose_own_labels_free_it) {
  World world = small_world();
  world.put(policy("shop/a", Json::parse(R"({"podSelector":{"matchLabels":{"app":"api"}}})")));
  EXPECT_EQ(after(world, [&] { world.put(pod("shop/api", "10.244.0.3", Json::array(), {{"app", "free"}})); }),
            Keys{"shop/api"});
  EXPECT_FALSE(world.policy_of("shop/api").isolates());
}

TEST(World, passes_over_pods_that_no_policy_is_about) {
  World world = small_world();
  world.put(policy("shop/a", Json::parse(R"({"podSelector":{"matchLabels":{"app":"api"}},
      "ingress":[{"from":[{"namespaceSelector":{"matchLabels":{"kind":"money"}},"podSelector":{"matchLabels":{"app":"web"}}}]}]})")));
  const Keys api = {"shop/api"};
  EXPECT_EQ(after(world, [&] { world.put(pod("shop/batch", "10.244.0.40")); }), Keys{});
  EXPECT_EQ(after(world, [&] { world.put(pod("shop/web", "10.244.0.20")); }), Keys{}) << "of another namespace";
  EXPECT_EQ(after(world, [&] { world.put(pod("bank/teller", "10.244.0.50")); }), Keys{});
  EXPECT_EQ(after(world, [&] { world.put(pod("bank/web", "10.244.0.70")); }), api);
  const auto other = pod("bank/web", "10.244.0.70", Json::array(), {{"app", "other"}});
  EXPECT_EQ(after(world, [&] { world.put(other); }), api) << "it was a peer";
  EXPECT_EQ(after(world, [&] { world.erase_pod("bank/web"); }), Keys{}) << "it is none any more";
  world.put(
      policy("shop/b",
             Json::parse(R"({"podSelector":{"matchLabels":{"app":"api"}},"egress":[{"ports":[{"port":"http"}]}]})")));
  EXPECT_EQ(after(world, [&] { world.put(pod("bank/vault", "10.244.0.60", Json::array({named("http", 80)}))); }), api)
      << "its port has a name";
  EXPECT_EQ(after(world, [&] { world.erase_pod("shop/api"); }), api);
}

TEST(World, looks_at_labels_of_namespaces_where_a_selector_tells_them_apart) {
  World world = small_world();
  world.put(policy("shop/a", Json::parse(R"({"podSelector":{"matchLabels":{"app":"api"}},"policyTypes":["Egress"],
      "egress":[{"to":[{"namespaceSelector":{"matchLabels":{"kind":"money"}}}]}]})")));
  const Keys api = {"shop/api"};
  const auto may_call = [&](const char* who) {
    return world.policy_of("shop/api").egress->lets_pass(Transport::tcp, address_of(who), 80);
  };
  EXPECT_TRUE(may_call("bank/vault"));
  EXPECT_EQ(after(world, [&] { world.put(space("bank", {{"kind", "money"}, {"owner", "b"}})); }), Keys{});
  EXPECT_EQ(after(world, [&] { world.put(space("bank", {{"kind", "old"}})); }), api);
  EXPECT_FALSE(may_call("bank/vault"));
  EXPECT_EQ(after(world, [&] { world.put(space("bank", {{"kind", "money"}})); }), api);
  EXPECT_TRUE(may_call("bank/vault"));
  EXPECT_EQ(after(world, [&] { world.erase_space("bank"); }), api);
  EXPECT_FALSE(may_call("bank/vault"));
  EXPECT_EQ(after(world, [&] { world.erase_space("bank"); }), Keys{});
}

TEST(World, compiles_peers_anew_for_all_whom_a_policy_selects) {
  World world = small_world();
  world.put(policy("shop/a", Json::parse(R"({"podSelector":{},"policyTypes":["Ingress","Egress"],
      "ingress":[{"from":[{"podSelector":{}}]}],"egress":[{"to":[{"podSelector":{}}]}]})")));
  EXPECT_EQ(world.policy_of("shop/api"), world.policy_of("shop/web"));
  world.put(pod("shop/late", "10.244.0.90"));
  for (const char* key : {"shop/api", "shop/late"}) {
    const auto policy = world.policy_of(key);
    EXPECT_TRUE(policy.ingress->lets_pass(Transport::tcp, address_of("10.244.0.90"), 80)) << key;
    EXPECT_TRUE(policy.egress->lets_pass(Transport::udp, address_of("10.244.0.90"), 80)) << key;
  }
}

// "/" sorts between "-" and "0": keys of "shop-b" and "shop0" stand on both sides of those of "shop".
TEST(World, keeps_namespaces_apart_whose_names_begin_alike) {
  World world;
  for (const char* key : {"shop/api", "shop-b/api", "shop0/api", "sho/api"}) world.put(pod(key, "10.244.0.9"));
  EXPECT_EQ(after(world, [&] { world.put(policy("shop/a", {{"podSelector", Json::object()}})); }), Keys{"shop/api"});
  EXPECT_TRUE(world.policy_of("shop/api").isolates());
  for (const char* key : {"shop-b/api", "shop0/api", "sho/api"}) EXPECT_FALSE(world.policy_of(key).isolates()) << key;
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

TEST(World, SaysWhichPoliciesIsolateAPodAndWhoseAnAddressIs) {
  World world = small_world();
  world.put(policy("shop/all-in", {{"podSelector", Json::object()}, {"policyTypes", {"Ingress"}}}));
  world.put(
      policy("shop/api-out", {{"podSelector", {{"matchLabels", {{"app", "api"}}}}}, {"policyTypes", {"Egress"}}}));
  world.put(policy("bank/all-in", {{"podSelector", Json::object()}, {"policyTypes", {"Ingress"}}}));
  EXPECT_EQ(world.isolating("shop/api", Way::ingress), std::vector<std::string>{"shop/all-in"});
  EXPECT_EQ(world.isolating("shop/api", Way::egress), std::vector<std::string>{"shop/api-out"});
  EXPECT_TRUE(world.isolating("shop/web", Way::egress).empty());
  EXPECT_TRUE(world.isolating("shop/gone", Way::ingress).empty());
  EXPECT_EQ(world.pod_at(*world.address_of("bank/vault")), "bank/vault");
  EXPECT_EQ(world.pod_at(*net::IpAddress::parse("192.0.2.1")), "");
  EXPECT_EQ(world.address_of("bank/gone"), std::nullopt);
}

}  // namespace
}  // namespace weft::network_policy
