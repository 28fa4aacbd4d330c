#include "cli/mesh/chain_report.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "cli/mesh/proxy_config.h"

namespace weft::cli {
namespace {

using tls::Certificate;
using tls::ChainFault;
using tls::PeerRole;
using Verdict = ChainCheck::Verdict;

// Which check a fault belongs to. The library finds one fault on the path, the rules of the mesh one in the leaf; what
// stands behind it in its group has not been looked at.
enum class Group : uint8_t { path, leaf };
struct CheckRow {
  std::string_view name;
  Group group;
  std::vector<ChainFault> faults;
};

const std::array<CheckRow, 9>& check_rows() {
  static const std::array<CheckRow, 9> kRows = {{
      {"trusted root", Group::path, {ChainFault::no_certificate, ChainFault::untrusted, ChainFault::invalid}},
      {"authorities", Group::path, {ChainFault::issuer_no_authority}},
      {"path length", Group::path, {ChainFault::path_too_long}},
      {"signatures", Group::path, {ChainFault::bad_signature, ChainFault::weak_signature}},
      {"usage", Group::leaf, {ChainFault::wrong_usage, ChainFault::leaf_is_authority}},
      {"keys", Group::leaf, {ChainFault::weak_key}},
      {"identity", Group::leaf, {ChainFault::no_identity, ChainFault::several_identities}},
      {"SPIFFE id", Group::leaf, {ChainFault::malformed_identity}},
      {"trust domain", Group::leaf, {ChainFault::other_trust_domain}},
  }};
  return kRows;
}

bool is_fault_of(const CheckRow& row, ChainFault fault) {
  return std::ranges::find(row.faults, fault) != row.faults.end();
}

std::string short_name_of(const Certificate& certificate) {
  const auto uris = certificate.alternative_names().uris;
  if (!uris.empty()) return uris.front();
  return certificate.subject().empty() ? "serial " + certificate.serial() : certificate.subject();
}

ChainCheck check_dates(const ShownChain& shown) {
  ChainCheck check{.name = "dates"};
  for (const Certificate& one : shown.chain) {
    const auto validity = one.validity();
    const bool is_early = shown.now < validity.from;
    if (!is_early && shown.now <= validity.until) continue;
    check.verdict = Verdict::fails;
    check.reason += fmt::format("{}{} {} {}", check.reason.empty() ? "" : "; ", short_name_of(one),
                                is_early ? "is not valid before" : "has expired at",
                                time_text(is_early ? validity.from : validity.until));
  }
  return check;
}

// So that dates, which have a check of their own, hide nothing else: the latest beginning. Where there is no moment at
// which all hold, the library has the word.
WallTime moment_of_all(const ShownChain& shown) {
  WallTime moment = shown.chain.front().validity().from;
  for (const Certificate& one : shown.chain) moment = std::max(moment, one.validity().from);
  return moment;
}

// A fault on the path, whatever the dates and the leaf's use are.
std::optional<ChainFault> path_fault(const ShownChain& shown) {
  if (shown.chain.empty()) return ChainFault::no_certificate;
  const auto fault = tls::check_authority(shown.chain, shown.roots, moment_of_all(shown));
  const bool is_dates = fault == ChainFault::expired || fault == ChainFault::not_yet_valid;
  return is_dates ? std::nullopt : fault;
}

// A mesh's leaf is for both sides of TLS.
std::optional<ChainFault> leaf_fault(const ShownChain& shown) {
  if (shown.chain.empty()) return std::nullopt;
  for (const PeerRole role : {PeerRole::server, PeerRole::client})
    if (auto fault = tls::check_peer_leaf(shown.chain.front().native(), role, shown.trust_domains)) return fault;
  return std::nullopt;
}

ChainCheck check_revocation(const ShownChain& shown) {
  ChainCheck check{.name = "revocation"};
  if (shown.chain.empty() || !shown.revoked.contains(shown.chain.front().serial())) return check;
  check.verdict = Verdict::fails;
  check.reason = tls::text_of(ChainFault::revoked);
  return check;
}

std::string_view verdict_word(Verdict verdict) {
  switch (verdict) {
    case Verdict::holds:
      return "ok";
    case Verdict::fails:
      return "FAILED";
    case Verdict::unknown:
      return "not reached";
  }
  return "not reached";
}

}  // namespace

std::vector<ChainCheck> check_shown_chain(const ShownChain& shown) {
  std::vector<ChainCheck> checks;
  std::array<std::optional<ChainFault>, 2> faults = {path_fault(shown), leaf_fault(shown)};
  std::array<bool, 2> is_over = {false, shown.chain.empty()};
  for (const CheckRow& row : check_rows()) {
    const auto group = static_cast<size_t>(row.group);
    ChainCheck check{.name = std::string(row.name)};
    const auto fault = std::ranges::find_if(
        faults, [&](const std::optional<ChainFault>& one) { return one && is_fault_of(row, *one); });
    if (fault != faults.end()) {
      check.verdict = Verdict::fails;
      check.reason = tls::text_of(**fault);
      is_over[static_cast<size_t>(fault - faults.begin())] = true;
    } else if (is_over[group]) {
      check.verdict = Verdict::unknown;
    }
    checks.push_back(std::move(check));
  }
  checks.push_back(check_dates(shown));
  checks.push_back(check_revocation(shown));
  return checks;
}

bool all_hold(const std::vector<ChainCheck>& checks) {
  return std::ranges::all_of(checks, [](const ChainCheck& one) { return one.verdict == Verdict::holds; });
}

Table chain_checks_table(const std::vector<ChainCheck>& checks) {
  Table table{.headings = {"CHECK", "RESULT", "REASON"}, .rows = {}};
  for (const ChainCheck& one : checks)
    table.rows.push_back({one.name, std::string(verdict_word(one.verdict)), one.reason.empty() ? "-" : one.reason});
  return table;
}

api::Json chain_checks_json(const std::vector<ChainCheck>& checks) {
  api::Json list = api::Json::array();
  for (const ChainCheck& one : checks)
    list.push_back({{"check", one.name}, {"result", verdict_word(one.verdict)}, {"reason", one.reason}});
  return {{"holds", all_hold(checks)}, {"checks", std::move(list)}};
}

}  // namespace weft::cli
