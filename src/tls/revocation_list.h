// RevocationList: which of its certificates an authority has taken back (a CRL, RFC 5280 5), parsed. Whether the
// authority signed it, and whether it still holds, is found out with each chain that is verified.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

struct X509_crl_st;

namespace weft::tls {

// An immutable value; copies share.
class RevocationList {
 public:
  explicit RevocationList(std::shared_ptr<X509_crl_st> native) : native_(std::move(native)) {}

  // nextUpdate: from then on it says nothing any more. Far away for a list that does not say.
  WallTime ends() const;

  X509_crl_st* native() const { return native_.get(); }

 private:
  std::shared_ptr<X509_crl_st> native_;
};

// The lists of a PEM text: at least one, at most 256 in 1 MiB (what a Kubernetes Secret holds: some 25000 serials).
// Text between them is passed over.
Result<std::vector<RevocationList>> read_revocation_lists(std::string_view pem);

}  // namespace weft::tls
