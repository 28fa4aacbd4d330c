// SupervisedProcess: one process of a supervised program, with what it writes.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "node/processes/last_line.h"
#include "node/processes/log_file.h"
#include "node/sandbox/running_process.h"
#include "runtime/gate.h"

namespace weft::node {

// Owned by the supervisor's coroutine that attends to it. What it writes goes to `log`, which outlives it. One reactor.
class SupervisedProcess final : private OutputSink {
 public:
  SupervisedProcess(runtime::Reactor& reactor, Child child, net::Fd output, LogFile& log)
      : reactor_(&reactor),
        process_(reactor, std::move(child)),
        output_(std::move(output)),
        watch_(reactor, output_.get()),
        reading_(reactor),
        log_(&log),
        started_(reactor.now()) {}

  // Returns when it has ended and all that it wrote is in the log. Await it once.
  runtime::Task<ExitStatus> ended() {
    runtime::spawn(reading_, pump_output(watch_, output_.get(), *this));
    const ExitStatus status = co_await process_.ended();
    // Whoever it may have started and left behind can still write.
    if (!co_await reading_.close(reactor_->now() + std::chrono::milliseconds(100))) {
      watch_.readiness().cancel();
      co_await reading_.close();
    }
    co_return status;
  }

  void send(int signal) const { process_.send(signal); }
  pid_t pid() const { return host_pid(process_.pidfd()); }
  Time started() const { return started_; }
  std::string last_line() const { return last_line_.text(); }

 private:
  void append(std::string_view bytes) override {
    log_->append(bytes);
    last_line_.append(bytes);
  }

  runtime::Reactor* reactor_;
  RunningProcess process_;
  net::Fd output_;
  runtime::FdWatch watch_;
  runtime::Gate reading_;
  LogFile* log_;
  LastLine last_line_;
  Time started_;
};

}  // namespace weft::node
