// OpenSSL's objects as handles that free themselves, and its error queue as our Error. Only for .cc files of this
// folder: its own headers name OpenSSL's types by their struct tags.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/clock.h"
#include "base/error.h"

namespace weft::tls {

// The deleter of a unique_ptr to what OpenSSL frees by this function.
template <auto kFree>
struct FreedBy {
  template <class T>
  void operator()(T* object) const {
    kFree(object);
  }
};

inline void free_general_names(GENERAL_NAMES* names) {
  GENERAL_NAMES_free(names);
}

using BioHandle = std::unique_ptr<BIO, FreedBy<BIO_free_all>>;
using KeyHandle = std::unique_ptr<EVP_PKEY, FreedBy<EVP_PKEY_free>>;
using CertificateHandle = std::unique_ptr<X509, FreedBy<X509_free>>;
using RequestHandle = std::unique_ptr<X509_REQ, FreedBy<X509_REQ_free>>;
using GeneralNamesHandle = std::unique_ptr<GENERAL_NAMES, FreedBy<free_general_names>>;

// Reads from `text`, which must outlive it.
BioHandle reading(std::string_view text);
// Collects what is written; text_in() copies it out.
BioHandle writing();
std::string text_in(BIO& bio);

// A new key on a curve (NID_...): the one way that also works with direct key methods (key_methods.h). Null: no memory.
KeyHandle make_curve_key(int curve);

// A list of alternative names with one URI in it.
GeneralNamesHandle uri_name(std::string_view uri);
// One with these IP addresses and, of what is none, host names.
GeneralNamesHandle server_names(const std::vector<std::string>& names);

// The epoch for what is no time.
WallTime wall_time_of(const ASN1_TIME& time);

// Takes the newest entry of this thread's error queue as an Error, and empties the queue.
Error openssl_error(Reason reason, std::string_view what, Side side = Side::us);

// A key password would be asked for on the terminal: there is none.
int refuse_password(char* buffer, int size, int for_writing, void* user);

}  // namespace weft::tls
