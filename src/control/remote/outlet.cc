#include "control/remote/outlet.h"

namespace weft::control {

runtime::Task<Result<>> Outlet::send(std::string bytes) {
  while (is_writing_) {
    written_.reset();
    (void)co_await written_.wait();
  }
  is_writing_ = true;
  auto written = co_await net::write_all(*stream_, bytes);
  is_writing_ = false;
  written_.set();
  co_return written;
}

}  // namespace weft::control
