#include "http/h2/framed_stream.h"

namespace weft::http::h2 {

void FramedStream::renew() {
  unlink();
  id_ = 0;
  send_window_ = receive_window_ = 0;
  consumed_ = head_size_ = 0;
  body_left_ = -1;
  is_registered_ = has_head_ = has_no_body_ = peer_has_ended_ = we_have_ended_ = waits_to_send_ = false;
}

}  // namespace weft::http::h2
