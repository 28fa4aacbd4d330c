#include "jose/token.h"

#include <array>

#include "base/strings.h"
#include "jose/base64url.h"

namespace weft::jose {
namespace {

using Kind = Value::Kind;

std::unexpected<TokenFault> wrong(TokenFault fault) {
  return std::unexpected(fault);
}

Verified<> read_text(const Value& payload, const char* name, TokenFault fault, std::string& claim) {
  const Value* value = payload.find(name);
  if (value == nullptr) return {};
  if (!value->is(Kind::text)) return wrong(fault);
  claim = value->text;
  return {};
}

// RFC 7519 2, NumericDate: may have a fraction.
Verified<> read_time(const Value& payload, const char* name, TokenFault not_number, TokenFault out_of_range,
                     std::optional<double>& claim) {
  constexpr double kTooLate = 18446744073709551616.0;  // 2^64
  const Value* value = payload.find(name);
  if (value == nullptr) return {};
  if (!value->is(Kind::number)) return wrong(not_number);
  if (value->number < 0 || value->number >= kTooLate) return wrong(out_of_range);
  claim = value->number;
  return {};
}

Verified<> read_audiences(const Value& payload, std::vector<std::string>& audiences) {
  const Value* value = payload.find("aud");
  if (value == nullptr) return {};
  if (value->is(Kind::text)) {
    audiences.push_back(value->text);
    return {};
  }
  if (!value->is(Kind::list)) return wrong(TokenFault::bad_audience);
  for (const Value& item : value->items) {
    if (!item.is(Kind::text)) return wrong(TokenFault::bad_audience);
    audiences.push_back(item.text);
  }
  return {};
}

Verified<RegisteredClaims> read_claims(const Value& payload) {
  RegisteredClaims claims;
  std::string id;
  Verified<> read = read_text(payload, "iss", TokenFault::bad_issuer, claims.issuer);
  if (read) read = read_text(payload, "sub", TokenFault::bad_subject, claims.subject);
  if (read) {
    read = read_time(payload, "iat", TokenFault::bad_issue_time, TokenFault::issue_time_out_of_range, claims.issued);
  }
  if (read) read = read_time(payload, "nbf", TokenFault::bad_begin, TokenFault::begin_out_of_range, claims.begins);
  if (read) read = read_time(payload, "exp", TokenFault::bad_expiry, TokenFault::expiry_out_of_range, claims.expires);
  if (read) read = read_text(payload, "jti", TokenFault::bad_id, id);
  if (read) read = read_audiences(payload, claims.audiences);
  if (!read) return wrong(read.error());
  return claims;
}

// Members that change what the other bytes mean. They are asked for by nobody who issues tokens for a mesh.
bool has_extensions(const Value& header) {
  constexpr std::array kExtensions = {"crit", "b64", "zip"};
  for (const char* name : kExtensions) {
    if (header.find(name) != nullptr) return true;
  }
  return false;
}

}  // namespace

Verified<> Token::read_header(std::string_view text) {
  const auto decoded = from_base64url(text);
  if (!decoded) return wrong(TokenFault::bad_header_base64);
  const auto header = parse_object(*decoded);
  if (!header) return wrong(TokenFault::bad_header);
  const auto name = header->text_of("alg");
  if (!name) return wrong(TokenFault::bad_algorithm);
  const auto algorithm = algorithm_named(*name);
  if (!algorithm) return wrong(TokenFault::unknown_algorithm);
  algorithm_ = *algorithm;
  if (has_extensions(*header)) return wrong(TokenFault::unknown_extension);
  // Where a header brings or names keys of its own (jwk, jku, x5c, x5u), nobody looks.
  if (header->find("kid") == nullptr) return {};
  const auto id = header->text_of("kid");
  if (!id) return wrong(TokenFault::bad_key_id);
  key_id_ = *id;
  return {};
}

Verified<> Token::read_payload(std::string_view text) {
  const auto decoded = from_base64url(text);
  if (!decoded) return wrong(TokenFault::bad_payload_base64);
  auto payload = parse_object(*decoded);
  if (!payload) return wrong(TokenFault::bad_payload);
  auto claims = read_claims(*payload);
  if (!claims) return wrong(claims.error());
  payload_ = *std::move(payload);
  claims_ = *std::move(claims);
  payload_text_ = text;
  return {};
}

Verified<Token> Token::parse(std::string_view text) {
  if (text.size() > kTokenSizeMax) return wrong(TokenFault::bad_form);
  const auto parts = split(text, '.');
  constexpr size_t kParts = 3;
  if (parts.size() != kParts || parts[0].empty() || parts[1].empty() || parts[2].empty())
    return wrong(TokenFault::bad_form);
  Token token;
  if (auto read = token.read_header(parts[0]); !read) return wrong(read.error());
  if (auto read = token.read_payload(parts[1]); !read) return wrong(read.error());
  auto signature = from_base64url(parts[2]);
  if (!signature || signature->empty()) return wrong(TokenFault::bad_signature_base64);
  token.signature_ = *std::move(signature);
  token.signed_text_ = text.substr(0, parts[0].size() + 1 + parts[1].size());
  return token;
}

}  // namespace weft::jose
