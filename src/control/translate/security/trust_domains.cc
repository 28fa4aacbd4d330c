#include "control/translate/security/trust_domains.h"

#include <algorithm>

namespace weft::control::translate {
namespace {

// What policies call the mesh's own domain, whatever it is.
constexpr std::string_view kOwnDomain = "cluster.local";

// "*.local" takes in "cluster.local".
bool is_domain(std::string_view written, std::string_view domain) {
  return written.starts_with('*') ? domain.ends_with(written.substr(1)) : written == domain;
}

// Where the domain of a principal ends; npos for what has none, or any.
size_t domain_end(std::string_view principal) {
  constexpr auto kSlashes = 4;  // DOMAIN/ns/NAMESPACE/sa/ACCOUNT
  if (std::ranges::count(principal, '/') != kSlashes || principal.starts_with("*/")) return std::string_view::npos;
  return principal.find('/');
}

void add_once(std::string text, std::vector<std::string>& all) {
  if (std::ranges::find(all, text) == all.end()) all.push_back(std::move(text));
}

}  // namespace

TrustDomains::TrustDomains(const api::istio::MeshConfig& mesh) : domains_{mesh.trust_domain} {
  domains_.insert(domains_.end(), mesh.trust_domain_aliases.begin(), mesh.trust_domain_aliases.end());
}

std::vector<std::string> TrustDomains::in_every_domain(const std::vector<std::string>& principals) const {
  std::vector<std::string> all;
  for (const auto& principal : principals) add(principal, all);
  return all;
}

void TrustDomains::add(const std::string& principal, std::vector<std::string>& all) const {
  const size_t end = domain_end(principal);
  const std::string_view written = std::string_view(principal).substr(0, end);
  const bool is_ours = end != std::string::npos &&
                       (written == kOwnDomain ||
                        std::ranges::any_of(domains_, [&](const auto& domain) { return is_domain(written, domain); }));
  if (!is_ours) return all.push_back(principal);
  std::vector<std::string> mine;
  for (const auto& domain : domains_) {
    add_once(is_domain(written, domain) ? principal : domain + principal.substr(end), mine);
  }
  all.insert(all.end(), mine.begin(), mine.end());
}

std::vector<std::string> TrustDomains::with_aliases(const std::vector<std::string>& domains) const {
  std::vector<std::string> all;
  for (const auto& domain : domains) {
    const bool is_ours = std::ranges::find(domains_, domain) != domains_.end();
    if (!is_ours) add_once(domain, all);
    for (const auto& alias : domains_) {
      if (is_ours) add_once(alias, all);
    }
  }
  return all;
}

}  // namespace weft::control::translate
