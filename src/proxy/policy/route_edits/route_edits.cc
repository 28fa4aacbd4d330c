#include "proxy/policy/route_edits/route_edits.h"

#include "decide/routing/rewrite.h"
#include "proxy/policy/route_edits/exchange_values.h"

namespace weft::proxy {
namespace {

using decide::HeaderEdit;

void apply_edit(const HeaderEdit& edit, std::string_view value, http::Headers& headers) {
  const bool is_present = headers.has(edit.name);
  switch (edit.kind) {
    case HeaderEdit::Kind::remove:
      headers.remove(edit.name);
      return;
    case HeaderEdit::Kind::set:
      headers.set(edit.name, value);
      return;
    case HeaderEdit::Kind::append:
      headers.add(edit.name, value);
      return;
    case HeaderEdit::Kind::add_if_absent:
      if (!is_present) headers.add(edit.name, value);
      return;
    case HeaderEdit::Kind::set_if_present:
      if (is_present) headers.set(edit.name, value);
  }
}

// `authority`: where an edit of `host` goes, since the host is not among a request's header fields.
void apply_edits(const decide::HeaderEdits& edits, const Exchange& exchange, http::Headers& headers,
                 std::string* authority) {
  const ExchangeValues values(exchange);
  for (const auto& edit : edits) {
    const bool is_removal = edit.kind == HeaderEdit::Kind::remove;
    std::string rendered;
    if (!is_removal && !edit.value.is_literal()) rendered = edit.value.render(values);
    const std::string_view value =
        is_removal || !edit.value.is_literal() ? std::string_view(rendered) : edit.value.literal();
    if (value.empty() && !edit.keep_empty && !is_removal) continue;
    if (authority != nullptr && edit.name == "host") {
      if (edit.kind != HeaderEdit::Kind::add_if_absent || authority->empty()) *authority = value;
      continue;
    }
    apply_edit(edit, value, headers);
  }
}

void rewrite(Exchange& exchange, const decide::Forward& forward) {
  const auto routed = exchange.routed();
  std::optional<std::string> path;  // CONNECT has none
  if (!routed.path.empty()) path = decide::rewritten_path(forward.path_rewrite, exchange.route->match, routed);
  auto host = decide::rewritten_host(exchange.destination->host_rewrite, routed);
  if (!host) host = decide::rewritten_host(forward.host_rewrite, routed);
  if (path) {
    exchange.request.headers.set(http::HeaderId::x_envoy_original_path, exchange.request.path);
    exchange.original_path = exchange.request.path;
    exchange.request.path = *std::move(path);
  }
  if (host) exchange.request.authority = *std::move(host);
}

}  // namespace

Eventually<Result<>> RouteEdits::on_request(Exchange& exchange) const {
  const auto* forward = std::get_if<decide::Forward>(&exchange.route->action);
  if (forward == nullptr) return Result<>();
  http::RequestHead& request = exchange.request;
  apply_edits(exchange.route->request_edits, exchange, request.headers, &request.authority);
  apply_edits(exchange.destination->request_edits, exchange, request.headers, &request.authority);
  rewrite(exchange, *forward);
  return Result<>();
}

void RouteEdits::on_response(Exchange& exchange) const {
  if (exchange.route == nullptr) return;
  apply_edits(exchange.route->response_edits, exchange, exchange.response.headers, nullptr);
  if (exchange.destination == nullptr) return;
  apply_edits(exchange.destination->response_edits, exchange, exchange.response.headers, nullptr);
}

}  // namespace weft::proxy
