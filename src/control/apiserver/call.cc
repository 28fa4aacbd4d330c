#include "control/apiserver/call.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "base/utf8.h"
#include "control/apiserver/protobuf_body.h"

namespace weft::control {
namespace {

using api::Json;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = to_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

enum class Plus : uint8_t { literal, space };

// RFC 3986 2.1; in queries "+" stands for a space, as HTML forms write it.
Reply<std::string> decode_escapes(std::string_view text, Plus plus) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return refuse(bad_request("the request's target has a broken % escape"));
      decoded += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      decoded += text[i] == '+' && plus == Plus::space ? ' ' : text[i];
    }
  }
  // Answers repeat it, and JSON takes no other text.
  if (!is_utf8(decoded)) return refuse(bad_request("the request's target is no UTF-8"));
  return decoded;
}

Reply<Json> yaml_body(const std::string& text) {
  const api::YamlFile file = api::parse_yaml(text, "request body");
  if (api::has_errors(file.findings)) return refuse(bad_request(api::render_line(file.findings.front())));
  if (file.documents.size() != 1) return refuse(bad_request("the request's body must hold one YAML document"));
  return api::to_json(file.documents.front());
}

}  // namespace

Reply<Query> Query::parse(std::string_view text) {
  Query query;
  for (const std::string_view pair : split(text, '&')) {
    if (pair.empty()) continue;
    const size_t equals = std::min(pair.find('='), pair.size());
    WEFT_TRY(std::string name, decode_escapes(pair.substr(0, equals), Plus::space));
    WEFT_TRY(std::string value, decode_escapes(pair.substr(std::min(equals + 1, pair.size())), Plus::space));
    query.values_.emplace(std::move(name), std::move(value));
  }
  return query;
}

std::string_view Query::get(std::string_view name) const {
  const auto found = values_.lower_bound(name);
  return found == values_.end() || found->first != name ? std::string_view() : found->second;
}

std::vector<std::string> Query::all(std::string_view name) const {
  std::vector<std::string> found;
  for (auto [at, end] = values_.equal_range(name); at != end; ++at) found.push_back(at->second);
  return found;
}

std::optional<uint64_t> Query::number(std::string_view name) const {
  return parse_unsigned(get(name));
}

std::string Call::content_type() const {
  const std::string_view value = head.headers.get(http::HeaderId::content_type).value_or("");
  return to_lower(trim(value.substr(0, value.find(';'))));
}

Reply<api::Strictness> Call::strictness() const {
  const std::string_view wanted = query.get("fieldValidation");
  if (wanted == "Strict") return api::Strictness::strict;
  if (wanted == "Ignore") return api::Strictness::ignore;
  if (wanted == "Warn" || wanted.empty()) return api::Strictness::warn;
  return refuse(bad_request(fmt::format("fieldValidation must be Strict, Warn or Ignore, not \"{}\"", wanted)));
}

Reply<Call> read_target(const http::RequestHead& head) {
  Call call;
  const std::string_view target = head.path;
  const size_t question = std::min(target.find('?'), target.size());
  for (const std::string_view segment : split(target.substr(0, question), '/')) {
    if (segment.empty()) continue;
    WEFT_TRY(std::string decoded, decode_escapes(segment, Plus::literal));
    call.path.push_back(std::move(decoded));
  }
  WEFT_TRY(call.query, Query::parse(target.substr(std::min(question + 1, target.size()))));
  if (const auto dry = call.query.get("dryRun"); !dry.empty() && dry != "All")
    return refuse(bad_request(fmt::format("dryRun must be All, not \"{}\"", dry)));
  call.head = head;
  return call;
}

Reply<Json> body_json(const Call& call, size_t size_max) {
  if (call.body.size() > size_max) return refuse(body_too_large(size_max));
  const std::string type = call.content_type();
  if (type == "application/yaml" || type == "application/x-yaml") return yaml_body(call.body);
  if (type == "application/vnd.kubernetes.protobuf") return read_protobuf_body(call.body);
  if (trim(call.body).empty()) return Json();
  auto parsed = api::parse_json(call.body, size_max);
  if (!parsed) return refuse(bad_request(parsed.error().detail));
  return *std::move(parsed);
}

// What a client sent may be part of a refusal, whatever its bytes: what is no UTF-8 is marked.
Answer answer_with(const Json& json, uint16_t code) {
  return {.code = code, .body = json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"};
}

Answer answer_with(const Refusal& refusal) {
  return answer_with(status_of(refusal), refusal.code);
}

}  // namespace weft::control
