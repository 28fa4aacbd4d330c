// The inside of the `weft-node hold` process: one loop, no reactor, no allocation worth speaking of.
#include <array>
#include <cerrno>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/descriptor_passing.h"
#include "net/listener.h"
#include "node/capture/nft.h"
#include "node/capture/ruleset.h"
#include "node/sandbox/holder.h"

namespace weft::node {
namespace {

Result<net::Fd> make_marked_socket() {
  net::Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket.is_open()) return fail(system_error("making a socket", errno));
  const uint32_t mark = kExemptMark;
  if (setsockopt(socket.get(), SOL_SOCKET, SO_MARK, &mark, sizeof mark) != 0) {
    return fail(system_error("marking a socket", errno));
  }
  return socket;
}

Result<net::Fd> bind_datagrams(const net::Address& address) {
  WEFT_TRY(const auto where, net::SocketAddress::of(address));
  net::Fd socket(::socket(where.family(), SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket.is_open()) return fail(system_error("making a socket", errno));
  if (bind(socket.get(), where.get(), where.size()) != 0) return fail(system_error("binding a socket", errno));
  return socket;
}

Result<net::Fd> open_network_namespace() {
  net::Fd file(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return fail(system_error("opening the network namespace", errno));
  return file;
}

Result<> apply_rules_of(int file, const std::string& nft_program) {
  struct stat info{};
  if (fstat(file, &info) != 0) return fail(system_error("reading rules", errno));
  std::string rules(static_cast<size_t>(info.st_size), '\0');
  if (pread(file, rules.data(), rules.size(), 0) != info.st_size) return fail(system_error("reading rules", errno));
  return apply_rules(nft_program, rules);
}

Result<net::Fd> make_descriptor(std::string_view request) {
  const size_t space = request.find(' ');
  const auto verb = request.substr(0, space);
  if (verb == "dial") return make_marked_socket();
  if (verb == "namespace") return open_network_namespace();
  if (space == std::string_view::npos) return fail(Reason::unsupported, "unknown request");
  WEFT_TRY(const auto address, net::Address::parse(request.substr(space + 1)));
  if (verb == "listen") return net::open_listening(address, {});
  if (verb == "datagrams") return bind_datagrams(address);
  return fail(Reason::unsupported, "unknown request");
}

// Every request brings the socket for its answer as its first descriptor.
void answer(const net::MessageWithDescriptors& request, const std::string& nft_program) {
  if (request.descriptors.empty()) return;
  const int to = request.descriptors.front().get();
  if (request.bytes == "rules") {
    const auto done = request.descriptors.size() == 2 ? apply_rules_of(request.descriptors[1].get(), nft_program)
                                                      : fail(Reason::invalid, "rules come in a second descriptor");
    (void)net::send_message(to, done ? "ok" : done.error().detail, {});
    return;
  }
  const auto made = make_descriptor(request.bytes);
  if (!made) {
    (void)net::send_message(to, made.error().detail, {});
    return;
  }
  const std::array<int, 1> with{made->get()};
  (void)net::send_message(to, "ok", with);
}

void reap_orphans(int arrived) {
  signalfd_siginfo info{};
  (void)!read(arrived, &info, sizeof info);
  while (waitpid(-1, nullptr, WNOHANG) > 0) {
  }
}

}  // namespace

int run_holder(int control, const std::string& nft_program) {
  prctl(PR_SET_NAME, "weft-holder", 0, 0, 0);
  sigset_t child_signal;
  sigemptyset(&child_signal);
  sigaddset(&child_signal, SIGCHLD);
  sigprocmask(SIG_BLOCK, &child_signal, nullptr);
  const net::Fd arrived(signalfd(-1, &child_signal, SFD_CLOEXEC | SFD_NONBLOCK));
  std::array<pollfd, 2> events{{{control, POLLIN, 0}, {arrived.get(), POLLIN, 0}}};
  for (;;) {
    if (poll(events.data(), events.size(), -1) < 0 && errno != EINTR) return 1;
    if (events[1].revents != 0) reap_orphans(arrived.get());
    if (events[0].revents == 0) continue;
    const auto request = net::receive_message(control);
    if (request && request->bytes.empty()) return 0;
    if (request) answer(*request, nft_program);
  }
}

}  // namespace weft::node
