#include "proxy/http/pass_body.h"

#include "net/conveyor.h"
#include "runtime/next_turn.h"

namespace weft::proxy {
namespace {

using http::BodyRun;
using Step = net::Conveyor::Step;

Error at(const BodyRun& run, Error error) {
  error.side = run.side;
  return error;
}

}  // namespace

runtime::Task<Result<>> pass_body(BodyRun from, BodyRun to, net::RelayPool& pool, uint64_t& passed, IdleWatch& idle) {
  WEFT_ASSERT(*from.left == *to.left);
  runtime::Reactor& reactor = from.stream->readiness().reactor();
  net::Conveyor conveyor(*from.stream, *to.stream, pool, *from.left);
  for (;;) {
    const uint64_t before = conveyor.moved();
    const Step step = conveyor.move();
    const uint64_t moved = conveyor.moved() - before;
    *from.left -= moved;
    *to.left -= moved;
    passed += moved;
    if (moved > 0) idle.note_moved();
    auto outcome = runtime::Wait::ready;
    switch (step) {
      case Step::wait_readable:
        outcome = co_await from.stream->readable(from.until(reactor.now()));
        if (outcome != runtime::Wait::ready) co_return fail(at(from, net::wait_error(outcome, "reading a body")));
        break;
      case Step::wait_writable:
        outcome = co_await to.stream->writable(to.until(reactor.now()));
        if (outcome != runtime::Wait::ready) co_return fail(at(to, net::wait_error(outcome, "writing a body")));
        break;
      case Step::take_turns:
        co_await runtime::NextTurn(reactor);
        break;
      case Step::ended:
        if (*from.left == 0) co_return Result<>();
        co_return fail(Reason::closed, "the sender left within a body", from.side);
      case Step::sender_broke:
        co_return fail(Reason::reset, "reading a body", from.side);
      case Step::receiver_broke:
        co_return fail(Reason::reset, "writing a body", to.side);
    }
  }
}

}  // namespace weft::proxy
