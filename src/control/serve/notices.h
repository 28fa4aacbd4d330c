// Notices: what proxies must know about certificates that are still good by their dates. docs/adr/0007 says how a proxy
// obeys.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "control/ca/issued.h"

namespace weft::control {

// A value.
class Notices {
 public:
  // Of those that are not good.
  static Notices of(const std::vector<IssuedCertificate>& marked);

  // For one pod: {"replace": serials of its own certificates that it must replace at once, "revoked": serials, of
  // anybody's, that nobody accepts}.
  std::string text_for(std::string_view space, std::string_view pod) const;

  // Whether a pod's certificate of this serial has to go.
  bool is_spent(std::string_view space, std::string_view pod, const std::string& serial) const;

  friend bool operator==(const Notices&, const Notices&) = default;

 private:
  using Pod = std::pair<std::string, std::string>;

  std::map<Pod, std::vector<std::string>> replace_;
  std::vector<std::string> revoked_;  // ordered
};

}  // namespace weft::control
