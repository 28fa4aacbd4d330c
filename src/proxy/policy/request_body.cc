#include "proxy/policy/request_body.h"

namespace weft::proxy {

runtime::Task<Result<>> RequestBody::collect(size_t size) {
  WEFT_CO_TRY(http::BodyPiece piece, first());
  if (piece.is_last() || piece.data.size() >= size) co_return Result<>();
  collected_ = piece.data;  // the next read overwrites it where it is
  while (!piece.is_last() && collected_.size() < size) {
    WEFT_CO_TRY(piece, co_await client_->read_body());
    collected_ += piece.data;
  }
  first_ = http::BodyPiece{collected_, piece.part};
  co_return Result<>();
}

}  // namespace weft::proxy
