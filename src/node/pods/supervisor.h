// Supervisor: keeps one of our own programs (weftd, a proxy) running: started again at once when it dies, then with
// growing pauses; known to be ready or not; and followed by another process of its own (hot restart) when asked.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "node/pods/supervised_process.h"
#include "node/processes/restart_backoff.h"
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
  // Of a program that takes over from its predecessor by itself: the place in its line of the process that serves now;
  // nothing where none does.
  virtual runtime::Task<std::optional<uint32_t>> epoch() { co_return std::nullopt; }
  virtual void on_readiness_changed() = 0;

 protected:
  ~Supervised() = default;
};

// One process has followed another. Numbers as the host counts.
struct Replacement {
  pid_t old_pid = 0;
  pid_t new_pid = 0;
  uint32_t epoch = 0;     // of the new one
  Duration drains_for{};  // how long the old one lets its connections finish; for whoever knows to say
};

// Runs from start() until stop() has returned. One reactor. `program` outlives it.
class Supervisor {
 public:
  Supervisor(runtime::Reactor& reactor, std::string title, std::string log_path, Supervised& program);

  void start();
  // SIGTERM, then SIGKILL when the grace is over. Those that were followed are finishing already.
  runtime::Task<void> stop(Duration grace);

  // Starts a successor and returns once it serves. Before that, whatever becomes of it, the process in charge stays so;
  // afterwards it is left to finish its connections, and its end is no crash. Fails with `unavailable` where none
  // serves, `conflict` while another one is to follow, `timed_out`, or with what the successor said last.
  runtime::Task<Result<Replacement>> replace(Time deadline);

  bool is_ready() const { return ready_.is_set(); }
  runtime::Signal& ready() { return ready_; }
  // How often it was started again because it had died.
  int restart_count() const { return restart_count_; }
  int replacement_count() const { return replacement_count_; }
  // As the host counts; 0 while it does not run.
  pid_t pid() const { return in_charge_ ? in_charge_->pid() : 0; }
  // Those that were followed and are not done.
  std::vector<pid_t> draining() const;

 private:
  runtime::Task<void> run();
  Result<SupervisedProcess*> launch();
  runtime::Task<void> attend(std::unique_ptr<SupervisedProcess> process);
  void note_end(const SupervisedProcess& process, ExitStatus status);
  void succeed();
  void lose_charge();
  runtime::Task<Result<Replacement>> await_takeover(uint32_t before, Time deadline);
  runtime::Task<void> give_up_successor();
  runtime::Task<void> watch_readiness();
  void set_ready(bool is_ready);

  runtime::Reactor* reactor_;
  std::string title_;
  Supervised* program_;
  LogFile log_;
  RestartBackoff backoff_{kSidecarBackoff};
  std::vector<SupervisedProcess*> processes_;  // all that live; owned by their attend()
  SupervisedProcess* in_charge_ = nullptr;
  SupervisedProcess* successor_ = nullptr;  // launched, and not yet in charge
  Error successors_end_;                    // why there is none any more
  Duration ran_{};                          // the last one that was in charge
  int restart_count_ = 0;
  int replacement_count_ = 0;
  runtime::Gate gate_;
  runtime::Gate beside_;  // what belongs to the time between a launch by run() and vacant_
  runtime::Signal stopping_;
  runtime::Signal vacant_;      // nobody is in charge
  runtime::Signal succession_;  // the successor has ended, or is in charge
  runtime::Signal ready_;
};

}  // namespace weft::node
