// PodWorker: what weftd is told about the pod.
#include <algorithm>
#include <filesystem>

#include "base/log.h"
#include "node/pods/pod_worker.h"

namespace weft::node {
namespace {

// weftd comes back within a second of a crash.
constexpr Duration kRetryFirst = std::chrono::milliseconds(10);
constexpr Duration kRetryLongest = std::chrono::milliseconds(200);

// The gateway's one container is its proxy.
ContainerState gateway_container(const api::kubernetes::Container& container, const Supervisor* proxy,
                                 WallTime started) {
  const bool runs = proxy != nullptr && proxy->pid() != 0;
  return {.name = container.name,
          .image = container.image,
          .is_running = runs,
          .is_ready = runs && proxy->is_ready(),
          .has_started = runs,
          .started_at = started,
          .restart_count = proxy == nullptr ? 0 : proxy->restart_count()};
}

}  // namespace

void PodWorker::refresh_state() {
  state_.sidecar_is_ready = sidecar_ != nullptr && sidecar_->is_ready();
  if (!containers_.empty()) {
    state_.containers.clear();
    for (const auto& container : containers_) state_.containers.push_back(container->state());
  } else if (kind_ == PodKind::gateway && !spec().containers.empty()) {
    state_.containers = {gateway_container(spec().containers.front(), sidecar_.get(), state_.started_at)};
  } else if (state_.containers.empty()) {
    for (const auto& container : spec().containers) {
      state_.containers.push_back({.name = container.name, .image = container.image});
    }
  }
}

void PodWorker::note_change() {
  refresh_state();
  changed_.set();
}

std::string PodWorker::trouble() const {
  if (!state_.failure.empty()) return state_.failure;
  for (const auto& container : state_.containers) {
    if (!container.is_running && !container.message.empty()) return container.message;
  }
  return state_.has_sidecar && !state_.sidecar_is_ready ? "its sidecar is not ready" : "";
}

runtime::Task<void> PodWorker::publish_changes() {
  Duration pause = kRetryFirst;
  for (;;) {
    co_await changed_.wait();
    if (finished_.is_set()) co_return;
    changed_.reset();
    if (ending_ == Ending::gone) continue;
    if (co_await publish()) {
      pause = kRetryFirst;
      continue;
    }
    changed_.set();
    co_await runtime::sleep_for(*reactor_, pause);
    pause = std::min(pause * 2, kRetryLongest);
    if (ending_ == Ending::node_stops && finished_.is_set()) co_return;
  }
}

// True unless weftd has to be told again.
runtime::Task<bool> PodWorker::publish() {
  const auto status = to_status(state_, published_, reactor_->clock().wall_now());
  if (status == published_) co_return true;
  const std::string path = pod_path(metadata().namespace_name, metadata().name) + "/status";
  const auto done = co_await context_->control_plane->merge_patch(path, {{"status", status}});
  if (done) {
    published_ = status;
  } else if (!is_away(done.error()) && done.error().reason != Reason::not_found) {
    log::warn("status of pod {}: {}", title(), done.error().detail);
  }
  co_return done || !is_away(done.error());
}

// The processes are gone: the object may go, too.
runtime::Task<void> PodWorker::report_end() {
  if (ending_ == Ending::node_stops) co_return;
  std::error_code ignored;  // a folder that can't be removed is in nobody's way
  std::filesystem::remove_all(folder_.path, ignored);
  while (ending_ == Ending::deleted) {
    const auto done =
        co_await context_->control_plane->remove_now(pod_path(metadata().namespace_name, metadata().name), uid());
    if (done || !is_away(done.error())) co_return;
    co_await runtime::sleep_for(*reactor_, kRetryLongest);
  }
}

}  // namespace weft::node
