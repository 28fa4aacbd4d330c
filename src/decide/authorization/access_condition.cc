#include "decide/authorization/access_condition.h"

#include <algorithm>
#include <utility>

namespace weft::decide {
namespace {

bool answer(const PeerMatch& match, const Access& access, std::string&) {
  return match.matches(access.peer);
}

bool answer(const AddressMatch& match, const Access& access, std::string&) {
  switch (match.whose) {
    case AddressMatch::Whose::direct:
      return match.range.contains(access.direct);
    case AddressMatch::Whose::remote:
      return match.range.contains(access.remote);
    case AddressMatch::Whose::destination:
      return match.range.contains(access.destination.ip);
  }
  return false;
}

bool answer(const PortMatch& match, const Access& access, std::string&) {
  return access.destination.port >= match.from && access.destination.port < match.to;
}

bool answer(const ServerNameMatch& match, const Access& access, std::string&) {
  return match.name.matches(access.server_name);
}

bool answer(const AccessPathMatch& match, const Access& access, std::string&) {
  return access.request != nullptr && match.path.matches(access.request->path_without_query());
}

// Without a request there are no fields: those that must be absent are.
bool answer(const HeaderMatch& match, const Access& access, std::string& scratch) {
  if (access.request != nullptr) return match.matches(*access.request, scratch);
  const auto* presence = std::get_if<Presence>(&match.rule);
  return presence != nullptr && presence->wanted == match.inverted;
}

bool answer(const ClaimMatch& match, const Access& access, std::string&) {
  return match.matches(access.claims);
}

}  // namespace

bool PeerMatch::matches(const Peer* peer) const {
  if (peer == nullptr) return false;
  if (!name) return true;
  if (!peer->uri.empty()) return name->matches(peer->uri);
  if (peer->dns_names.empty()) return name->matches(peer->subject);
  return std::ranges::any_of(peer->dns_names, [&](const std::string& dns) { return name->matches(dns); });
}

AccessCondition::AccessCondition(Question question) : kind_(Kind::question), question_(std::move(question)) {}

// What stands alone needs nobody around it.
AccessCondition AccessCondition::all_of(std::vector<AccessCondition> parts) {
  if (parts.size() == 1) return std::move(parts.front());
  return {Kind::all, std::move(parts)};
}
AccessCondition AccessCondition::any_of(std::vector<AccessCondition> parts) {
  if (parts.size() == 1) return std::move(parts.front());
  return {Kind::any, std::move(parts)};
}
AccessCondition AccessCondition::negated(AccessCondition part) {
  std::vector<AccessCondition> parts;
  parts.push_back(std::move(part));
  return {Kind::none, std::move(parts)};
}

bool AccessCondition::holds(const Access& access, std::string& scratch) const {
  const auto part_holds = [&](const AccessCondition& part) { return part.holds(access, scratch); };
  switch (kind_) {
    case Kind::all:
      return std::ranges::all_of(parts_, part_holds);
    case Kind::any:
      return std::ranges::any_of(parts_, part_holds);
    case Kind::none:
      return std::ranges::none_of(parts_, part_holds);
    case Kind::question:
      return std::visit([&](const auto& match) { return answer(match, access, scratch); }, *question_);
  }
  return false;
}

}  // namespace weft::decide
