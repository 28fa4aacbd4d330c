#include "cli/mesh/node_process.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/read_file.h"
#include "net/fd.h"

namespace weft::cli {
namespace {

namespace fs = std::filesystem;

// Between fork and exec only async-signal-safe calls are allowed, so everything is made ready before.
[[noreturn]] void become(char* const* words, int log, const Interrupts& interrupts) {
  setsid();
  const int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, STDIN_FILENO);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  interrupts.put_back();
  execv(words[0], words);
  _exit(127);
}

}  // namespace

Expected<NodeProcess> NodeProcess::start(const NodeStart& start, const StateFolder& state,
                                         const Interrupts& interrupts) {
  if (access(start.program.c_str(), X_OK) != 0) {
    return stop(Exit::failed, "weft-node is not beside this program: " + start.program.string() + " can't be run");
  }
  std::error_code error;
  fs::create_directories(state.logs(), error);
  const auto log_path = state.node_log();
  const net::Fd log(open(log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (log.get() < 0) return stop(system_error("opening " + log_path.string(), errno));
  const auto log_begin = fs::file_size(log_path, error);

  std::vector<std::string> words = {start.program.string()};
  words.insert(words.end(), start.words.begin(), start.words.end());
  std::vector<char*> pointers;
  for (auto& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const pid_t child = fork();
  if (child == 0) become(pointers.data(), log.get(), interrupts);
  if (child < 0) return stop(system_error("starting weft-node", errno));
  return NodeProcess(child, log_path, log_begin);
}

bool NodeProcess::is_running() {
  if (!ended_) ended_ = waitpid(pid_, nullptr, WNOHANG) != 0;
  return !ended_;
}

std::string NodeProcess::last_words(size_t lines) const {
  return last_lines(log_, lines, log_begin_);
}

std::string last_lines(const fs::path& file, size_t lines, uintmax_t begin) {
  constexpr uintmax_t kMost = 64 * 1024;  // enough for a screen of lines however long the file is
  std::error_code error;
  const auto size = fs::file_size(file, error);
  if (error) return {};
  const auto text = read_file(file, 2 * kMost, std::max(begin, size - std::min(size, kMost))).value_or("");
  size_t at = text.size();
  if (at > 0 && text[at - 1] == '\n') --at;
  for (size_t i = 0; i < lines && at != std::string::npos && at > 0; ++i) at = text.rfind('\n', at - 1);
  if (at == std::string::npos || at == 0) return text;
  return text.substr(at + 1);
}

}  // namespace weft::cli
