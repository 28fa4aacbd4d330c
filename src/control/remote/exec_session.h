// ExecSession: one command in a pod, its standard streams on those of a client: kubectl exec and cp.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "control/remote/child_process.h"
#include "control/remote/exec_channels.h"
#include "runtime/gate.h"

namespace weft::control {

// What is run, and which of its streams the client wants. A value.
struct ExecWish {
  std::vector<std::string> words;  // the program with its arguments: `weft-node exec ...`
  ExecStreams streams;
};

// For one client. run() once. Control thread.
class ExecSession {
 public:
  ExecSession(runtime::Reactor& reactor, std::unique_ptr<ExecChannels> client, ExecWish wish);

  // Returns when the command has ended and its client knows, or when the client has left: the command is killed then.
  runtime::Task<void> run();

 private:
  runtime::Task<void> take_input();
  runtime::Task<Result<>> take(const ChannelEvent& event);
  runtime::Task<void> pass_output_on(PipeEnd& from, Channel to);
  runtime::Task<void> attend();
  runtime::Task<void> tell_end(int code);
  void resize(std::string_view size);

  runtime::Reactor* reactor_;
  std::unique_ptr<ExecChannels> client_;
  ExecWish wish_;
  std::unique_ptr<ChildProcess> child_;
  bool has_ended_ = false;
  runtime::Signal client_has_left_;
  runtime::Gate outputs_;
  runtime::Gate gate_;
};

}  // namespace weft::control
