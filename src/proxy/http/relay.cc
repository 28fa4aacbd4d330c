#include "proxy/http/relay.h"

#include "proxy/http/pass_body.h"
#include "proxy/http/turn_shares.h"

namespace weft::proxy {
namespace {

using http::BodyLength;
using http::BodyPiece;
using http::Part;

// A body that ends with its connection gets an end that the client can see.
BodyLength length_for_client(BodyLength length) {
  return length.kind == http::BodyKind::until_close ? BodyLength::chunked() : length;
}

// Whether it is worth passing on; a failure is, too.
bool is_something(const Result<BodyPiece>& piece) {
  return !piece || !piece->data.empty() || piece->is_last();
}

// What is sent has to go out before the wait for more.
runtime::Task<Result<BodyPiece>> wait_for_piece(http::ClientStream& endpoint, http::ServerStream& client) {
  WEFT_CO_CHECK(co_await client.write_body({}, Part::more));
  co_return co_await endpoint.read_body();
}

runtime::Task<Result<>> relay_body(Exchange& exchange, http::ClientStream& endpoint, http::ServerStream& client) {
  client.start_response(exchange.response, length_for_client(endpoint.response_length()));
  runtime::TurnBudget budget(exchange.shard.reactor, kPiecesPerTurn);
  for (;;) {
    auto next = endpoint.received_body();
    if (!is_something(next)) next = co_await wait_for_piece(endpoint, client);
    WEFT_CO_TRY(const BodyPiece piece, std::move(next));
    exchange.record.sent_bytes += piece.data.size();
    exchange.idle.note_moved();
    const bool has_trailers = piece.is_last() && !endpoint.response_trailers().empty();
    WEFT_CO_CHECK(co_await client.write_body(piece.data, has_trailers ? Part::more : piece.part));
    if (has_trailers) co_return co_await client.write_trailers(endpoint.response_trailers());
    if (piece.is_last()) co_return Result<>();
    const http::BodyRun from = endpoint.response_run();
    const http::BodyRun to = client.response_run();
    if (from && to)
      co_return co_await pass_body(from, to, exchange.shard.relay_pool, exchange.record.sent_bytes, exchange.idle);
    if (budget.is_spent()) co_await runtime::NextTurn(exchange.shard.reactor);
  }
}

// The endpoint has ended its response too early; in Envoy's words.
void flag_endpoint_left(RequestRecord& record, const http::ClientStream& endpoint) {
  const bool was_reset = endpoint.was_reset();
  record.set(was_reset ? Flag::endpoint_reset : Flag::endpoint_closed);
  record.details = was_reset ? "upstream_reset_after_response_started{remote_reset}"
                             : "upstream_reset_after_response_started{connection_termination}";
}

void flag_cut_off(Exchange& exchange, const Error& error, const Answer& answer) {
  RequestRecord& record = exchange.record;
  const bool is_endpoint = error.side == Side::endpoint && error.reason != Reason::cancelled;
  const bool is_idle = exchange.idle.has_fired() || (!is_endpoint && error.reason == Reason::timed_out);
  if (is_idle) return record.set(Flag::stream_idle_timeout);
  if (!is_endpoint) return record.set(Flag::client_closed);
  if (error.reason == Reason::timed_out) return record.set(Flag::request_timeout);
  flag_endpoint_left(record, answer.lease.stream());
}

}  // namespace

runtime::Task<void> relay(Exchange& exchange, Answer& answer, http::ServerStream& client) {
  RequestRecord& record = exchange.record;
  record.status = exchange.response.status;
  if (record.status == 0) co_return client.break_off();
  Result<> sent;
  if (answer.lease) {
    sent = co_await relay_body(exchange, answer.lease.stream(), client);
  } else {
    record.sent_bytes = answer.body.size();
    client.start_response(exchange.response, BodyLength::known(answer.body.size()));
    sent = co_await client.write_body(answer.body, Part::last);
  }
  if (sent) co_return;
  flag_cut_off(exchange, sent.error(), answer);
  client.break_off();
}

}  // namespace weft::proxy
