// `weft-node exec`: runs a command in a pod, in the foreground of whoever started it.
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/address.h"
#include "net/descriptor_passing.h"
#include "node/commands.h"
#include "node/exec/exec_request.h"
#include "node/exec/terminal.h"
#include "node/sandbox/argument_list.h"
#include "node/sandbox/init.h"
#include "node/sandbox/user_namespace.h"
#include "node/sandbox/workload_start.h"
#include "node/state_folder.h"

namespace weft::node {
namespace {

constexpr int kFailedExit = 1;

// A pod to enter, and the connection that keeps it.
struct Target {
  net::Fd lease;
  net::Fd workload;
  ExecSurroundings surroundings;
};

Result<net::Fd> connect_to_agent(const StateFolder& state) {
  WEFT_TRY(const auto address, net::SocketAddress::of(net::Address::unix_path(state.exec_socket())));
  net::Fd socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return fail(system_error("making a socket", errno));
  if (connect(socket.get(), address.get(), address.size()) != 0) {
    return fail(system_error("no mesh runs in " + state.path + " (is it up? `weft up` starts it)", errno));
  }
  return socket;
}

Result<std::string> read_file(int file) {
  struct stat info{};
  if (fstat(file, &info) != 0) return fail(system_error("reading the pod's surroundings", errno));
  std::string text(static_cast<size_t>(info.st_size), '\0');
  if (pread(file, text.data(), text.size(), 0) != info.st_size) {
    return fail(system_error("reading the pod's surroundings", errno));
  }
  return text;
}

Result<Target> ask_for_target(const ExecOptions& options) {
  ExecRequest request{.namespace_name = options.namespace_name,
                      .pod = options.pod,
                      .container = options.container,
                      .has_sidecar = options.has_sidecar};
  if (!options.service_account.empty()) request.service_account = options.service_account;
  WEFT_TRY(auto lease, connect_to_agent({options.state_dir}));
  WEFT_CHECK(net::send_message(lease.get(), to_text(request), {}));
  pollfd answered{.fd = lease.get(), .events = POLLIN, .revents = 0};
  while (poll(&answered, 1, -1) < 0 && errno == EINTR) {
  }
  WEFT_TRY(auto answer, net::receive_message(lease.get()));
  if (answer.bytes != "ok" || answer.descriptors.size() != 2) {
    const bool is_error = answer.bytes.starts_with("error ");
    return fail(Reason::unavailable, is_error ? answer.bytes.substr(6) : "the agent has gone");
  }
  WEFT_TRY(const auto text, read_file(answer.descriptors[1].get()));
  WEFT_TRY(auto surroundings, parse_exec_surroundings(text));
  return Target{std::move(lease), std::move(answer.descriptors[0]), std::move(surroundings)};
}

// In a fresh pod the command runs where its caller stands: it is the same disk.
std::string working_dir_for(const Target& target) {
  if (!target.surroundings.working_dir.empty()) return target.surroundings.working_dir;
  std::error_code error;
  const auto here = std::filesystem::current_path(error);
  return error ? "/" : here.string();
}

[[noreturn]] void become_command(const Target& target, const ExecOptions& options, const std::string& working_dir,
                                 int terminal) {
  if (chdir(working_dir.c_str()) != 0 && chdir("/") != 0) _exit(126);
  std::vector<std::string> variables = target.surroundings.environment;
  if (const char* const kind = std::getenv("TERM"); kind != nullptr) variables.push_back(std::string("TERM=") + kind);
  const ArgumentList environment(std::move(variables));
  environ = const_cast<char**>(environment.get());
  if (terminal >= 0 && !take_terminal(terminal)) _exit(126);
  if (const auto dropped = drop_privileges(); !dropped) {
    std::fprintf(stderr, "weft-node: %s\n", dropped.error().detail.c_str());
    _exit(126);
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  close_on_exec_from(STDERR_FILENO + 1);
  _exit(run_command(options.command));
}

// What the foreground process waits for: the command's end, signals, and with a terminal its input and output.
class Foreground {
 public:
  Foreground(const Child& command, const net::Fd& signals, int terminal, int at_hang_up)
      : command_(&command), signals_(&signals), terminal_(terminal), at_hang_up_(at_hang_up) {}

  int wait() {
    for (;;) {
      std::array<pollfd, 4> events{{{command_->pidfd.get(), POLLIN, 0},
                                    {signals_->get(), POLLIN, 0},
                                    {terminal_, POLLIN, 0},
                                    {terminal_ >= 0 && has_input_ ? STDIN_FILENO : -1, POLLIN, 0}}};
      if (poll(events.data(), events.size(), -1) < 0 && errno != EINTR) return kFailedExit;
      if (events[1].revents != 0) pass_signal_on();
      if (events[3].revents != 0) has_input_ = copy_input(terminal_);
      if (events[2].revents != 0 && !copy_output(terminal_)) terminal_ = -1;
      if (events[0].revents != 0) return finish();
    }
  }

 private:
  void pass_signal_on() {
    signalfd_siginfo info{};
    if (read(signals_->get(), &info, sizeof info) != sizeof info) return;
    if (info.ssi_signo == SIGWINCH) {
      if (terminal_ >= 0) copy_window_size(terminal_);
      return;
    }
    // The terminal's own Ctrl-C has reached the command, too, as it is in the same process group.
    if (info.ssi_code == SI_KERNEL && info.ssi_signo != SIGHUP) return;
    const int number = static_cast<int>(info.ssi_signo);
    (void)send_signal(command_->pidfd.get(), number == SIGHUP ? at_hang_up_ : number);
  }

  // What the command wrote last is still in the terminal.
  int finish() {
    for (pollfd rest{terminal_, POLLIN, 0}; terminal_ >= 0 && poll(&rest, 1, 0) > 0 && copy_output(terminal_);) {
    }
    const auto status = reap(command_->pidfd.get());
    return status ? status->shell_code() : kFailedExit;
  }

  const Child* command_;
  const net::Fd* signals_;
  int terminal_;
  int at_hang_up_;  // what the command is sent then
  bool has_input_ = true;
};

Result<int> run_in(const Target& target, const ExecOptions& options) {
  PseudoTerminal terminal;
  if (options.has_terminal) {
    WEFT_TRY(terminal, open_pseudo_terminal());
    copy_window_size(terminal.ours.get());
  }
  const std::string working_dir = working_dir_for(target);
  WEFT_CHECK(join_workload(target.workload.get()));
  sigset_t passed;
  sigemptyset(&passed);
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH}) sigaddset(&passed, number);
  sigprocmask(SIG_BLOCK, &passed, nullptr);
  const net::Fd signals(signalfd(-1, &passed, SFD_CLOEXEC));
  WEFT_TRY(const auto forked, fork_into(0));
  if (forked.is_child) become_command(target, options, working_dir, terminal.theirs.get());
  terminal.theirs.reset();
  std::optional<RawMode> raw;
  if (options.has_terminal) raw.emplace();
  const int at_hang_up = options.kills_on_hang_up ? SIGKILL : SIGHUP;
  return Foreground(forked.child, signals, terminal.ours.get(), at_hang_up).wait();
}

}  // namespace

int run_exec(const ExecOptions& options) {
  const auto target = ask_for_target(options);
  const auto code = target ? run_in(*target, options) : Result<int>(fail(target.error()));
  if (code) return *code;
  std::fprintf(stderr, "weft-node: %s\n", code.error().detail.c_str());
  return kFailedExit;
}

}  // namespace weft::node
