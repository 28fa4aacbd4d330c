#include "control/ca/pod_tokens.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/strings.h"
#include "control/ca/key_file.h"
#include "jose/base64url.h"

namespace weft::control {
namespace {

using nlohmann::json;

constexpr std::string_view kIssuer = "weft";
constexpr std::string_view kAudience = "weft";
constexpr std::string_view kSubjectPrefix = "system:serviceaccount:";
constexpr auto kLeeway = std::chrono::seconds(60);
// A token of ours is some 400 bytes; nothing longer is decoded, whoever sends it.
constexpr size_t kTokenSizeMax = 4096;

int64_t seconds(WallTime time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

std::string sign(const PodTokens::Key& key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
       text.size(), digest.data(), &size);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

std::unexpected<Error> denied(std::string_view why) {
  return fail(Reason::denied, fmt::format("the pod token is not valid: {}", why), Side::client);
}

// One member of a JSON object as a string; empty when it is something else.
std::string text_of(const json& object, const char* member) {
  const auto found = object.find(member);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

json parse_object(const std::optional<std::string>& text) {
  json parsed = text ? json::parse(*text, nullptr, false) : json();
  return parsed.is_object() ? parsed : json::object();
}

Result<PodIdentity> identity_of(const json& claims, WallTime now) {
  if (text_of(claims, "iss") != kIssuer) return denied("another issuer");
  if (text_of(claims, "aud") != kAudience) return denied("another audience");
  const auto expires = claims.find("exp");
  if (expires == claims.end() || !expires->is_number_integer()) return denied("it has no expiry");
  if (expires->get<int64_t>() + kLeeway.count() <= seconds(now)) return denied("it has expired");
  const std::string subject = text_of(claims, "sub");
  const auto parts = split(subject, ':');
  if (!subject.starts_with(kSubjectPrefix) || parts.size() != 4) return denied("the subject is no service account");
  const auto pod = claims.find("pod");
  if (pod == claims.end() || !pod->is_object()) return denied("it is bound to no pod");
  return PodIdentity{std::string(parts[2]), std::string(parts[3]), text_of(*pod, "name"), text_of(*pod, "uid")};
}

}  // namespace

PodToken PodTokens::mint(const PodIdentity& identity, Duration lifetime) const {
  const WallTime now = clock_->wall_now();
  const json claims = {
      {"iss", kIssuer},
      {"aud", kAudience},
      {"sub", fmt::format("{}{}:{}", kSubjectPrefix, identity.space, identity.service_account)},
      {"iat", seconds(now)},
      {"exp", seconds(now + lifetime)},
      {"pod", {{"name", identity.pod}, {"uid", identity.pod_uid}}},
  };
  std::string text = jose::base64url(R"({"alg":"HS256","typ":"JWT"})") + "." + jose::base64url(claims.dump());
  text += "." + jose::base64url(sign(key_, text));
  return {std::move(text), now + lifetime};
}

Result<PodIdentity> PodTokens::verify(std::string_view token) const {
  if (token.size() > kTokenSizeMax) return denied("it is too long");
  const auto parts = split(token, '.');
  if (parts.size() != 3) return denied("it does not have three parts");
  // The signature first, and by our algorithm whatever the header says: nothing unsigned is looked into.
  const std::string expected = sign(key_, token.substr(0, token.rfind('.')));
  const auto signature = jose::from_base64url(parts[2]);
  if (!signature || signature->size() != expected.size() ||
      CRYPTO_memcmp(signature->data(), expected.data(), expected.size()) != 0)
    return denied("the signature is wrong");
  if (text_of(parse_object(jose::from_base64url(parts[0])), "alg") != "HS256") return denied("another algorithm");
  return identity_of(parse_object(jose::from_base64url(parts[1])), clock_->wall_now());
}

Result<PodTokens::Key> load_or_make_key(const std::string& path) {
  PodTokens::Key key;
  WEFT_TRY(const std::string bytes, load_or_make_secret(path, key.size()));
  std::copy(bytes.begin(), bytes.end(), key.begin());
  return key;
}

}  // namespace weft::control
