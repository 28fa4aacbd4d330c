// PodLog: what a container of a pod wrote, streamed from the file that weft-node keeps of it: GET pods/NAME/log.
#pragma once

#include "control/apiserver/log_text.h"
#include "control/apiserver/log_wish.h"
#include "control/apiserver/target.h"
#include "control/store/store.h"
#include "http/service/exchange.h"
#include "pod_logs/log_reader.h"
#include "runtime/reactor.h"
#include "runtime/signal.h"

namespace weft::control {

// For one call. The reactor and the store outlive it. Reads little at a time and lets others have their turn in
// between; a slow client slows reading alone.
class PodLog {
 public:
  PodLog(runtime::Reactor& reactor, const Store& store, Key pod, std::string state_folder)
      : reactor_(&reactor),
        store_(&store),
        pod_(std::move(pod)),
        state_folder_(std::move(state_folder)),
        woken_(reactor) {}

  // Finds the log. Fails with 404 (no such pod) or 400: no such container, one must be named, it has not started, it
  // had no earlier run.
  Reply<> open(LogWish wish);
  // Sends it; where it is followed, until the container has ended for good, its pod is gone or the client leaves.
  runtime::Task<Result<>> stream(http::Exchange& exchange);

 private:
  Reply<std::string> choose_file(const api::Json& pod);
  Reply<> choose_part(const api::Json& pod);
  void narrow(uint64_t begin, uint64_t end);
  runtime::Task<Result<>> send_rest(http::Exchange& exchange, uint64_t end);
  runtime::Task<Result<>> follow(http::Exchange& exchange);
  bool go_on_with_next_file();
  bool has_ended();

  runtime::Reactor* reactor_;
  const Store* store_;
  Key pod_;
  std::string state_folder_;
  LogWish wish_;
  std::string path_;
  std::optional<pod_logs::LogReader> log_;  // nothing: nothing was written yet
  std::optional<pod_logs::LineTimes> times_;
  std::optional<LogText> text_;
  uint64_t at_ = 0;
  uint64_t end_ = 0;
  ObjectPtr judged_;  // the version of the pod that has_ended() has looked at
  bool has_ended_ = false;
  runtime::Signal woken_;  // a member: the exchange refers to it until the handler ends
};

}  // namespace weft::control
