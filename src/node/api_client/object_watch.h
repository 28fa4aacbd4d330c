// ObjectWatch: all objects of one kind, kept up to date: a list, then the changes, and again from a list whenever the
// stream ends, for as long as it is not stopped.
#pragma once

#include <string>
#include <vector>

#include "http/service/client.h"
#include "node/api_client/control_plane.h"
#include "runtime/gate.h"
#include "runtime/signal.h"

namespace weft::node {

// Told on the reactor's thread; must not block. Objects are as the API sends them.
class ObjectObserver {
 public:
  // Everything there is; what was known and is not in it no longer exists.
  virtual void on_all(std::vector<api::Json> objects) = 0;
  // One object was added or changed.
  virtual void on_changed(api::Json object) = 0;
  virtual void on_deleted(api::Json object) = 0;

 protected:
  ~ObjectObserver() = default;
};

// Runs from start() until stop(). The observer outlives it.
class ObjectWatch {
 public:
  // `path` is the collection's, without a query.
  ObjectWatch(ControlPlane& control_plane, std::string path, ObjectObserver& observer);

  void start();
  runtime::Task<void> stop();
  // Set once the first list has been told.
  runtime::Signal& synced() { return synced_; }
  runtime::Reactor& reactor() const { return control_plane_->reactor(); }

 private:
  runtime::Task<void> run();
  runtime::Task<Result<>> list_and_follow();
  runtime::Task<Result<std::string>> list();
  runtime::Task<Result<>> follow(std::string version);
  bool tell(const std::string& line);

  ControlPlane* control_plane_;
  std::string path_;
  ObjectObserver* observer_;
  http::LiveReply* stream_ = nullptr;  // the watch under way
  runtime::Gate gate_;
  runtime::Signal stopping_;
  runtime::Signal synced_;
  Duration pause_{};
};

}  // namespace weft::node
