#include "node/api_client/object_watch.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/log.h"

namespace weft::node {
namespace {

using api::Json;

// weftd comes back within a second of a crash; nobody else is on the other side of this socket, so asking often is
// cheap.
constexpr Duration kPauseFirst = std::chrono::milliseconds(10);
constexpr Duration kPauseLongest = std::chrono::milliseconds(200);

// List items carry neither kind nor apiVersion in Kubernetes; each consumer knows them by the path.
std::string version_of(const Json& list) {
  if (!list.contains("metadata")) return {};
  return list["metadata"].value("resourceVersion", "");
}

}  // namespace

ObjectWatch::ObjectWatch(ControlPlane& control_plane, std::string path, ObjectObserver& observer)
    : control_plane_(&control_plane),
      path_(std::move(path)),
      observer_(&observer),
      gate_(control_plane.reactor()),
      stopping_(control_plane.reactor()),
      synced_(control_plane.reactor()) {}

void ObjectWatch::start() {
  runtime::spawn(gate_, run());
}

runtime::Task<void> ObjectWatch::stop() {
  stopping_.set();
  if (stream_ != nullptr) stream_->cancel();
  co_await gate_.close();
}

runtime::Task<void> ObjectWatch::run() {
  pause_ = kPauseFirst;
  while (!stopping_.is_set()) {
    const auto ended = co_await list_and_follow();
    if (!ended && !stopping_.is_set()) log::debug("watch of {} ended: {}", path_, ended.error().detail);
    co_await stopping_.wait(control_plane_->reactor().now() + pause_);
    pause_ = std::min(pause_ * 2, kPauseLongest);
  }
}

runtime::Task<Result<>> ObjectWatch::list_and_follow() {
  WEFT_CO_TRY(auto version, co_await list());
  pause_ = kPauseFirst;
  synced_.set();
  co_return co_await follow(std::move(version));
}

runtime::Task<Result<std::string>> ObjectWatch::list() {
  WEFT_CO_TRY(auto answer, co_await control_plane_->get(path_));
  std::vector<Json> objects;
  if (answer.contains("items") && answer["items"].is_array()) {
    for (auto& item : answer["items"]) objects.push_back(std::move(item));
  }
  observer_->on_all(std::move(objects));
  co_return version_of(answer);
}

runtime::Task<Result<>> ObjectWatch::follow(std::string version) {
  const std::string path = fmt::format("{}?watch=1&allowWatchBookmarks=true&resourceVersion={}", path_, version);
  WEFT_CO_TRY(const auto stream,
              co_await http::LiveReply::open(control_plane_->reactor(), control_plane_->address(), {.path = path}));
  if (stream->head().status != 200) {
    co_return fail(Reason::unavailable, "the watch was refused with " + std::to_string(stream->head().status));
  }
  stream_ = stream.get();
  if (stopping_.is_set()) stream->cancel();
  for (;;) {
    auto line = co_await stream->next_line();
    if (!line || !*line || !tell(**line)) {
      stream_ = nullptr;
      co_return line ? Result<>{} : Result<>(fail(std::move(line).error()));
    }
  }
}

// False when the stream can't be followed any further, as after an ERROR event (410 Gone: too old).
bool ObjectWatch::tell(const std::string& line) {
  if (line.empty()) return true;
  auto event = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!event.is_object() || !event.contains("object")) return false;
  const auto type = event.value("type", "");
  if (type == "ADDED" || type == "MODIFIED") observer_->on_changed(std::move(event["object"]));
  if (type == "DELETED") observer_->on_deleted(std::move(event["object"]));
  return type != "ERROR";
}

}  // namespace weft::node
