#include "proxy/http/upload.h"

#include "proxy/http/pass_body.h"
#include "proxy/http/turn_shares.h"

namespace weft::proxy {

using http::Part;

runtime::Task<void> Upload::run() {
  auto sent = co_await run_body();
  is_over_ = true;
  // An endpoint that stops reading may still have answered: its response, or the lack of it, tells.
  if (sent || sent.error().side != Side::client) co_return;
  client_error_ = std::move(sent).error();
  to_->cancel_target().cancel();
}

runtime::Task<Result<>> Upload::run_body() {
  Shard& shard = exchange_->shard;
  uint64_t& received_bytes = exchange_->record.received_bytes;
  IdleWatch& idle = exchange_->idle;
  runtime::TurnBudget budget(shard.reactor, kPiecesPerTurn);
  for (;;) {
    WEFT_CO_TRY(const http::BodyPiece piece, co_await body_->next());
    received_bytes += piece.data.size();
    idle.note_moved();
    const bool has_trailers = piece.is_last() && !body_->trailers().empty();
    WEFT_CO_CHECK(co_await to_->write_body(piece.data, has_trailers ? Part::more : piece.part));
    if (has_trailers) co_return co_await to_->write_trailers(body_->trailers());
    if (piece.is_last()) co_return Result<>();
    const http::BodyRun from = body_->run();
    const http::BodyRun to = to_->request_run();
    if (from && to) co_return co_await pass_body(from, to, shard.relay_pool, received_bytes, idle);
    if (budget.is_spent()) co_await runtime::NextTurn(shard.reactor);
  }
}

}  // namespace weft::proxy
