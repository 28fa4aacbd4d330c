// TrustDomains: the mesh's own trust domain and its aliases. Who has an identity in one of them has it in all:
// principals of rules are written out for each. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/istio/mesh_config.h"

namespace weft::control::translate {

// A value, made of the mesh's settings for one translation; any thread.
class TrustDomains {
 public:
  explicit TrustDomains(const api::istio::MeshConfig& mesh);

  // Principals (DOMAIN/ns/NAMESPACE/sa/ACCOUNT) of our domains, in each of them; others as they are.
  std::vector<std::string> in_every_domain(const std::vector<std::string>& principals) const;

  // Of domains: ours stands for all of ours.
  std::vector<std::string> with_aliases(const std::vector<std::string>& domains) const;

 private:
  void add(const std::string& principal, std::vector<std::string>& all) const;

  std::vector<std::string> domains_;
};

}  // namespace weft::control::translate
