// Supervisor: keeps one of our own programs (weftd, a sidecar) running: started again at once when it dies, then with
// growing pauses; and known to be ready or not.
#pragma once

#include <memory>
#include <string>

#include "node/processes/log_file.h"
#include "node/processes/restart_backoff.h"
#include "node/sandbox/running_process.h"
#include "runtime/gate.h"
#include "runtime/signal.h"

namespace weft::node {

// What is supervised. Called on the reactor's thread.
class Supervised {
 public:
  // Starts it, with its standard output and error on `output`.
  virtual Result<Child> launch(int output) = 0;
  // Whether it answers as a ready one does; at most about a second.
  virtual runtime::Task<bool> answers() = 0;
  virtual void on_readiness_changed() = 0;

 protected:
  ~Supervised() = default;
};

// Runs from start() until stop() has returned. One reactor. `program` outlives it.
class Supervisor {
 public:
  Supervisor(runtime::Reactor& reactor, std::string title, std::string log_path, Supervised& program);

  void start();
  // SIGTERM, then SIGKILL when the grace is over.
  runtime::Task<void> stop(Duration grace);

  bool is_ready() const { return ready_.is_set(); }
  runtime::Signal& ready() { return ready_; }
  int restart_count() const { return restart_count_; }
  // As the host counts; 0 while it does not run.
  pid_t pid() const { return process_ ? host_pid(process_->pidfd()) : 0; }

 private:
  runtime::Task<void> run();
  runtime::Task<Duration> run_once();
  runtime::Task<void> collect_output(net::Fd reading);
  runtime::Task<void> watch_readiness();
  void set_ready(bool is_ready);

  runtime::Reactor* reactor_;
  std::string title_;
  Supervised* program_;
  LogFile log_;
  RestartBackoff backoff_{kSidecarBackoff};
  std::unique_ptr<RunningProcess> process_;
  int restart_count_ = 0;
  runtime::Gate gate_;
  runtime::Gate beside_;  // coroutines that belong to the process under way
  runtime::Signal stopping_;
  runtime::Signal ready_;
};

}  // namespace weft::node
