#include "control/apiserver/pod_log.h"

#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/kinds.h"
#include "control/store/object_json.h"
#include "pod_logs/container_logs.h"
#include "runtime/next_turn.h"

namespace weft::control {
namespace {

using api::Json;

constexpr size_t kPiece = 32 * 1024;
// How often a log that is followed is looked at.
constexpr Duration kLookForMore = std::chrono::milliseconds(100);

// status.containerStatuses[].state of this container; null: nothing is known.
Json state_of(const Json& pod, std::string_view container) {
  const Json::json_pointer statuses("/status/containerStatuses");
  if (!pod.contains(statuses) || !pod[statuses].is_array()) return nullptr;
  for (const Json& status : pod[statuses])
    if (status.value("name", "") == container) return status.value("state", Json());
  return nullptr;
}

// A pod whose status nobody has written yet waits, too.
std::string waiting_reason(const Json& state) {
  if (state.is_object() && !state.contains("waiting")) return "";
  return state.is_object() ? state["waiting"].value("reason", "ContainerCreating") : "ContainerCreating";
}

}  // namespace

Reply<> PodLog::open(LogWish wish) {
  wish_ = std::move(wish);
  const ObjectPtr object = store_->get(pod_);
  if (object == nullptr) return refuse(object_not_found(*api::find_kind("v1", "Pod"), pod_.name));
  const Json pod = decode(*object);
  WEFT_TRY(const std::string file, choose_file(pod));
  path_ = pod_logs::pod_folder(state_folder_, pod_.space, pod_.name) + "/" + file;
  if (auto log = pod_logs::LogReader::open(path_)) log_ = *std::move(log);
  times_.emplace(path_);
  WEFT_CHECK(choose_part(pod));
  text_.emplace(wish_.has_timestamps ? &*times_ : nullptr, wish_.bytes_max);
  return {};
}

Reply<std::string> PodLog::choose_file(const Json& pod) {
  const pod_logs::ContainerLogs logs(pod);
  if (wish_.container.empty()) {
    if (logs.names().size() != 1)
      return refuse(bad_request(fmt::format("a container name must be specified for pod {}, choose one of: [{}]",
                                            pod_.name, fmt::join(logs.names(), " "))));
    wish_.container = logs.names().front();
  }
  if (auto file = logs.file_of(wish_.container)) return *std::move(file);
  return refuse(bad_request(fmt::format("container {} is not valid for pod {}", wish_.container, pod_.name)));
}

Reply<> PodLog::choose_part(const Json& pod) {
  const uint64_t size = log_ ? log_->size() : 0;
  if (wish_.is_of_previous_run) {
    const auto run = times_->run_before_last(size);
    if (!run)
      return refuse(bad_request(
          fmt::format("previous terminated container \"{}\" in pod \"{}\" not found", wish_.container, pod_.name)));
    narrow(run->begin, run->end);
    wish_.follows = false;
    return {};
  }
  const std::string reason = waiting_reason(state_of(pod, wish_.container));
  if (size == 0 && wish_.container != pod_logs::kSidecarName && !reason.empty())
    return refuse(bad_request(
        fmt::format("container \"{}\" in pod \"{}\" is waiting to start: {}", wish_.container, pod_.name, reason)));
  const auto run = times_->last_run(size);
  narrow(run.begin, run.end);
  return {};
}

// To the lines that are asked for, of these bytes.
void PodLog::narrow(uint64_t begin, uint64_t end) {
  at_ = begin;
  end_ = end;
  if (!log_) return;
  if (wish_.since) at_ = std::max(begin, log_->line_at(times_->since(*wish_.since, end), end));
  if (wish_.lines_max) at_ = log_->tail(at_, end, *wish_.lines_max);
}

runtime::Task<Result<>> PodLog::stream(http::Exchange& exchange) {
  WEFT_CO_CHECK(co_await exchange.start_stream(200, "text/plain"));
  WEFT_CO_CHECK(co_await send_rest(exchange, end_));
  if (wish_.follows) WEFT_CO_CHECK(co_await follow(exchange));
  co_return co_await exchange.end_stream();
}

runtime::Task<Result<>> PodLog::send_rest(http::Exchange& exchange, uint64_t end) {
  std::array<char, kPiece> piece;
  while (log_ && at_ < end && !text_->is_full()) {
    const size_t size = log_->read_at(at_, std::span(piece).first(std::min<uint64_t>(kPiece, end - at_)));
    if (size == 0) co_return Result<>();
    const std::string text = text_->next(at_, {piece.data(), size});
    at_ += size;
    if (!text.empty()) WEFT_CO_CHECK(co_await exchange.send(text));
    co_await runtime::NextTurn(*reactor_);
  }
  co_return Result<>();
}

// Whether the container has ended is asked before the log is read: its last words are sent, too.
runtime::Task<Result<>> PodLog::follow(http::Exchange& exchange) {
  exchange.wake_on_hang_up(woken_);
  while (!exchange.should_end() && !text_->is_full()) {
    const bool is_last = has_ended();
    if (log_) WEFT_CO_CHECK(co_await send_rest(exchange, log_->size()));
    if (go_on_with_next_file()) continue;
    if (is_last) break;
    co_await woken_.wait(reactor_->now() + kLookForMore);
  }
  co_return Result<>();
}

// Where the log was rotated, or is there at last.
bool PodLog::go_on_with_next_file() {
  if (log_ && !log_->was_replaced(at_)) return false;
  auto next = pod_logs::LogReader::open(path_);
  if (!next) return false;
  log_ = *std::move(next);
  times_.emplace(path_);
  text_->go_on_with(&*times_);
  at_ = 0;
  return true;
}

bool PodLog::has_ended() {
  const ObjectPtr now = store_->get(pod_);
  if (now == nullptr) return true;
  if (now != judged_) {
    judged_ = now;
    const Json state = state_of(decode(*now), wish_.container);
    has_ended_ = state.is_object() && state.contains("terminated");
  }
  return has_ended_;
}

}  // namespace weft::control
