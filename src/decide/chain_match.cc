#include "decide/chain_match.h"

#include <algorithm>

#include "base/strings.h"

namespace weft::decide {
namespace {

// How well a criterion fits: kNoFit, or the higher the more specific. A criterion that is not set fits with 0.
using Fit = int;
constexpr Fit kNoFit = -1;

Fit fit_ranges(const std::vector<IpRange>& ranges, const IpAddress& address) {
  if (ranges.empty()) return 0;
  Fit best = kNoFit;
  for (const auto& range : ranges) {
    if (range.contains(address)) best = std::max(best, 1 + range.prefix_bits);
  }
  return best;
}

// An exact name beats every wildcard, a longer wildcard a shorter one.
Fit fit_server_name(const std::vector<std::string>& names, std::string_view asked) {
  if (names.empty()) return 0;
  constexpr Fit kExact = 1 << 20;
  Fit best = kNoFit;
  for (const auto& name : names) {
    if (equal_ignoring_case(name, asked)) return kExact;
    const bool is_wildcard = name.starts_with("*.");
    if (!is_wildcard || asked.size() < name.size()) continue;
    const std::string_view tail = asked.substr(asked.size() - (name.size() - 1));
    if (equal_ignoring_case(tail, std::string_view(name).substr(1)))
      best = std::max(best, static_cast<Fit>(name.size()));
  }
  return best;
}

Fit fit_text(const std::string& wanted, std::string_view seen) {
  if (wanted.empty()) return 0;
  return wanted == seen ? 1 : kNoFit;
}

// What the client likes better fits better.
Fit fit_protocols(const std::vector<std::string>& wanted, std::span<const std::string> offered) {
  if (wanted.empty()) return 0;
  for (size_t at = 0; at < offered.size(); ++at) {
    if (std::ranges::find(wanted, offered[at]) != wanted.end()) return static_cast<Fit>(offered.size() - at);
  }
  return kNoFit;
}

Fit fit_port(const std::vector<uint16_t>& wanted, uint16_t port) {
  if (wanted.empty()) return 0;
  return std::ranges::find(wanted, port) != wanted.end() ? 1 : kNoFit;
}

Fit fit_source_type(SourceType wanted, const ConnectionFacts& facts) {
  if (wanted == SourceType::any) return 0;
  const IpAddress& source = facts.source.ip;
  const bool is_loopback = source.is_v4() ? source.bytes[12] == 127 : source == *IpAddress::parse("::1");
  const bool same_machine = is_loopback || source == facts.destination.ip;
  return same_machine == (wanted == SourceType::same_machine) ? 1 : kNoFit;
}

Fit fit(int criterion, const ChainMatch& match, const ConnectionFacts& facts) {
  switch (criterion) {
    case 0:
      return fit_ranges(match.destinations, facts.destination.ip);
    case 1:
      return fit_server_name(match.server_names, facts.server_name);
    case 2:
      return fit_text(match.transport_protocol, facts.transport_protocol);
    case 3:
      return fit_protocols(match.application_protocols, facts.application_protocols);
    case 4:
      return fit_ranges(match.direct_sources, facts.source.ip);
    case 5:
      return fit_source_type(match.source_type, facts);
    case 6:
      return fit_ranges(match.sources, facts.source.ip);
    default:
      return fit_port(match.source_ports, facts.source.port);
  }
}
constexpr int kCriteria = 8;

}  // namespace

Result<> ChainIndex::add(const ChainMatch& match, uint32_t position) {
  Candidates& candidates = match.destination_port ? by_port_[*match.destination_port] : any_port_;
  if (std::ranges::any_of(candidates, [&](const Candidate& other) { return other.match == match; })) {
    return fail(Reason::invalid, "two filter chains have the same match");
  }
  candidates.push_back({match, position});
  return {};
}

std::optional<uint32_t> ChainIndex::find(const ConnectionFacts& facts) const {
  const auto by_port = by_port_.find(facts.destination.port);
  return choose(by_port != by_port_.end() ? by_port->second : any_port_, facts);
}

std::optional<uint32_t> ChainIndex::choose(const Candidates& candidates, const ConnectionFacts& facts) {
  std::vector<const Candidate*> left;
  for (const auto& candidate : candidates) left.push_back(&candidate);
  for (int criterion = 0; criterion < kCriteria; ++criterion) {
    Fit best = kNoFit;
    for (const Candidate* candidate : left) best = std::max(best, fit(criterion, candidate->match, facts));
    if (best == kNoFit) return std::nullopt;
    std::erase_if(left, [&](const Candidate* candidate) { return fit(criterion, candidate->match, facts) != best; });
  }
  return left.empty() ? std::nullopt : std::optional(left.front()->position);
}

}  // namespace weft::decide
