// Which filter chains rules for bytes become: proxies refuse a listener two of whose chains ask for the same.
#include "control/translate/listener/l4_chains.h"

#include <envoy/config/listener/v3/listener.pb.h>
#include <gtest/gtest.h>

#include "decide/compile/compile.h"

namespace weft::control::translate {
namespace {

using envoy::config::listener::v3::Listener;

struct Written {
  std::vector<std::string> names;
  std::vector<std::string> subnets;
};

// "NAME... RANGE..." for each chain.
std::vector<std::string> chains_of(const std::vector<Written>& rules) {
  Listener listener;
  listener.set_name("l");
  listener.mutable_address()->mutable_socket_address()->set_address("0.0.0.0");
  L4Chains chains(listener);
  for (const auto& rule : rules) chains.add("x", {rule.names, rule.subnets, {{"c", 1}}});
  std::vector<std::string> lines;
  for (const auto& chain : listener.filter_chains()) {
    std::string line;
    for (const auto& name : chain.filter_chain_match().server_names()) line += name + " ";
    for (const auto& range : chain.filter_chain_match().prefix_ranges())
      line += range.address_prefix() + "/" + std::to_string(range.prefix_len().value()) + " ";
    lines.push_back(line);
  }
  decide::Ids ids;
  const auto compiled = decide::compile_listener(listener.SerializeAsString(), ids);
  EXPECT_TRUE(compiled) << compiled.error().detail;
  return lines;
}

using Lines = std::vector<std::string>;

TEST(L4Chains, NoTwoAskForTheSame) {
  struct Case {
    const char* what;
    std::vector<Written> rules;
    Lines chains;
  };
  for (const auto& [what, rules, expected] : {
           Case{"names", {{{"a.com"}, {}}, {{"a.com", "b.com"}, {}}}, {"a.com ", "b.com "}},
           Case{"letters", {{{"A.com"}, {}}, {{"a.COM"}, {}}}, {"a.com "}},
           Case{"one rule's names", {{{"a.com", "a.com", "A.com"}, {}}}, {"a.com "}},
           Case{"one rule's subnets", {{{}, {"10.0.0.0/8", "10.0.0.0/8"}}}, {"10.0.0.0/8 "}},
           Case{"bits below the mask", {{{}, {"10.0.0.0/8"}}, {{}, {"10.1.2.3/8"}}}, {"10.0.0.0/8 "}},
           Case{"an address and its subnet", {{{}, {"10.0.0.1"}}, {{}, {"10.0.0.1/32"}}}, {"10.0.0.1/32 "}},
           Case{"spellings of IPv6",
                {{{}, {"2001:db8::/32"}}, {{}, {"2001:0db8:0::/32", "::1"}}},
                {"2001:db8::/32 ", "::1/128 "}},
           Case{"what is left of a rule",
                {{{}, {"10.0.0.0/8"}}, {{}, {"10.0.0.0/8", "10.0.0.0/9"}}},
                {"10.0.0.0/8 ", "10.0.0.0/9 "}},
           Case{"names and subnets are one condition",
                {{{"a.com"}, {"10.0.0.0/8"}}, {{"a.com"}, {}}, {{}, {"10.0.0.0/8"}}, {{"a.com"}, {"10.9.9.9/8"}}},
                {"a.com 10.0.0.0/8 ", "a.com ", "10.0.0.0/8 "}},
           Case{"everything", {{{}, {}}, {{}, {}}, {{"*"}, {}}}, {""}},
           Case{"a star beside names", {{{"a.com", "*"}, {}}, {{"a.com"}, {}}}, {"", "a.com "}},
           Case{"every address", {{{}, {"0.0.0.0/0"}}, {{}, {}}}, {"0.0.0.0/0 ", ""}},
       }) {
    EXPECT_EQ(chains_of(rules), expected) << what;
  }
}

}  // namespace
}  // namespace weft::control::translate
