// PodTable: the Pods of weftd and the workers that run them here, kept in step.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "node/api_client/object_watch.h"
#include "node/pods/pod_worker.h"

namespace weft::node {

// Observes the Pods of all namespaces. One reactor. stop() before destruction. `context` outlives it.
class PodTable final : public ObjectObserver {
 public:
  explicit PodTable(const NodeContext& context);

  void on_all(std::vector<api::Json> objects) override;
  void on_changed(api::Json object) override;
  void on_deleted(api::Json object) override;

  void on_services_changed();
  void on_policies_changed(const std::set<std::string>& pods);  // "namespace/name"; some may run elsewhere
  // The hub of all pods is another one.
  void remake_all();

  // Ends every pod, all at the same time, and starts no new one; their objects stay.
  runtime::Task<void> stop(Duration grace);

  // nullptr: no such pod runs here.
  PodWorker* find(const std::string& namespace_name, const std::string& name);
  std::vector<PodSummary> summaries() const;

 private:
  // A place in the table. `next` is a newer object of the same name, which waits for the old pod's end.
  struct Entry {
    std::unique_ptr<PodWorker> worker;
    std::optional<api::Resource> next;
  };

  void take(api::Resource pod);
  void start(const std::string& key, api::Resource pod);
  runtime::Task<void> retire(std::string key);

  const NodeContext* context_;
  std::map<std::string, Entry> entries_;  // by "namespace/name"
  runtime::Gate gate_;
  bool is_stopping_ = false;
};

}  // namespace weft::node
