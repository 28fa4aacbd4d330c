#include "tls/revocation_list.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include "tls/openssl.h"

namespace weft::tls {
namespace {

constexpr size_t kListsSizeMax = 1 << 20;
constexpr size_t kListsMax = 256;

using ListHandle = std::unique_ptr<X509_CRL, FreedBy<X509_CRL_free>>;

}  // namespace

WallTime RevocationList::ends() const {
  const ASN1_TIME* next = X509_CRL_get0_nextUpdate(native());
  return next == nullptr ? WallTime::max() : wall_time_of(*next);
}

Result<std::vector<RevocationList>> read_revocation_lists(std::string_view pem) {
  if (pem.size() > kListsSizeMax) return fail(Reason::too_large, "revocation lists of more than 1 MiB");
  const BioHandle bio = reading(pem);
  std::vector<RevocationList> lists;
  while (ListHandle one{PEM_read_bio_X509_CRL(bio.get(), nullptr, refuse_password, nullptr)}) {
    if (lists.size() == kListsMax) return fail(Reason::too_large, "more than 256 revocation lists");
    lists.emplace_back(std::shared_ptr<X509_CRL>(std::move(one)));
  }
  const bool is_at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  Error error = openssl_error(Reason::malformed, "no revocation list in PEM");
  if (!is_at_end) return fail(std::move(error).during("reading revocation lists"));
  if (lists.empty()) return fail(Reason::malformed, "no revocation list in PEM");
  return lists;
}

}  // namespace weft::tls
