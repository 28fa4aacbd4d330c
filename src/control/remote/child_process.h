// ChildProcess: a program that weftd runs for a client, with its standard streams in our hands.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <signal.h>

#include "control/remote/pipe_end.h"
#include "runtime/signal.h"

namespace weft::control {

// What a program's standard streams are: three pipes, or one terminal.
enum class Stdio : uint8_t { pipes, terminal };

// Control thread. The program is told to hang up when weftd ends, and killed with this object. One that has children of
// its own in a pod has to reap them: nobody else does, and the pod could not end.
class ChildProcess {
 public:
  // Fails where the kernel has no more processes or descriptors. That the program can't be run shows as exit code 127.
  static Result<std::unique_ptr<ChildProcess>> start(runtime::Reactor& reactor, const std::vector<std::string>& words,
                                                     Stdio stdio);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // What it reads. Null once closed; with a terminal, which is one thing, it is the same as the output.
  PipeEnd* input();
  void close_input() { input_.reset(); }
  PipeEnd& output() { return *output_; }
  // What it writes to its standard error; null with a terminal.
  PipeEnd* errors() { return errors_.get(); }
  void resize(uint16_t width, uint16_t height);

  // Its exit code, as a shell has it: 128 and the signal's number where one ended it. Once.
  runtime::Task<int> ended();
  // Tells it to end (SIGHUP).
  void hang_up() { send(SIGHUP); }
  // For one that has not ended in time.
  void kill() { send(SIGKILL); }

 private:
  ChildProcess(runtime::Reactor& reactor, net::Fd process);
  void send(int signal);

  net::Fd process_;
  runtime::FdWatch watch_;
  bool is_reaped_ = false;
  std::unique_ptr<PipeEnd> input_;
  std::unique_ptr<PipeEnd> output_;
  std::unique_ptr<PipeEnd> errors_;
  bool has_terminal_ = false;
};

}  // namespace weft::control
