#include "tls/openssl.h"

#include <ctime>
#include <string>

#include <fmt/format.h>
#include <openssl/ec.h>
#include <openssl/err.h>

namespace weft::tls {

BioHandle reading(std::string_view text) {
  return BioHandle(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

BioHandle writing() {
  return BioHandle(BIO_new(BIO_s_mem()));
}

std::string text_in(BIO& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(&bio, &data);
  return {data, static_cast<size_t>(size)};
}

KeyHandle make_curve_key(int curve) {
  const std::unique_ptr<EVP_PKEY_CTX, FreedBy<EVP_PKEY_CTX_free>> maker(EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nullptr));
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_keygen_init(maker.get()) != 1 || EVP_PKEY_CTX_set_ec_paramgen_curve_nid(maker.get(), curve) != 1 ||
      EVP_PKEY_keygen(maker.get(), &key) != 1)
    return nullptr;
  return KeyHandle(key);
}

GeneralNamesHandle uri_name(std::string_view uri) {
  GeneralNamesHandle names(sk_GENERAL_NAME_new_null());
  GENERAL_NAME* name = GENERAL_NAME_new();
  ASN1_IA5STRING* text = ASN1_IA5STRING_new();
  ASN1_STRING_set(text, uri.data(), static_cast<int>(uri.size()));
  GENERAL_NAME_set0_value(name, GEN_URI, text);
  sk_GENERAL_NAME_push(names.get(), name);
  return names;
}

GeneralNamesHandle server_names(const std::vector<std::string>& names) {
  GeneralNamesHandle all(sk_GENERAL_NAME_new_null());
  for (const std::string& text : names) {
    GENERAL_NAME* name = GENERAL_NAME_new();
    if (ASN1_OCTET_STRING* address = a2i_IPADDRESS(text.c_str())) {
      GENERAL_NAME_set0_value(name, GEN_IPADD, address);
    } else {
      ASN1_IA5STRING* host = ASN1_IA5STRING_new();
      ASN1_STRING_set(host, text.data(), static_cast<int>(text.size()));
      GENERAL_NAME_set0_value(name, GEN_DNS, host);
    }
    sk_GENERAL_NAME_push(all.get(), name);
  }
  return all;
}

WallTime wall_time_of(const ASN1_TIME& time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(&time, &parts) != 1) return {};
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::from_time_t(timegm(&parts)));
}

Error openssl_error(Reason reason, std::string_view what, Side side) {
  const unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  const char* text = code == 0 ? nullptr : ERR_reason_error_string(code);
  return {reason, text == nullptr ? std::string(what) : fmt::format("{}: {}", what, text), side, Retry::unsafe};
}

int refuse_password(char* /*buffer*/, int /*size*/, int /*for_writing*/, void* /*user*/) {
  return -1;
}

}  // namespace weft::tls
