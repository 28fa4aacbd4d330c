// The state folder: where one mesh keeps everything, and the names of the files in it. Pure paths; nothing is opened
// here.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "cli/session.h"

namespace weft::cli {

// More than any of its files has that is read as a whole.
inline constexpr size_t kOwnFileBytesMax = 1 << 20;

// One mesh's folder. A value.
struct StateFolder {
  std::filesystem::path root;
  bool is_default = true;  // then no --state is needed to reach it

  std::filesystem::path weftd_socket() const { return root / "weftd.sock"; }
  std::filesystem::path node_socket() const { return root / "node.sock"; }
  std::filesystem::path run_record() const { return root / "run.json"; }
  std::filesystem::path kubeconfig() const { return root / "kubeconfig"; }
  std::filesystem::path database() const { return root / "weft.db"; }
  std::filesystem::path logs() const { return root / "logs"; }
  std::filesystem::path node_log() const { return logs() / "node.log"; }
  std::filesystem::path weftd_log() const { return logs() / "weftd.log"; }
  std::filesystem::path pod(std::string_view namespace_name, std::string_view name) const;

  // `weft VERB`, with --state where the mesh is not the default one: for hints that can be pasted.
  std::string command(std::string_view verb_and_operands) const;
};

// --state; else $XDG_STATE_HOME/weft; else ~/.local/state/weft (XDG Base Directory Specification). Always absolute.
Expected<StateFolder> choose_state_folder(const Session& session);

}  // namespace weft::cli
