#include "tls/certificate.h"

#include <array>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/hex.h"
#include "tls/openssl.h"

namespace weft::tls {
namespace {

// The bundle of all public authorities that Debian ships has some 150 certificates in 220 KiB.
constexpr size_t kPemSizeMax = 1 << 20;
constexpr size_t kCertificatesMax = 256;

std::string text_of(const X509_NAME* name) {
  const BioHandle bio = writing();
  X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253);
  return text_in(*bio);
}

void add_name(const ASN1_IA5STRING* name, std::vector<std::string>& names) {
  std::string text(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name)),
                   static_cast<size_t>(ASN1_STRING_length(name)));
  names.push_back(text.find('\0') == std::string::npos ? std::move(text) : std::string());
}

// Empty: no address of a length that there is.
std::string address_text(const ASN1_OCTET_STRING& address) {
  const int size = ASN1_STRING_length(&address);
  if (size != 4 && size != 16) return {};
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(size == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(&address), text.data(), text.size());
  return text.data();
}

}  // namespace

Certificate Certificate::sharing(x509_st* native) {
  X509_up_ref(native);
  return Certificate(std::shared_ptr<X509>(CertificateHandle(native)));
}

Result<Certificate> Certificate::from_pem(std::string_view pem) {
  WEFT_TRY(std::vector<Certificate> certificates, read_certificates(pem));
  if (certificates.size() != 1)
    return fail(Reason::malformed, fmt::format("{} certificates where one is due", certificates.size()));
  return certificates.front();
}

std::string Certificate::to_pem() const {
  const BioHandle bio = writing();
  PEM_write_bio_X509(bio.get(), native());
  return text_in(*bio);
}

std::string Certificate::serial() const {
  const ASN1_INTEGER* serial = X509_get0_serialNumber(native());
  return to_hex({ASN1_STRING_get0_data(serial), static_cast<size_t>(ASN1_STRING_length(serial))});
}

std::string Certificate::fingerprint() const {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  X509_digest(native(), EVP_sha256(), digest.data(), &size);
  return to_hex({digest.data(), size});
}

std::string Certificate::subject() const {
  return text_of(X509_get_subject_name(native()));
}

std::string Certificate::issuer() const {
  return text_of(X509_get_issuer_name(native()));
}

std::vector<std::string> Certificate::organizations() const {
  std::vector<std::string> found;
  const X509_NAME* subject = X509_get_subject_name(native());
  for (int at = -1; (at = X509_NAME_get_index_by_NID(subject, NID_organizationName, at)) >= 0;) {
    unsigned char* text = nullptr;
    const int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
    const std::string_view name(reinterpret_cast<const char*>(text), size < 0 ? 0 : static_cast<size_t>(size));
    found.emplace_back(name.find('\0') == std::string_view::npos ? name : "");
    OPENSSL_free(text);
  }
  return found;
}

Validity Certificate::validity() const {
  return {wall_time_of(*X509_get0_notBefore(native())), wall_time_of(*X509_get0_notAfter(native()))};
}

PublicKey Certificate::public_key() const {
  return PublicKey(std::shared_ptr<EVP_PKEY>(KeyHandle(X509_get_pubkey(native()))));
}

std::string Certificate::key_pin() const {
  unsigned char* encoded = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(native()), &encoded);
  if (size <= 0) return {};
  std::array<unsigned char, 32> digest;
  EVP_Digest(encoded, static_cast<size_t>(size), digest.data(), nullptr, EVP_sha256(), nullptr);
  OPENSSL_free(encoded);
  std::array<unsigned char, 45> text;  // 44 letters and a zero
  EVP_EncodeBlock(text.data(), digest.data(), digest.size());
  return reinterpret_cast<const char*>(text.data());
}

AlternativeNames Certificate::alternative_names() const {
  AlternativeNames found;
  const GeneralNamesHandle names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(native(), NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_URI) add_name(name->d.uniformResourceIdentifier, found.uris);
    if (name->type == GEN_DNS) add_name(name->d.dNSName, found.dns_names);
    if (name->type == GEN_EMAIL) add_name(name->d.rfc822Name, found.emails);
    if (name->type == GEN_IPADD) found.addresses.push_back(address_text(*name->d.iPAddress));
  }
  return found;
}

bool Certificate::is_authority() const {
  return (X509_get_extension_flags(native()) & EXFLAG_CA) != 0;
}

bool Certificate::is_self_issued() const {
  return (X509_get_extension_flags(native()) & EXFLAG_SI) != 0;
}

Result<std::vector<Certificate>> read_certificates(std::string_view pem) {
  if (pem.size() > kPemSizeMax) return fail(Reason::too_large, "certificates of more than 1 MiB");
  const BioHandle bio = reading(pem);
  std::vector<Certificate> certificates;
  while (CertificateHandle one{PEM_read_bio_X509(bio.get(), nullptr, refuse_password, nullptr)}) {
    if (certificates.size() == kCertificatesMax) return fail(Reason::too_large, "more than 256 certificates");
    certificates.push_back(Certificate::sharing(one.get()));
  }
  const bool is_at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  Error error = openssl_error(Reason::malformed, "no certificate in PEM");
  if (!is_at_end) return fail(std::move(error).during("reading certificates"));
  if (certificates.empty()) return fail(Reason::malformed, "no certificate in PEM");
  return certificates;
}

std::string to_pem(const std::vector<Certificate>& certificates) {
  std::string text;
  for (const Certificate& one : certificates) text += one.to_pem();
  return text;
}

}  // namespace weft::tls
