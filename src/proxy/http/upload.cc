#include "proxy/http/upload.h"

namespace weft::proxy {

using http::Part;

runtime::Task<void> Upload::run() {
  for (;;) {
    auto piece = co_await body_->next();
    if (!piece) {
      client_error_ = std::move(piece).error();
      to_->cancel_target().cancel();
      co_return;
    }
    record_->received_bytes += piece->data.size();
    const bool has_trailers = piece->is_last() && !body_->trailers().empty();
    auto written = co_await to_->write_body(piece->data, has_trailers ? Part::more : piece->part);
    if (written && has_trailers) written = co_await to_->write_trailers(body_->trailers());
    // An endpoint that stops reading may still have answered: its response, or the lack of it, tells.
    if (!written || piece->is_last()) co_return;
  }
}

}  // namespace weft::proxy
