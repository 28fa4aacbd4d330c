// For tests: signing requests that ask for whatever a test wants to see ignored.
#pragma once

#include <string>

#include <openssl/pem.h>

#include "base/assert.h"
#include "tls/key.h"
#include "tls/openssl.h"

namespace weft::tls {

// Extensions are in OpenSSL's notation; what is empty is left out.
struct RequestWishes {
  std::string common_name;
  std::string organization;
  std::string san;
  std::string constraints;
  std::string usage;
  std::string extended_usage;
};

inline std::string make_wishful_request(const PrivateKey& key, const RequestWishes& wishes) {
  const RequestHandle request(X509_REQ_new());
  X509_REQ_set_pubkey(request.get(), key.native());
  const auto name = [&](const char* field, const std::string& value) {
    if (value.empty()) return;
    X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(request.get()), field, MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(value.c_str()), -1, -1, 0);
  };
  name("CN", wishes.common_name);
  name("O", wishes.organization);
  STACK_OF(X509_EXTENSION)* extensions = sk_X509_EXTENSION_new_null();
  const auto add = [&](int nid, const std::string& value) {
    if (value.empty()) return;
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
    WEFT_ASSERT(extension != nullptr);
    sk_X509_EXTENSION_push(extensions, extension);
  };
  add(NID_subject_alt_name, wishes.san);
  add(NID_basic_constraints, wishes.constraints);
  add(NID_key_usage, wishes.usage);
  add(NID_ext_key_usage, wishes.extended_usage);
  if (sk_X509_EXTENSION_num(extensions) > 0) X509_REQ_add_extensions(request.get(), extensions);
  sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
  X509_REQ_sign(request.get(), key.native(), EVP_sha256());
  const BioHandle bio = writing();
  PEM_write_bio_X509_REQ(bio.get(), request.get());
  return text_in(*bio);
}

}  // namespace weft::tls
