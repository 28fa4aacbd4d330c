// AccessCondition: one condition of a policy of Envoy's RBAC (Permission, Principal), compiled: a small tree of "all",
// "any" and "not" over questions about an access.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "decide/authorization/access.h"
#include "decide/authorization/claim_match.h"
#include "decide/routing/route_match.h"

namespace weft::decide {

// A peer with a verified certificate; by name: its URI, or without one its DNS names, or without those its subject.
struct PeerMatch {
  std::optional<TextMatch> name;

  bool matches(const Peer* peer) const;
};

// One of the addresses that an access has.
struct AddressMatch {
  enum class Whose : uint8_t { direct, remote, destination } whose = Whose::direct;
  IpRange range;
};

// The port that a connection was going to: from, up to and without to.
struct PortMatch {
  uint32_t from = 0;
  uint32_t to = 0;
};

// The name that the client asked for in its handshake (SNI); empty where there was none.
struct ServerNameMatch {
  TextMatch name;
};

// The path without its query.
struct AccessPathMatch {
  TextMatch path;
};

// Immutable; any thread. Nothing is allocated to answer, unless a header field that is asked for came several times.
class AccessCondition {
 public:
  using Question =
      std::variant<PeerMatch, AddressMatch, PortMatch, ServerNameMatch, AccessPathMatch, HeaderMatch, ClaimMatch>;

  static AccessCondition always() { return AccessCondition(Kind::all, {}); }
  static AccessCondition all_of(std::vector<AccessCondition> parts);
  static AccessCondition any_of(std::vector<AccessCondition> parts);
  static AccessCondition negated(AccessCondition part);
  AccessCondition(Question question);  // NOLINT: a question is a condition

  // Of a connection of which no more is known, what only requests have is not there.
  bool holds(const Access& access, std::string& scratch) const;

 private:
  enum class Kind : uint8_t { all, any, none, question };

  AccessCondition(Kind kind, std::vector<AccessCondition> parts) : kind_(kind), parts_(std::move(parts)) {}

  Kind kind_;
  std::vector<AccessCondition> parts_;  // of `all`, `any` and `none`
  std::optional<Question> question_;    // of a question
};

}  // namespace weft::decide
