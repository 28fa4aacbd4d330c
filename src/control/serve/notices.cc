#include "control/serve/notices.h"

#include <algorithm>

#include "api/tree.h"

namespace weft::control {
namespace {

bool contains(const std::vector<std::string>& list, const std::string& one) {
  return std::ranges::find(list, one) != list.end();
}

}  // namespace

// A revoked certificate is one that its owner has to replace, too.
Notices Notices::of(const std::vector<IssuedCertificate>& marked) {
  Notices notices;
  for (const IssuedCertificate& one : marked) {
    if (one.state == IssuedCertificate::State::good) continue;
    notices.replace_[{one.space, one.pod}].push_back(one.serial);
    if (one.state == IssuedCertificate::State::revoked) notices.revoked_.push_back(one.serial);
  }
  std::ranges::sort(notices.revoked_);
  return notices;
}

std::string Notices::text_for(std::string_view space, std::string_view pod) const {
  const auto own = replace_.find({std::string(space), std::string(pod)});
  const api::Json body{{"replace", own == replace_.end() ? std::vector<std::string>{} : own->second},
                       {"revoked", revoked_}};
  return body.dump();
}

bool Notices::is_spent(std::string_view space, std::string_view pod, const std::string& serial) const {
  const auto own = replace_.find({std::string(space), std::string(pod)});
  return own != replace_.end() && contains(own->second, serial);
}

}  // namespace weft::control
