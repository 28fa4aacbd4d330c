#include "control/apiserver/watch.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "control/store/object_json.h"
#include "runtime/signal.h"

namespace weft::control {
namespace {

// Kubernetes' bounds: clients ask for 5 to 10 minutes; without a wish it is at least 30 minutes.
constexpr auto kTimeout = std::chrono::minutes(30);
constexpr uint64_t kTimeoutSecondsMax = 24 * 3600;
// A client that resumes from a bookmark finds its place in the log though its own objects have not changed for long.
constexpr auto kBookmarkInterval = std::chrono::seconds(60);
constexpr size_t kChangesAtOnce = 256;
constexpr std::string_view kEndOfList = R"("annotations":{"k8s.io/initial-events-end":"true"},)";

}  // namespace

Reply<WatchOptions> read_watch_options(const Call& call, const Target& target) {
  const Query& query = call.query;
  WatchOptions options;
  WEFT_TRY(options.selector, Selector::of(query));
  options.name = target.name;
  const std::string_view from = query.get("resourceVersion");
  const auto number = parse_unsigned(from);
  if (!from.empty() && !number) return refuse(bad_request(fmt::format("resourceVersion \"{}\" is no version", from)));
  options.marks_end_of_list = query.is_true("sendInitialEvents");
  options.lists_first = number.value_or(0) == 0 || options.marks_end_of_list;
  options.from = Revision(number.value_or(0));
  options.wants_bookmarks = query.is_true("allowWatchBookmarks");
  const auto seconds = query.number("timeoutSeconds");
  options.timeout = kTimeout;
  if (seconds && *seconds > 0) options.timeout = std::chrono::seconds(std::min(*seconds, kTimeoutSecondsMax));
  return options;
}

Watch::Watch(runtime::Reactor& reactor, Store& store, const Target& target, Presentation presentation,
             WatchOptions options)
    : reactor_(&reactor),
      store_(&store),
      target_(&target),
      presentation_(std::move(presentation)),
      options_(std::move(options)),
      seen_(options_.from) {}

runtime::Task<Result<>> Watch::run(http::Exchange& exchange) {
  runtime::Signal news(*reactor_);
  const Subscription subscription = store_->subscribe([&news] { news.set(); });
  exchange.wake_on_hang_up(news);  // nothing suspends between the end of this function and that of the exchange
  const Time end = reactor_->now() + options_.timeout;
  Time next_bookmark = reactor_->now() + kBookmarkInterval;
  WEFT_CO_CHECK(co_await exchange.start_stream(200, "application/json"));
  std::string text = options_.lists_first ? initial_events() : "";
  while (!exchange.should_end()) {
    news.reset();
    text += next_events();
    if (options_.wants_bookmarks && text.empty() && reactor_->now() >= next_bookmark) text = bookmark("");
    if (!text.empty()) {
      WEFT_CO_CHECK(co_await exchange.send(text));
      next_bookmark = reactor_->now() + kBookmarkInterval;
      text.clear();
      if (!ended_) continue;
    }
    if (ended_ || reactor_->now() >= end) break;
    co_await news.wait(std::min(end, options_.wants_bookmarks ? next_bookmark : end));
  }
  co_return co_await exchange.end_stream();
}

std::string Watch::initial_events() {
  const auto space = target_->space.empty() ? std::nullopt : std::optional<std::string_view>(target_->space);
  const Listing listing = store_->list(type_of(*target_->kind), space);
  seen_ = listing.revision;
  std::string text;
  for (const ObjectPtr& object : listing.objects)
    if (selects(*object)) text += event("ADDED", *object);
  if (options_.marks_end_of_list) text += bookmark(kEndOfList);
  return text;
}

std::string Watch::next_events() {
  const auto changes = store_->changes_after(seen_, kChangesAtOnce);
  std::string text;
  if (!changes) {
    ended_ = true;
    return fmt::format("{{\"type\":\"ERROR\",\"object\":{}}}\n",
                       status_of(history_expired(changes.error().detail)).dump());
  }
  for (const Change& change : *changes) append_event(change, text);
  if (!changes->empty()) seen_ = changes->back().object->revision;
  // Further changes may be waiting behind the bound: empty text would make the caller sleep on them.
  return text.empty() && seen_ < store_->revision() ? next_events() : text;
}

// An object that stops being selected is DELETED for this watch, one that begins to be is ADDED.
void Watch::append_event(const Change& change, std::string& text) const {
  const Key& key = change.object->key;
  if (key.type != type_of(*target_->kind) || (!target_->space.empty() && key.space != target_->space)) return;
  const bool now = change.kind != Change::Kind::removed && selects(*change.object);
  const bool existed = change.kind != Change::Kind::created;
  const bool before = existed && (change.before == nullptr || selects(*change.before));
  if (now) {
    text += event(before ? "MODIFIED" : "ADDED", *change.object);
  } else if (before) {
    text += event("DELETED", *change.object);
  }
}

bool Watch::selects(const Object& object) const {
  return (options_.name.empty() || object.key.name == options_.name) && options_.selector.selects(object);
}

std::string Watch::event(std::string_view type, const Object& object) const {
  std::string shown = presentation_.one(object);
  if (shown.ends_with('\n')) shown.pop_back();
  return fmt::format("{{\"type\":\"{}\",\"object\":{}}}\n", type, shown);
}

std::string Watch::bookmark(std::string_view annotations) const {
  return fmt::format(
      R"({{"type":"BOOKMARK","object":{{"kind":"{}","apiVersion":"{}","metadata":{{{}"resourceVersion":"{}","creationTimestamp":null}}}}}})"
      "\n",
      target_->kind->kind, target_->kind->api_version(target_->version), annotations, seen_.value());
}

}  // namespace weft::control
