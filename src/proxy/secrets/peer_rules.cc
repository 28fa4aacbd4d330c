#include "proxy/secrets/peer_rules.h"

#include <algorithm>

namespace weft::proxy {
namespace {

using decide::NameRule;
using tls::AlternativeNames;
using tls::Certificate;
using tls::ChainFault;
using tls::Refusal;

// An exact DNS rule also takes wildcard certificates, one label deep (RFC 6125 6.4.3).
bool is_wildcard_for(std::string_view certificate, const decide::TextMatch& rule) {
  if (rule.kind() != decide::TextMatch::Kind::exact || !certificate.starts_with("*.")) return false;
  const std::string_view wanted = rule.text();
  const size_t dot = wanted.find('.');
  return dot != std::string_view::npos && dot > 0 && wanted.substr(dot) == certificate.substr(1);
}

bool holds(const NameRule& rule, const AlternativeNames& peer) {
  const auto any = [&](const std::vector<std::string>& names) {
    return std::ranges::any_of(names, [&](const std::string& name) { return rule.match.matches(name); });
  };
  const auto any_dns = [&] {
    return any(peer.dns_names) || std::ranges::any_of(peer.dns_names, [&](const std::string& name) {
             return is_wildcard_for(name, rule.match);
           });
  };
  switch (rule.kind) {
    case NameRule::Kind::dns:
      return any_dns();
    case NameRule::Kind::uri:
      return any(peer.uris);
    case NameRule::Kind::email:
      return any(peer.emails);
    case NameRule::Kind::address:
      return any(peer.addresses);
    case NameRule::Kind::any:
      break;
  }
  return any_dns() || any(peer.uris) || any(peer.emails) || any(peer.addresses);
}

bool is_mesh(const decide::PeerRules& rules) {
  return rules.roots && rules.roots->name == kMeshRoots;
}

bool is_pinned(const decide::PeerRules& rules, const Certificate& peer) {
  if (rules.spki_pins.empty() && rules.fingerprints.empty()) return true;
  return std::ranges::find(rules.spki_pins, peer.key_pin()) != rules.spki_pins.end() ||
         std::ranges::find(rules.fingerprints, peer.fingerprint()) != rules.fingerprints.end();
}

std::string shown_name(const AlternativeNames& names, const Certificate& peer) {
  if (!names.uris.empty()) return names.uris.front();
  return names.dns_names.empty() ? peer.subject() : names.dns_names.front();
}

std::optional<Refusal> refusal(const decide::PeerRules& rules, tls::PeerRole role, const Serials& revoked,
                               const Certificate& peer) {
  if (is_mesh(rules)) {
    if (revoked.contains(peer.serial()))
      return Refusal{ChainFault::revoked, std::string(tls::text_of(ChainFault::revoked))};
    if (const auto fault = tls::check_peer_leaf(peer.native(), role, {}))
      return Refusal{*fault, std::string(tls::text_of(*fault))};
  }
  if (!is_pinned(rules, peer)) return Refusal{ChainFault::invalid, "the certificate is not one that is pinned"};
  const AlternativeNames names = peer.alternative_names();
  const bool is_accepted =
      rules.names.empty() || std::ranges::any_of(rules.names, [&](const NameRule& rule) { return holds(rule, names); });
  if (is_accepted) return std::nullopt;
  // Of a mesh, prefixes say which trust domains are welcome.
  const bool is_foreign = is_mesh(rules) && rules.names.front().match.kind() == decide::TextMatch::Kind::prefix;
  return Refusal{is_foreign ? ChainFault::other_trust_domain : ChainFault::other_name,
                 "the certificate of '" + shown_name(names, peer) + "' is not of a name that is accepted"};
}

}  // namespace

tls::RefusePeer refusal_by(const decide::PeerRules& rules, tls::PeerRole role, std::shared_ptr<const Serials> revoked) {
  if (!is_mesh(rules) && rules.names.empty() && rules.spki_pins.empty() && rules.fingerprints.empty()) return {};
  return [rules, role, revoked = std::move(revoked)](const Certificate& peer) {
    return refusal(rules, role, *revoked, peer);
  };
}

}  // namespace weft::proxy
