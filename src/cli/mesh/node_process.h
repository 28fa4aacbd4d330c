// NodeProcess: the weft-node that `weft up` starts: detached in a session of its own, its output in
// STATE/logs/node.log.
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

#include "cli/exit.h"
#include "cli/mesh/interrupts.h"
#include "cli/mesh/state_folder.h"

namespace weft::cli {

// What to start. A value.
struct NodeStart {
  std::filesystem::path program;   // .../weft-node
  std::vector<std::string> words;  // "run", "--state", ...
};

// A child of this process until this process ends; it then lives on. Destruction does not end it.
class NodeProcess {
 public:
  static Expected<NodeProcess> start(const NodeStart& start, const StateFolder& state, const Interrupts& interrupts);

  pid_t pid() const { return pid_; }
  // False once it has ended; it is then reaped.
  bool is_running();
  // What it wrote to its log since it was started, at most that many of the last lines.
  std::string last_words(size_t lines) const;

 private:
  NodeProcess(pid_t pid, std::filesystem::path log, uintmax_t log_begin)
      : pid_(pid), log_(std::move(log)), log_begin_(log_begin) {}

  pid_t pid_;
  std::filesystem::path log_;
  uintmax_t log_begin_;  // where this run's lines begin
  bool ended_ = false;
};

// The last lines of a file, from an offset on; empty when it can't be read.
std::string last_lines(const std::filesystem::path& file, size_t lines, uintmax_t begin = 0);

}  // namespace weft::cli
