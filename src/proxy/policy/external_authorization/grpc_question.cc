#include "proxy/policy/external_authorization/grpc_question.h"

#include <envoy/service/auth/v3/external_auth.pb.h>

#include "base/strings.h"
#include "base/utf8.h"
#include "grpc/message_framing.h"
#include "grpc/status.h"

#pragma clang diagnostic ignored "-Wdeprecated-declarations"  // HeaderValueOption.append, which authorizers still send

namespace weft::proxy {
namespace {

using decide::GrpcQuestion;
using envoy::config::core::v3::HeaderValueOption;
using envoy::service::auth::v3::AttributeContext;
using envoy::service::auth::v3::CheckRequest;
using envoy::service::auth::v3::CheckResponse;
using HeaderOptions = google::protobuf::RepeatedPtrField<HeaderValueOption>;

void fill_address(const decide::SocketAddress& address, AttributeContext::Peer& peer) {
  auto& socket = *peer.mutable_address()->mutable_socket_address();
  socket.set_address(address.ip.to_string());
  socket.set_port_value(address.port);
}

// Who asks, from where, and where to.
void fill_ends(const ClientFacts& client, const decide::SocketAddress& origin, AttributeContext& attributes) {
  fill_address(origin, *attributes.mutable_source());
  if (client.peer != nullptr) attributes.mutable_source()->set_principal(as_utf8(client.peer->uri));
  fill_address(client.destination, *attributes.mutable_destination());
}

// Several fields of one name are one text, as the map wants it.
void fill_fields(const http::RequestHead& request, const GrpcQuestion& question, ShownRequest shown,
                 AttributeContext::HttpRequest& message) {
  auto& fields = *message.mutable_headers();
  for (const http::Field& field : request.headers) {
    if (question.shown && !question.shown->contain(field.name)) continue;
    const auto [at, is_first] = fields.try_emplace(std::string(field.name));
    if (!is_first) at->second += ',';
    at->second += as_utf8(field.value);
  }
  fields[":method"] = as_utf8(request.method);
  fields[":path"] = as_utf8(request.path);
  fields[":authority"] = as_utf8(request.authority);
  fields[":scheme"] = as_utf8(request.scheme);
  if (shown.is_partial) fields[std::string(kPartialBody)] = *shown.is_partial ? "true" : "false";
}

void fill_request(const Exchange& exchange, AttributeContext::HttpRequest& message) {
  const http::RequestHead& request = exchange.request;
  message.set_id(as_utf8(request.headers.get(http::HeaderId::x_request_id).value_or("")));
  message.set_method(as_utf8(request.method));
  message.set_path(as_utf8(request.path));
  message.set_host(as_utf8(request.authority));
  message.set_scheme(as_utf8(request.scheme));
  message.set_protocol(std::string(to_string(request.version)));
  const auto length = exchange.stream->request_length();
  const bool is_known = length.kind == http::BodyKind::length || length.kind == http::BodyKind::none;
  message.set_size(is_known ? static_cast<int64_t>(length.bytes) : -1);
}

Question call_with(const CheckRequest& message, const GrpcQuestion& question) {
  const std::string bytes = message.SerializeAsString();
  const auto prefix = grpc::message_prefix(bytes.size());
  Question call{.length = http::BodyLength::chunked(),
                .body = std::string(prefix.data(), prefix.size()) + bytes,
                .version = http::Version::http2};
  call.head.method = "POST";
  call.head.version = http::Version::http2;
  call.head.authority = question.authority;
  call.head.path = "/envoy.service.auth.v3.Authorization/Check";
  call.head.headers.add(http::HeaderId::content_type, "application/grpc");
  call.head.headers.add(http::HeaderId::te, "trailers");
  return call;
}

// `otherwise`: what Envoy does where nothing is said.
FieldChange::Kind kind_of(const HeaderValueOption& option, FieldChange::Kind otherwise) {
  using Kind = FieldChange::Kind;
  if (option.has_append()) return option.append().value() ? Kind::append : Kind::set;
  switch (option.append_action()) {
    case HeaderValueOption::ADD_IF_ABSENT:
      return Kind::add_if_absent;
    case HeaderValueOption::OVERWRITE_IF_EXISTS:
      return Kind::set_if_present;
    case HeaderValueOption::OVERWRITE_IF_EXISTS_OR_ADD:
      return Kind::set;
    default:
      return otherwise;
  }
}

// What frames the message stays as it is, as in Envoy; what says where it goes is no field to change.
Result<> take_changes(const HeaderOptions& options, FieldChange::Kind otherwise, std::vector<FieldChange>& changes) {
  for (const auto& option : options) {
    const std::string name = to_lower(option.header().key());
    if (name.starts_with(':') || name == "host")
      return fail(Reason::unsupported, "an authorizer that changes where a request goes", Side::endpoint);
    if (!is_free(name)) continue;
    WEFT_TRY(changes.emplace_back(), field_change(kind_of(option, otherwise), name, option.header().value()));
  }
  return {};
}

Result<Opinion> grpc_permission(const CheckResponse& answer) {
  if (answer.has_denied_response())
    return fail(Reason::malformed, "the authorizer's answer contradicts itself", Side::endpoint);
  Opinion opinion{.is_allowed = true};
  const auto& ok = answer.ok_response();
  if (ok.query_parameters_to_set_size() + ok.query_parameters_to_remove_size() > 0)
    return fail(Reason::unsupported, "an authorizer that changes query parameters", Side::endpoint);
  WEFT_CHECK(take_changes(ok.headers(), FieldChange::Kind::set, opinion.set));
  WEFT_CHECK(take_changes(ok.response_headers_to_add(), FieldChange::Kind::append, opinion.told));
  for (const auto& name : ok.headers_to_remove()) {
    if (is_free(to_lower(name))) opinion.removed.push_back(to_lower(name));
  }
  return opinion;
}

Result<Opinion> grpc_refusal(const CheckResponse& answer) {
  constexpr int kStatusMin = 200;
  constexpr int kStatusMax = 599;
  Opinion opinion;
  const auto& denied = answer.denied_response();
  const int status = denied.status().code();
  if (status >= kStatusMin && status <= kStatusMax) opinion.status = static_cast<uint16_t>(status);
  WEFT_CHECK(take_changes(denied.headers(), FieldChange::Kind::set, opinion.told));
  opinion.body = denied.body();
  return opinion;
}

}  // namespace

Question grpc_question(const Exchange& exchange, const decide::ExternalAuthorization& external, ShownRequest shown) {
  const auto& question = std::get<GrpcQuestion>(external.question);
  CheckRequest check;
  fill_ends(exchange.client, exchange.origin, *check.mutable_attributes());
  auto& http = *check.mutable_attributes()->mutable_request()->mutable_http();
  fill_request(exchange, http);
  fill_fields(exchange.request, question, shown, http);
  if (external.body && external.body->as_bytes) {
    http.set_raw_body(std::string(shown.body));
  } else {
    http.set_body(as_utf8(shown.body));
  }
  return call_with(check, question);
}

Question grpc_question(const ClientFacts& client, const GrpcQuestion& question) {
  CheckRequest check;
  fill_ends(client, client.address, *check.mutable_attributes());
  return call_with(check, question);
}

Result<Opinion> grpc_opinion(const Statement& answer) {
  constexpr uint16_t kOk = 200;
  const auto no_answer = [](const std::string& what) { return fail(Reason::unavailable, what, Side::endpoint); };
  if (answer.head.status != kOk) return no_answer("the authorizer's answer is none of gRPC's");
  auto status = grpc::status_of(answer.trailers);
  if (!status) status = grpc::status_of(answer.head.headers);
  if (!answer.is_whole || !status) return no_answer("the authorizer's answer has no end");
  if (!status->is_ok()) return no_answer("the authorizer's status is " + std::string(to_string(status->code)));
  const std::string_view body = answer.body;
  const bool has_prefix = body.size() >= grpc::kPrefixSize;
  const auto prefix = grpc::message_prefix(has_prefix ? body.size() - grpc::kPrefixSize : 0);
  if (!has_prefix || !body.starts_with(std::string_view(prefix.data(), prefix.size())))
    return fail(Reason::malformed, "the authorizer's answer is not one message", Side::endpoint);
  return read_check_response(body.substr(grpc::kPrefixSize));
}

Result<Opinion> read_check_response(std::string_view message) {
  CheckResponse answer;
  if (!answer.ParseFromArray(message.data(), static_cast<int>(message.size())))
    return fail(Reason::malformed, "the authorizer's answer is no CheckResponse", Side::endpoint);
  return answer.status().code() == 0 ? grpc_permission(answer) : grpc_refusal(answer);
}

}  // namespace weft::proxy
