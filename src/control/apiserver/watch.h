// Watch: the changes of one kind as a stream of JSON lines, from a revision on. Nothing is queued: a slow client is
// behind in the store's log, and when it falls out of it, it is told so (410) and lists again.
#pragma once

#include "control/apiserver/resources.h"
#include "control/apiserver/selector.h"
#include "http/service/exchange.h"
#include "runtime/reactor.h"

namespace weft::control {

// What a watch asks for, checked before the stream begins.
struct WatchOptions {
  Selector selector;
  std::string name;  // of the one object to watch; empty: all
  Revision from;
  bool lists_first = false;  // send what exists as ADDED
  bool marks_end_of_list = false;
  bool wants_bookmarks = false;
  Duration timeout{};
};

Reply<WatchOptions> read_watch_options(const Call& call, const Target& target);

// Streams until the client leaves, the time is over or the log has moved on. `call` and `target` outlive it.
class Watch {
 public:
  Watch(runtime::Reactor& reactor, Store& store, const Target& target, Presentation presentation, WatchOptions options);

  runtime::Task<Result<>> run(http::Exchange& exchange);

 private:
  std::string initial_events();
  // Events since the last call; advances. `ended` once the stream must end after them.
  std::string next_events();
  std::string event(std::string_view type, const Object& object) const;
  std::string bookmark(std::string_view annotations) const;
  void append_event(const Change& change, std::string& text) const;
  bool selects(const Object& object) const;

  runtime::Reactor* reactor_;
  Store* store_;
  const Target* target_;
  Presentation presentation_;
  WatchOptions options_;
  Revision seen_;
  bool ended_ = false;
};

}  // namespace weft::control
