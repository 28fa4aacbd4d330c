// The processes of one mesh as /proc shows them: who they are, whether they still are who a record says, and how they
// are told to end. Linux only.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/clock.h"

namespace weft::cli {

// A process that names the mesh's state folder on its command line.
struct MeshProcess {
  pid_t pid = 0;
  std::string program;  // "weft-node"
  std::vector<std::string> words;
};

// weftd, weft-node and weft-proxy processes of the mesh in that folder, this process and `weft` commands left out. A
// pid that was reused by something else is never among them, since its program and words are looked at.
std::vector<MeshProcess> processes_of(const std::filesystem::path& state_root);

// The words of a process's command line; empty when it is gone or a zombie.
std::vector<std::string> command_line_of(pid_t pid);

// Whether that process is (still) the weft-node of the mesh in that folder.
bool is_node_of(pid_t pid, const std::filesystem::path& state_root);

// What weft-node wrote once it was up.
struct RunRecord {
  pid_t pid = 0;
  uint16_t api_port = 0;
  std::string version;
};
std::optional<RunRecord> read_run_record(const std::filesystem::path& file);

// Blocks until every process is gone, or until the time is over: then false.
bool wait_until_gone(const Clock& clock, const std::filesystem::path& state_root, Duration longest);

}  // namespace weft::cli
