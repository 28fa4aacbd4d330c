#include "cli/mesh/processes.h"

#include <algorithm>
#include <limits>

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "api/tree.h"
#include "base/read_file.h"
#include "base/strings.h"
#include "cli/input/folders.h"
#include "net/fd.h"

namespace weft::cli {
namespace {

namespace fs = std::filesystem;

// Whether a word is the folder, or a path in it, or "unix:" and such a path, or "--state=" and the folder.
bool names_folder(std::string_view word, std::string_view folder) {
  for (const std::string_view prefix : {"unix:", "--state="}) {
    if (word.starts_with(prefix)) word.remove_prefix(prefix.size());
  }
  return word.starts_with(folder) && (word.size() == folder.size() || word[folder.size()] == '/');
}

bool belongs(const std::vector<std::string>& words, const fs::path& state_root) {
  return std::ranges::any_of(words, [&](const auto& word) { return names_folder(word, state_root.string()); });
}

std::string program_of(const std::vector<std::string>& words) {
  return words.empty() ? "" : fs::path(words.front()).filename().string();
}

// 0 where there is no such number, or one out of range.
uint64_t number_up_to(const api::Json& json, const char* name, uint64_t most) {
  if (!json.is_object() || !json.contains(name) || !json[name].is_number_unsigned()) return 0;
  const auto number = json[name].get<uint64_t>();
  return number <= most ? number : 0;
}

// By pidfd, which becomes readable when the process ends; a process that is gone already has none. A zombie that nobody
// reaps no longer has a command line, so it is not waited for.
void wait_for_exit(pid_t pid, Duration longest) {
  const net::Fd process(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!process.is_open()) return;
  pollfd watched{.fd = process.get(), .events = POLLIN, .revents = 0};
  const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(longest).count();
  poll(&watched, 1, static_cast<int>(std::min<int64_t>(milliseconds, 60'000)));
}

}  // namespace

std::vector<std::string> command_line_of(pid_t pid) {
  std::vector<std::string> words;
  constexpr size_t kBytesMax = 8 << 20;  // more than a kernel takes: a quarter of the stack's limit (execve(2))
  const auto text = read_file("/proc/" + std::to_string(pid) + "/cmdline", kBytesMax).value_or("");
  if (text.empty()) return words;
  for (const auto word : split(std::string_view(text).substr(0, text.size() - 1), '\0')) words.emplace_back(word);
  return words;
}

std::vector<MeshProcess> processes_of(const fs::path& state_root) {
  std::vector<MeshProcess> found;
  for (const auto& entry : entries_of("/proc")) {
    const auto number = parse_unsigned(entry.filename().string());
    if (!number || static_cast<pid_t>(*number) == getpid()) continue;
    auto words = command_line_of(static_cast<pid_t>(*number));
    auto program = program_of(words);
    if (!program.starts_with("weft") || program == "weft" || !belongs(words, state_root)) continue;
    found.push_back({static_cast<pid_t>(*number), std::move(program), std::move(words)});
  }
  return found;
}

bool is_node_of(pid_t pid, const fs::path& state_root) {
  const auto words = command_line_of(pid);
  return program_of(words) == "weft-node" && belongs(words, state_root);
}

std::optional<RunRecord> read_run_record(const fs::path& file) {
  const auto json = api::Json::parse(read_file(file, kOwnFileBytesMax).value_or(""), nullptr, false);
  const auto pid = number_up_to(json, "pid", std::numeric_limits<pid_t>::max());
  if (pid == 0) return std::nullopt;
  RunRecord record{
      .pid = static_cast<pid_t>(pid),
      .api_port = static_cast<uint16_t>(number_up_to(json, "apiPort", std::numeric_limits<uint16_t>::max()))};
  if (json.contains("version") && json["version"].is_string()) record.version = json["version"];
  return record;
}

bool wait_until_gone(const Clock& clock, const fs::path& state_root, Duration longest) {
  const Time end = clock.now() + longest;
  while (true) {
    const auto rest = processes_of(state_root);
    if (rest.empty()) return true;
    if (clock.now() >= end) return false;
    wait_for_exit(rest.front().pid, end - clock.now());
  }
}

}  // namespace weft::cli
