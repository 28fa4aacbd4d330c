#include "node/sandbox/holder.h"

#include <array>
#include <cerrno>

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/descriptor_passing.h"
#include "node/sandbox/argument_list.h"
#include "node/sandbox/socket_pair.h"
#include "runtime/task.h"

namespace weft::node {
namespace {

// The child's half of start(): says "ok" or what went wrong, then turns into the holder.
[[noreturn]] void become_holder(const HolderPlan& plan, int control) {
  const auto prepared = plan.prepare();
  if (!prepared) {
    (void)net::send_message(control, prepared.error().detail, {});
    _exit(1);
  }
  (void)net::send_message(control, "ok", {});
  close_on_exec_from(STDERR_FILENO + 1);
  fcntl(control, F_SETFD, 0);
  const net::Fd nothing(open("/dev/null", O_RDWR | O_CLOEXEC));
  dup2(nothing.get(), STDIN_FILENO);
  const ArgumentList arguments({"weft-node", "hold", plan.title, std::to_string(control), plan.nft_program});
  const ArgumentList environment({});
  execveat(plan.program, "", arguments.get(), environment.get(), AT_EMPTY_PATH);
  _exit(127);
}

// The one message that a holder sends on `socket`.
runtime::Task<Result<net::MessageWithDescriptors>> receive_answer(runtime::Reactor& reactor, int socket,
                                                                  Time deadline) {
  runtime::FdWatch watch(reactor, socket);
  for (;;) {
    auto message = net::receive_message(socket);
    if (message && message->bytes.empty()) co_return fail(Reason::closed, "the pod's holder has ended");
    if (message || message.error().reason != Reason::unavailable) co_return message;
    watch.readiness().clear_readable();
    const auto outcome = co_await watch.readable(deadline);
    if (outcome != runtime::Wait::ready) co_return fail(net::wait_error(outcome, "waiting for the pod's holder"));
  }
}

Result<net::Fd> text_file(std::string_view text) {
  net::Fd file(memfd_create("weft-rules", MFD_CLOEXEC));
  if (!file.is_open()) return fail(system_error("making room for rules", errno));
  if (write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    return fail(system_error("writing rules", errno));
  }
  return file;
}

}  // namespace

Holder::Holder(runtime::Reactor& reactor, Child process, net::Fd control)
    : reactor_(&reactor), process_(reactor, std::move(process)), control_(std::move(control)) {}

runtime::Task<Result<std::unique_ptr<Holder>>> Holder::start(runtime::Reactor& reactor, const HolderPlan& plan,
                                                             Time deadline) {
  WEFT_CO_TRY(auto control, make_socket_pair());
  WEFT_CO_TRY(auto forked, fork_into(plan.namespaces));
  if (forked.is_child) become_holder(plan, control.theirs.get());
  control.theirs.reset();
  std::unique_ptr<Holder> holder(new Holder(reactor, std::move(forked.child), std::move(control.ours)));
  auto said = co_await receive_answer(reactor, holder->control_.get(), deadline);
  if (said && said->bytes == "ok") co_return holder;
  co_await holder->end();
  if (!said) co_return fail(std::move(said).error());
  co_return fail(Reason::internal, said->bytes);
}

runtime::Task<Result<net::Fd>> Holder::ask(std::string request, Time deadline) {
  WEFT_CO_TRY(auto answer, make_socket_pair());
  const std::array<int, 1> with{answer.theirs.get()};
  WEFT_CO_CHECK(net::send_message(control_.get(), request, with));
  answer.theirs.reset();
  WEFT_CO_TRY(auto said, co_await receive_answer(*reactor_, answer.ours.get(), deadline));
  if (said.bytes != "ok" || said.descriptors.size() != 1) co_return fail(Reason::internal, request + ": " + said.bytes);
  co_return std::move(said.descriptors.front());
}

runtime::Task<Result<>> Holder::apply_rules(std::string rules, Time deadline) {
  WEFT_CO_TRY(auto answer, make_socket_pair());
  WEFT_CO_TRY(const net::Fd text, text_file(rules));
  const std::array<int, 2> with{answer.theirs.get(), text.get()};
  WEFT_CO_CHECK(net::send_message(control_.get(), "rules", with));
  answer.theirs.reset();
  WEFT_CO_TRY(auto said, co_await receive_answer(*reactor_, answer.ours.get(), deadline));
  if (said.bytes != "ok") co_return fail(Reason::internal, said.bytes);
  co_return Result<>{};
}

runtime::Task<void> Holder::end() {
  process_.send(SIGKILL);
  co_await process_.ended();
}

}  // namespace weft::node
