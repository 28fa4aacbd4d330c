#include "control/apiserver/kubeconfig_file.h"

#include <fmt/format.h>

#include "api/kubeconfig.h"
#include "base/log.h"
#include "control/ca/key_file.h"

namespace weft::control {
namespace {

// Roots that are plugged in as files change without a commit; the authority itself looks at them as often.
constexpr Duration kLookAgain = std::chrono::hours(1);

}  // namespace

Result<> KubeconfigFile::start() {
  WEFT_CHECK(write(tls::to_pem(authority_->roots())));
  runtime::spawn(gate_, follow_roots());
  return {};
}

runtime::Task<void> KubeconfigFile::close() {
  closed_ = true;
  changed_.set();
  (void)co_await gate_.close();
}

Result<> KubeconfigFile::write(std::string roots) {
  const api::Kubeconfig config{.server = fmt::format("https://127.0.0.1:{}", options_.port),
                               .roots = roots,
                               .name = "admin",
                               .token = options_.token,
                               .certificate = {},
                               .key = {}};
  WEFT_CHECK(write_private_file(options_.path, api::to_text(config)));
  written_roots_ = std::move(roots);
  return {};
}

runtime::Task<void> KubeconfigFile::follow_roots() {
  const Subscription subscription = store_->subscribe([this] { changed_.set(); });
  while (!closed_) {
    (void)co_await changed_.wait(reactor_->now() + kLookAgain);
    changed_.reset();
    std::string roots = tls::to_pem(authority_->roots());
    if (roots == written_roots_) continue;
    if (const auto written = write(std::move(roots)); !written)
      log::error("api: the kubeconfig still has the roots of before: {}", written.error().detail);
  }
}

}  // namespace weft::control
