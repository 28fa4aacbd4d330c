// ControlPlaneProcess: weftd as the agent runs it.
#pragma once

#include <string>
#include <vector>

#include "node/pods/supervisor.h"
#include "node/state_folder.h"

namespace weft::node {

// What weftd is started with.
struct ControlPlaneStart {
  std::string program;
  StateFolder state;
  uint16_t api_port = 0;
  std::string log_level;
  std::vector<std::string> more_words;  // further flags
};

// Supervises weftd from start() until stop(). One reactor.
class ControlPlaneProcess final : private Supervised {
 public:
  ControlPlaneProcess(runtime::Reactor& reactor, ControlPlaneStart start);

  void start() { supervisor_.start(); }
  runtime::Task<void> stop(Duration grace) { return supervisor_.stop(grace); }
  const Supervisor& supervisor() const { return supervisor_; }
  runtime::Signal& ready() { return supervisor_.ready(); }

 private:
  Result<Child> launch(int output) override;
  runtime::Task<bool> answers() override;
  void on_readiness_changed() override {}

  runtime::Reactor* reactor_;
  ControlPlaneStart start_;
  Supervisor supervisor_;
};

}  // namespace weft::node
