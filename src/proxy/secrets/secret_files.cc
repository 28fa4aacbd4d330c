#include "proxy/secrets/secret_files.h"

#include "base/log.h"
#include "runtime/signal.h"

namespace weft::proxy {
namespace {

// Who replaces a certificate and its key one after the other shall have done both.
constexpr Duration kSettle = std::chrono::milliseconds(200);

}  // namespace

void SecretFiles::follow(const std::set<std::string>& paths) {
  if (watch_) return watch_->follow(paths);
  if (paths.empty() || has_failed_ || gate_.is_closed()) return;
  auto watch = runtime::FileWatch::open(*reactor_);
  if (!watch) {
    has_failed_ = true;
    return log::error("tls: replaced files come into force with the next push only: {}", watch.error().detail);
  }
  watch_ = *std::move(watch);
  watch_->follow(paths);
  spawn(gate_, run());
}

runtime::Task<void> SecretFiles::run() {
  while (co_await watch_->changed()) {
    co_await runtime::sleep_until(*reactor_, reactor_->now() + kSettle);
    if (gate_.is_closed()) co_return;
    co_await renew_();
  }
}

runtime::Task<void> SecretFiles::close() {
  if (watch_) watch_->cancel();
  co_await gate_.close();
}

}  // namespace weft::proxy
