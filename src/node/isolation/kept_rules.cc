#include "node/isolation/kept_rules.h"

#include "base/log.h"

namespace weft::node {
namespace {

constexpr auto kRulesLimit = std::chrono::seconds(10);
// A rolling update changes endpoints in bursts, and every change is a run of nft.
constexpr auto kSettle = std::chrono::milliseconds(20);
constexpr auto kUpdateRetry = std::chrono::seconds(1);

}  // namespace

PutRules rules_of(runtime::Reactor& reactor, Holder& holder) {
  return [&reactor, &holder](std::string rules) {
    return holder.apply_rules(std::move(rules), reactor.now() + kRulesLimit);
  };
}

KeptRules::KeptRules(runtime::Reactor& reactor, PutRules put, RulesSource source)
    : reactor_(&reactor), put_(std::move(put)), source_(std::move(source)), gate_(reactor), changed_(reactor) {}

runtime::Task<Result<>> KeptRules::start() {
  // The owner tells of changes only once this has started: those in the meantime are looked for.
  do {
    WEFT_CO_CHECK(co_await apply());
  } while (source_.render() != source_.applied);
  runtime::spawn(gate_, keep());
  co_return Result<>{};
}

runtime::Task<void> KeptRules::stop() {
  is_stopping_ = true;
  changed_.set();
  co_await gate_.close();
}

runtime::Task<Result<>> KeptRules::apply() {
  std::string rules = source_.render();
  if (rules == source_.applied) co_return Result<>{};
  WEFT_CO_CHECK(co_await put_(rules));
  source_.applied = std::move(rules);
  co_return Result<>{};
}

runtime::Task<void> KeptRules::keep() {
  for (;;) {
    co_await changed_.wait();
    if (is_stopping_) co_return;
    changed_.reset();
    const auto applied = co_await apply();
    if (is_stopping_) co_return;
    if (!applied) {
      log::warn("{}: {}", source_.what, applied.error().detail);
      changed_.set();
    }
    co_await runtime::sleep_for(*reactor_, applied ? Duration(kSettle) : Duration(kUpdateRetry));
  }
}

}  // namespace weft::node
