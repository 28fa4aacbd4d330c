// What there is to say against a certificate chain, check by check, for `weft certs verify`. The verdict is that of
// tls/chain_check, by which proxies refuse peers. Pure.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "api/tree.h"
#include "base/clock.h"
#include "cli/text/table.h"
#include "tls/certificate.h"
#include "tls/chain_check.h"

namespace weft::cli {

// A chain as a peer would show it, the leaf first, and what the mesh believes.
struct ShownChain {
  std::vector<tls::Certificate> chain;
  std::vector<tls::Certificate> roots;
  std::vector<std::string> trust_domains;
  std::set<std::string> revoked;  // serials
  WallTime now;
};

// One check. Those behind the first that fails in their group can't be made: `unknown`.
struct ChainCheck {
  enum class Verdict : uint8_t { holds, fails, unknown };
  std::string name;
  Verdict verdict = Verdict::holds;
  std::string reason;  // why it fails
};

// Always the same checks, in the same order.
std::vector<ChainCheck> check_shown_chain(const ShownChain& shown);
bool all_hold(const std::vector<ChainCheck>& checks);

Table chain_checks_table(const std::vector<ChainCheck>& checks);
api::Json chain_checks_json(const std::vector<ChainCheck>& checks);

}  // namespace weft::cli
