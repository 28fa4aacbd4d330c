#include "control/ca/api_tokens.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "base/hex.h"
#include "base/log.h"
#include "control/ca/key_file.h"
#include "control/store/json_access.h"
#include "control/store/stored_time.h"

namespace weft::control {
namespace {

using api::Json;

// 43 letters of base64url carry 258 bits.
constexpr size_t kApiTokenSize = 43;
// Nobody has more programs than that; what is listed stays small.
constexpr size_t kApiTokensMax = 1000;

// A token has as much entropy as its digest: a plain one will do, and looking it up tells nothing about the text.
std::string token_digest(std::string_view text) {
  std::array<unsigned char, 32> digest;
  EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  return to_hex(digest);
}

// No digest begins so: what stands for a certificate is no token's.
constexpr std::string_view kCertificatePrefix = "certificate-";

std::string certificate_key(const tls::Certificate& certificate) {
  return std::string(kCertificatePrefix) + certificate.fingerprint();
}

ApiToken read_api_token(const Object& object) {
  const Json body = Json::parse(object.json, nullptr, false);
  return {.name = text_at(body, "name"),
          .role = role_of_word(text_at(body, "role")).value_or(Role::viewer),
          .proof = object.key.name.starts_with(kCertificatePrefix) ? Proof::certificate : Proof::token,
          .created = stored_time_at(body, "created"),
          .expires = stored_time_at(body, "expires")};
}

}  // namespace

std::string_view to_string(Role role) {
  switch (role) {
    case Role::viewer:
      return "viewer";
    case Role::editor:
      return "editor";
    case Role::admin:
      return "admin";
  }
  return "viewer";
}

std::string_view to_string(Proof proof) {
  return proof == Proof::token ? "token" : "certificate";
}

std::optional<Role> role_of_word(std::string_view word) {
  for (const Role role : {Role::viewer, Role::editor, Role::admin})
    if (to_string(role) == word) return role;
  return std::nullopt;
}

runtime::Task<Result<std::string>> ApiTokens::create(std::string name, Role role, Duration lifetime) {
  const WallTime now = clock_->wall_now();
  WEFT_CO_TRY(std::string text, random_secret(kApiTokenSize, SecretForm::text));
  WEFT_CO_CHECK(co_await add({.name = std::move(name), .role = role, .created = now, .expires = now + lifetime},
                             token_digest(text)));
  co_return text;
}

runtime::Task<Result<>> ApiTokens::record(std::string name, Role role, tls::Certificate certificate) {
  ApiToken token{.name = std::move(name),
                 .role = role,
                 .proof = Proof::certificate,
                 .created = clock_->wall_now(),
                 .expires = certificate.validity().until};
  co_return co_await add(std::move(token), certificate_key(certificate));
}

runtime::Task<Result<>> ApiTokens::add(ApiToken token, std::string key) {
  const WallTime now = clock_->wall_now();
  Batch batch;
  size_t count = 0;
  for (const ObjectPtr& object : store_->list(kApiTokensType).objects) {
    const ApiToken one = read_api_token(*object);
    if (one.expires <= now) {
      batch.push_back({object->key, object->revision, ""});
      continue;
    }
    if (one.name == token.name) co_return fail(Reason::conflict, "there is a token called " + one.name + " already");
    ++count;
  }
  if (count >= kApiTokensMax) co_return fail(Reason::overflow, fmt::format("there are {} tokens already", count));
  const Json body{{"name", token.name},
                  {"role", to_string(token.role)},
                  {"created", to_stored(token.created)},
                  {"expires", to_stored(token.expires)}};
  batch.push_back({{std::string(kApiTokensType), "", std::move(key)}, Revision{}, body.dump()});
  const auto done = co_await store_->commit(std::move(batch));
  if (!done) co_return fail(done.error());
  log::info("api: a {} for {}, who is {}", to_string(token.proof), token.name, to_string(token.role));
  co_return Result<>();
}

runtime::Task<Result<>> ApiTokens::remove(std::string name) {
  Batch batch;
  for (const ObjectPtr& object : store_->list(kApiTokensType).objects)
    if (read_api_token(*object).name == name) batch.push_back({object->key, object->revision, ""});
  if (batch.empty()) co_return fail(Reason::not_found, "there is no token called " + name);
  const auto done = co_await store_->commit(std::move(batch));
  if (!done) co_return fail(done.error());
  log::info("api: the token of {} holds no more", name);
  co_return Result<>();
}

std::vector<ApiToken> ApiTokens::list() const {
  std::vector<ApiToken> found;
  for (const ObjectPtr& object : store_->list(kApiTokensType).objects) {
    auto one = read_api_token(*object);
    if (clock_->wall_now() < one.expires) found.push_back(std::move(one));
  }
  std::ranges::sort(found, {}, &ApiToken::name);
  return found;
}

std::optional<ApiToken> ApiTokens::find(std::string_view text) const {
  if (text.size() != kApiTokenSize) return std::nullopt;
  return find_by_key(token_digest(text));
}

std::optional<ApiToken> ApiTokens::find(const tls::Certificate& certificate) const {
  return find_by_key(certificate_key(certificate));
}

std::optional<ApiToken> ApiTokens::find_by_key(std::string key) const {
  const ObjectPtr object = store_->get({std::string(kApiTokensType), "", std::move(key)});
  if (object == nullptr) return std::nullopt;
  auto token = read_api_token(*object);
  return clock_->wall_now() < token.expires ? std::optional(std::move(token)) : std::nullopt;
}

}  // namespace weft::control
