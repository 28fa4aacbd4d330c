// Conditions on accesses of every kind, those included of which less is known than is asked for.
#include "decide/authorization/access_condition.h"

#include <gtest/gtest.h>

#include "decide/routing/request_for_test.h"

namespace weft::decide {
namespace {

using Whose = AddressMatch::Whose;
using TextKind = TextMatch::Kind;

bool holds(const AccessCondition& condition, const Access& access) {
  std::string scratch;
  return condition.holds(access, scratch);
}
bool holds(AccessCondition::Question question, const Access& access) {
  return holds(AccessCondition(std::move(question)), access);
}

AccessCondition port_is(uint32_t port) {
  return AccessCondition(PortMatch{port, port + 1});
}
const AccessCondition kYes = AccessCondition::always();
const AccessCondition kNo = AccessCondition::negated(AccessCondition::always());

TEST(AccessCondition, CombinesItsParts) {
  const auto all = [](std::vector<AccessCondition> parts) { return holds(AccessCondition::all_of(parts), {}); };
  const auto any = [](std::vector<AccessCondition> parts) { return holds(AccessCondition::any_of(parts), {}); };
  EXPECT_TRUE(all({}));
  EXPECT_TRUE(all({kYes, kYes}));
  EXPECT_FALSE(all({kYes, kNo}));
  EXPECT_FALSE(all({kNo}));
  EXPECT_FALSE(any({}));
  EXPECT_TRUE(any({kNo, kYes}));
  EXPECT_FALSE(any({kNo, kNo}));
  EXPECT_TRUE(any({kYes}));
  EXPECT_TRUE(holds(AccessCondition::negated(kNo), {}));
  EXPECT_TRUE(all({AccessCondition::any_of({kNo, AccessCondition::all_of({kYes, kYes})}), kYes}));
}

TEST(AccessCondition, APortIsInItsRangeFromTheFirstToBeforeTheLast) {
  const auto holds_for = [](uint32_t from, uint32_t to, uint16_t port) {
    return holds(AccessCondition(PortMatch{from, to}), {.destination = {.port = port}});
  };
  EXPECT_TRUE(holds_for(0, 1, 0));
  EXPECT_TRUE(holds_for(65535, 65536, 65535));
  EXPECT_FALSE(holds_for(80, 81, 81));
  EXPECT_FALSE(holds_for(80, 80, 80));
  EXPECT_TRUE(holds(port_is(80), {.destination = {.port = 80}}));
}

TEST(AccessCondition, AddressesAreThoseOfTheClientItsProxyAndTheDestination) {
  const auto ip = [](const char* text) { return *IpAddress::parse(text); };
  const Access access{.direct = ip("10.0.0.1"), .remote = ip("192.0.2.7"), .destination = {.ip = ip("fd00::5")}};
  struct Case {
    Whose whose;
    const char* range;
    bool expected;
  };
  for (const auto& [whose, range, expected] : std::initializer_list<Case>{
           {Whose::direct, "10.0.0.0/8", true},
           {Whose::direct, "192.0.2.7", false},
           {Whose::remote, "192.0.2.7", true},
           {Whose::remote, "10.0.0.0/8", false},
           {Whose::destination, "fd00::/8", true},
           {Whose::destination, "0.0.0.0/0", false},  // of the other family
           {Whose::direct, "::/0", true},             // an IPv4 address is a mapped one
           {Whose::direct, "::ffff:10.0.0.1", true},
           {Whose::direct, "10.0.0.1/31", true},
           {Whose::direct, "10.0.0.2/31", false},
       }) {
    EXPECT_EQ(holds(AccessCondition(AddressMatch{whose, *IpRange::parse(range)}), access), expected) << range;
  }
}

TEST(AccessCondition, APeerWithoutAnyNameIsStillAPeer) {
  const Peer nameless;
  EXPECT_TRUE(holds(AccessCondition(PeerMatch{}), {.peer = &nameless}));
  EXPECT_FALSE(holds(AccessCondition(PeerMatch{TextMatch(TextKind::exact, "a")}), {.peer = &nameless}));
  EXPECT_FALSE(holds(AccessCondition(PeerMatch{}), {}));
  // "Not from a" holds for clients without a certificate, too.
  EXPECT_TRUE(holds(AccessCondition::negated(AccessCondition(PeerMatch{TextMatch(TextKind::exact, "a")})), {}));
}

TEST(AccessCondition, APathIsLookedAtWithoutItsQuery) {
  const AccessCondition is_admin(AccessPathMatch{TextMatch(TextKind::exact, "/admin")});
  for (const char* path : {"/admin", "/admin?", "/admin?a=/b", "/admin#x"}) {
    const TestRequest request(path);
    const RequestHead head = request.head();
    EXPECT_TRUE(holds(is_admin, {.request = &head})) << path;
  }
  for (const char* path : {"/admin/", "/Admin", "/?/admin", ""}) {
    const TestRequest request(path);
    const RequestHead head = request.head();
    EXPECT_FALSE(holds(is_admin, {.request = &head})) << path;
  }
}

// Network RBAC asks header rules of connections, which have no header: only those hold that want none.
TEST(AccessCondition, AConnectionHasNothingThatOnlyRequestsHave) {
  const auto header = [](bool wanted, bool inverted) {
    return HeaderMatch{.name = "x", .rule = Presence{wanted}, .inverted = inverted};
  };
  EXPECT_FALSE(holds(header(true, false), {}));
  EXPECT_TRUE(holds(header(true, true), {}));
  EXPECT_TRUE(holds(header(false, false), {}));
  EXPECT_FALSE(holds(header(false, true), {}));
  EXPECT_FALSE(holds(HeaderMatch{.name = "x", .rule = TextMatch(TextKind::prefix, "")}, {}));
  EXPECT_FALSE(holds(HeaderMatch{.name = "x", .rule = TextMatch(TextKind::exact, "a"), .inverted = true}, {}));
  EXPECT_FALSE(holds(AccessPathMatch{TextMatch(TextKind::prefix, "")}, {}));
  EXPECT_TRUE(holds(ServerNameMatch{TextMatch(TextKind::exact, "")}, {}));
}

TEST(AccessCondition, AHeaderThatCameTwiceIsSeenAsAWhole) {
  TestRequest request("/");
  request.header("x", "a").header("x", "b");
  const RequestHead head = request.head();
  EXPECT_TRUE(holds(HeaderMatch{.name = "x", .rule = TextMatch(TextKind::exact, "a,b")}, {.request = &head}));
  EXPECT_FALSE(holds(HeaderMatch{.name = "x", .rule = TextMatch(TextKind::exact, "a")}, {.request = &head}));
}

}  // namespace
}  // namespace weft::decide
