#include "cli/mesh/take_down.h"

#include <algorithm>

#include <signal.h>

#include "cli/mesh/local_http.h"
#include "cli/mesh/processes.h"

namespace weft::cli {
namespace {

namespace fs = std::filesystem;

// The outermost weft-node by its record; else every weft-node there is (the first ones of a mesh whose record is gone).
std::vector<pid_t> nodes_of(const StateFolder& state) {
  const auto record = read_run_record(state.run_record());
  if (record && is_node_of(record->pid, state.root)) return {record->pid};
  std::vector<pid_t> nodes;
  for (const auto& process : processes_of(state.root)) {
    const bool runs = process.words.size() > 1 && process.words[1] == "run";
    if (process.program == "weft-node" && runs) nodes.push_back(process.pid);
  }
  return nodes;
}

void ask(const StateFolder& state, const Clock& clock) {
  const auto answer =
      call(clock, state.node_socket(), {.method = "POST", .path = "/shutdown", .longest = std::chrono::seconds(2)});
  if (answer && answer->status < 300) return;
  for (const pid_t pid : nodes_of(state)) kill(pid, SIGTERM);
}

// Waits for an orderly end for as long as a weft-node is there to see to it.
bool ended_orderly(const StateFolder& state, const Clock& clock, Duration grace) {
  constexpr auto kLook = std::chrono::milliseconds(200);
  constexpr auto kLastMoment = std::chrono::seconds(1);  // what weft-node's children get to follow it
  const Time end = clock.now() + grace;
  while (clock.now() < end && !nodes_of(state).empty()) {
    if (wait_until_gone(clock, state.root, kLook)) return true;
  }
  return wait_until_gone(clock, state.root, kLastMoment);
}

// A pod's processes end with the pid namespace they live in, and that with its holder, which is one of ours.
size_t kill_rest(const StateFolder& state, const Clock& clock) {
  size_t killed = 0;
  constexpr int kRounds = 5;  // a supervisor may start a child while we look
  for (int round = 0; round < kRounds; ++round) {
    const auto rest = processes_of(state.root);
    if (rest.empty()) break;
    for (const auto& process : rest) {
      if (kill(process.pid, SIGKILL) == 0) ++killed;
    }
    wait_until_gone(clock, state.root, std::chrono::seconds(1));
  }
  return killed;
}

void remove_files(const StateFolder& state, Data data) {
  std::error_code ignored;  // what isn't there needs no removal
  for (const auto* name : {"weftd.sock", "xds.sock", "node.sock", "broker.sock", "exec.sock", "run.json"}) {
    fs::remove(state.root / name, ignored);
  }
  fs::remove_all(state.root / "pods", ignored);
  if (data == Data::keep) return;
  for (const auto* name : {"weft.db", "weft.db-wal", "weft.db-shm", "kubeconfig"})
    fs::remove(state.root / name, ignored);
  fs::remove_all(state.root / "keys", ignored);
}

}  // namespace

TakenDown take_down(const StateFolder& state, const Clock& clock, Duration grace, Data data) {
  TakenDown done;
  done.was_running = !processes_of(state.root).empty();
  if (done.was_running) {
    ask(state, clock);
    if (!ended_orderly(state, clock, grace)) done.killed = kill_rest(state, clock);
    done.left_over = processes_of(state.root).size();
  }
  if (done.left_over == 0) remove_files(state, data);
  return done;
}

}  // namespace weft::cli
