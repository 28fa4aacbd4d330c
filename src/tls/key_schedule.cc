// OpenSSL's TLS13-KDF looks up itself, HMAC and the hash in each of a handshake's fifteen derivations, and allocates a
// context for every one: an eighth of the server's time (ADR 0008). A provider of our own answers for that one name;
// all else stays the default provider's.
#include "tls/key_schedule.h"

#include <optional>
#include <string_view>

#include <openssl/core.h>
#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/provider.h>

#include "tls/hmac.h"

namespace weft::tls {
namespace {

constexpr const char* kProperties = "?provider=weft";  // preferred where it is there
constexpr size_t kHashMax = Sha384::kSize;

// What libssl asks for (ssl/tls13_enc.c gives all of it with each call).
struct Request {
  int mode = -1;
  std::string_view digest;
  std::optional<Bytes> key;
  std::optional<Bytes> salt;
  Bytes prefix;
  Bytes label;
  Bytes data;
};

Bytes bytes_of(const OSSL_PARAM& parameter) {
  return {static_cast<const uint8_t*>(parameter.data), parameter.data_size};
}

std::optional<Request> read(const OSSL_PARAM* parameter) {
  Request request;
  for (; parameter != nullptr && parameter->key != nullptr; ++parameter) {
    const std::string_view name = parameter->key;
    if (name == OSSL_KDF_PARAM_MODE) {
      if (OSSL_PARAM_get_int(parameter, &request.mode) != 1) return std::nullopt;
    } else if (name == OSSL_KDF_PARAM_DIGEST) {
      request.digest = static_cast<const char*>(parameter->data);
    } else if (name == OSSL_KDF_PARAM_KEY) {
      request.key = bytes_of(*parameter);
    } else if (name == OSSL_KDF_PARAM_SALT) {
      request.salt = bytes_of(*parameter);
    } else if (name == OSSL_KDF_PARAM_PREFIX) {
      request.prefix = bytes_of(*parameter);
    } else if (name == OSSL_KDF_PARAM_LABEL) {
      request.label = bytes_of(*parameter);
    } else if (name == OSSL_KDF_PARAM_DATA) {
      request.data = bytes_of(*parameter);
    }
  }
  return request;
}

// HKDF-Expand-Label: its info is the length, the label behind "tls13 ", and the context, each behind its own length.
template <class Hash>
bool expand_label(Bytes secret, const Request& request, Bytes context, std::span<uint8_t> out) {
  const size_t label_size = request.prefix.size() + request.label.size();
  if (label_size > 255 || context.size() > 255 || out.size() > 0xffff) return false;
  const std::array<uint8_t, 3> sizes{static_cast<uint8_t>(out.size() >> 8U), static_cast<uint8_t>(out.size()),
                                     static_cast<uint8_t>(label_size)};
  const auto context_size = static_cast<uint8_t>(context.size());
  const std::array<Bytes, 5> info{Bytes(sizes), request.prefix, request.label, Bytes(&context_size, 1), context};
  return hkdf_expand<Hash>(secret, info, out);
}

// The next secret from the one before and new key material, which are zeros where there is none: Derive-Secret(.,
// "derived", "") of the former is the salt for the latter (RFC 8446 7.1's picture, top to bottom).
template <class Hash>
bool extract(const Request& request, std::span<uint8_t> out) {
  if (out.size() != Hash::kSize) return false;
  static constexpr std::array<uint8_t, kHashMax> kZeros{};
  Digest<Hash> salt;
  if (request.salt) {
    Digest<Hash> of_nothing;
    hash_of<Hash>({}, of_nothing.data());
    if (!expand_label<Hash>(*request.salt, request, of_nothing, salt)) return false;
  }
  Hmac<Hash> hmac(salt);  // zeros are the empty key's block, too
  hmac.add(request.key.value_or(Bytes(kZeros.data(), Hash::kSize)));
  Digest<Hash> secret;
  hmac.finish(secret);
  std::ranges::copy(secret, out.begin());
  return true;
}

template <class Hash>
bool derive_with(const Request& request, std::span<uint8_t> out) {
  if (request.mode == EVP_KDF_HKDF_MODE_EXTRACT_ONLY) return extract<Hash>(request, out);
  if (request.mode != EVP_KDF_HKDF_MODE_EXPAND_ONLY || !request.key) return false;
  return expand_label<Hash>(*request.key, request, request.data, out);
}

// OSSL_FUNC_kdf_derive_fn.
int derive(void* /*context*/, unsigned char* out, size_t size, const OSSL_PARAM parameters[]) {
  const auto request = read(parameters);
  if (!request) return 0;
  const std::string_view digest = request->digest;
  const std::span<uint8_t> space(out, size);
  if (digest == "SHA2-256" || digest == "SHA256") return derive_with<Sha256>(*request, space) ? 1 : 0;
  if (digest == "SHA2-384" || digest == "SHA384") return derive_with<Sha384>(*request, space) ? 1 : 0;
  return 0;  // no suite of TLS 1.3 has another (RFC 8446 B.4)
}

// There is nothing to keep between calls.
void* make_context_of(void* provider) {
  return provider;
}
void free_context(void* /*context*/) {}

template <class Function>
constexpr OSSL_DISPATCH entry(int id, Function* function) {
  return {id, reinterpret_cast<void (*)()>(function)};
}

const OSSL_ALGORITHM* algorithms(void* /*provider*/, int operation, int* is_not_kept) {
  static const OSSL_DISPATCH functions[] = {entry(OSSL_FUNC_KDF_NEWCTX, make_context_of),
                                            entry(OSSL_FUNC_KDF_FREECTX, free_context),
                                            entry(OSSL_FUNC_KDF_DERIVE, derive),
                                            {0, nullptr}};
  static const OSSL_ALGORITHM derivations[] = {{OSSL_KDF_NAME_TLS1_3_KDF, "provider=weft", functions, nullptr},
                                               {nullptr, nullptr, nullptr, nullptr}};
  *is_not_kept = 0;
  return operation == OSSL_OP_KDF ? derivations : nullptr;
}

int start(const OSSL_CORE_HANDLE* /*core*/, const OSSL_DISPATCH* /*in*/, const OSSL_DISPATCH** out, void** provider) {
  static const OSSL_DISPATCH functions[] = {entry(OSSL_FUNC_PROVIDER_QUERY_OPERATION, algorithms), {0, nullptr}};
  static char self;
  *out = functions;
  *provider = &self;
  return 1;
}

// Both stay loaded for good. The default one is only loaded by itself as long as no other is asked for.
struct Providers {
  OSSL_PROVIDER* all_else = OSSL_PROVIDER_load(nullptr, "default");
  bool is_known = OSSL_PROVIDER_add_builtin(nullptr, "weft", start) == 1;
  OSSL_PROVIDER* own = OSSL_PROVIDER_load(nullptr, "weft");

  bool are_there() const { return all_else != nullptr && is_known && own != nullptr; }
};

}  // namespace

const char* key_schedule_properties() {
  static const Providers providers;
  return providers.are_there() ? kProperties : nullptr;
}

}  // namespace weft::tls
