// Any text as certificates, as revocation lists, as a private key and as a signing request: no crash, no leak, no
// question on the terminal; what parses is written and parses again.
#include <cstdint>

#include "base/assert.h"
#include "tls/certificate.h"
#include "tls/chain_check.h"
#include "tls/key.h"
#include "tls/revocation_list.h"
#include "tls/signing_request.h"
#include "tls/spiffe_id.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weft::tls;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto certificates = read_certificates(text)) {
    WEFT_ASSERT(read_certificates(to_pem(*certificates))->size() == certificates->size());
    for (const Certificate& one : *certificates) {
      WEFT_ASSERT(!one.fingerprint().empty());
      (void)one.subject();
      (void)one.validity();
      (void)check_peer_leaf(one.native(), PeerRole::client, {});
    }
  }
  if (const auto key = PrivateKey::from_pem(text)) WEFT_ASSERT(PrivateKey::from_pem(*key->to_pem()).has_value());
  if (const auto lists = read_revocation_lists(text)) (void)lists->front().ends();
  (void)read_signing_request(text);
  if (const auto id = SpiffeId::parse(text)) WEFT_ASSERT(id->uri() == text);
  return 0;
}
