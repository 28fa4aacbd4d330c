#include "node/pods/pod_table.h"

#include "base/log.h"

namespace weft::node {
namespace {

// A Pod as weftd keeps it has been checked before; what is in it that Weft does not know was warned about then.
std::optional<api::Resource> read_pod(api::Json object) {
  object["apiVersion"] = "v1";  // items of lists carry neither
  object["kind"] = "Pod";
  auto checked = api::check(object, {.strictness = api::Strictness::ignore});
  if (!checked.resource) log::error("an unreadable Pod from weftd: {}", api::render(checked.findings));
  return std::move(checked.resource);
}

// Finished pods of an earlier run have nothing left to do.
bool has_finished(const api::Resource& pod) {
  const auto& phase = pod.as<api::kubernetes::Pod>()->status.phase;
  return phase == "Succeeded" || phase == "Failed";
}

}  // namespace

PodTable::PodTable(const NodeContext& context) : context_(&context), gate_(*context.reactor) {}

void PodTable::on_all(std::vector<api::Json> objects) {
  std::set<std::string> present;
  for (auto& object : objects) {
    auto pod = read_pod(std::move(object));
    if (!pod) continue;
    present.insert(key_of(pod->metadata));
    take(std::move(*pod));
  }
  for (auto& [key, entry] : entries_) {
    if (present.contains(key)) continue;
    entry.next.reset();
    entry.worker->end(PodWorker::Ending::gone, Duration::zero());
  }
}

void PodTable::on_changed(api::Json object) {
  if (auto pod = read_pod(std::move(object))) take(std::move(*pod));
}

void PodTable::on_deleted(api::Json object) {
  const auto pod = read_pod(std::move(object));
  if (!pod) return;
  const auto found = entries_.find(key_of(pod->metadata));
  if (found == entries_.end()) return;
  if (found->second.worker->uid() == pod->metadata.uid) {
    found->second.worker->end(PodWorker::Ending::gone, Duration::zero());
  } else if (found->second.next && found->second.next->metadata.uid == pod->metadata.uid) {
    found->second.next.reset();
  }
}

void PodTable::take(api::Resource pod) {
  if (is_stopping_) return;
  const std::string key = key_of(pod.metadata);
  const auto found = entries_.find(key);
  const bool is_leaving = !pod.metadata.deletion_timestamp.empty();
  const Duration grace = std::chrono::seconds(pod.metadata.deletion_grace_period_seconds);
  if (found == entries_.end()) {
    if (!has_finished(pod) || is_leaving) start(key, std::move(pod));
    if (is_leaving) entries_.at(key).worker->end(PodWorker::Ending::deleted, Duration::zero());
    return;
  }
  Entry& entry = found->second;
  if (entry.worker->uid() != pod.metadata.uid) {
    entry.worker->end(PodWorker::Ending::gone, Duration::zero());
    entry.next = std::move(pod);
  } else if (is_leaving) {
    entry.worker->end(PodWorker::Ending::deleted, grace);
  }
}

void PodTable::start(const std::string& key, api::Resource pod) {
  Entry& entry = entries_[key];
  entry.worker = std::make_unique<PodWorker>(*context_, std::move(pod));
  entry.worker->start();
  runtime::spawn(gate_, retire(key));
}

// Waits for the worker's end and makes room for its successor.
runtime::Task<void> PodTable::retire(std::string key) {
  co_await entries_.at(key).worker->finished().wait();
  // The worker's own coroutines end in the turn after; it is destroyed when they have.
  co_await entries_.at(key).worker->drained();
  auto next = std::move(entries_.at(key).next);
  entries_.erase(key);
  if (next && !is_stopping_) take(std::move(*next));
}

void PodTable::on_services_changed() {
  for (auto& [key, entry] : entries_) entry.worker->on_services_changed();
}

void PodTable::on_policies_changed(const std::set<std::string>& pods) {
  for (const auto& key : pods) {
    if (const auto found = entries_.find(key); found != entries_.end()) found->second.worker->on_policies_changed();
  }
}

void PodTable::remake_all() {
  for (auto& [key, entry] : entries_) entry.worker->remake();
}

runtime::Task<void> PodTable::stop(Duration grace) {
  is_stopping_ = true;
  for (auto& [key, entry] : entries_) entry.worker->end(PodWorker::Ending::node_stops, grace);
  co_await gate_.close();
}

PodWorker* PodTable::find(const std::string& namespace_name, const std::string& name) {
  const auto found = entries_.find(namespace_name + "/" + name);
  return found == entries_.end() ? nullptr : found->second.worker.get();
}

std::vector<PodSummary> PodTable::summaries() const {
  std::vector<PodSummary> summaries;
  for (const auto& [key, entry] : entries_) summaries.push_back(entry.worker->summary());
  return summaries;
}

}  // namespace weft::node
