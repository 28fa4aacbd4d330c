#include "control/store/ledger.h"

#include <set>

#include <fmt/format.h>

#include "base/assert.h"

namespace weft::control {
namespace {

std::string describe(const Key& key) {
  return key.space.empty() ? fmt::format("{} \"{}\"", key.type, key.name)
                           : fmt::format("{} \"{}/{}\"", key.type, key.space, key.name);
}

Result<void> check_expectation(const Write& write, const ObjectPtr& current) {
  const Revision found = current ? current->revision : Revision{};
  if (found == write.expected) return {};
  if (!current) return fail(Reason::conflict, fmt::format("{} is gone", describe(write.key)), Side::client);
  if (write.expected == Revision{})
    return fail(Reason::conflict, fmt::format("{} exists already", describe(write.key)), Side::client);
  return fail(Reason::conflict,
              fmt::format("{} was changed meanwhile: it is at revision {}, not {}", describe(write.key), found.value(),
                          write.expected.value()),
              Side::client);
}

Change planned_change(Write write, ObjectPtr before, Revision revision) {
  const bool removes = write.json.empty();
  WEFT_ASSERT(before || !removes);  // a removal that expects nothing to be there
  auto object =
      std::make_shared<Object>(std::move(write.key), revision, removes ? before->json : std::move(write.json));
  const auto kind = removes ? Change::Kind::removed : before ? Change::Kind::updated : Change::Kind::created;
  return {kind, std::move(object), std::move(before)};
}

size_t weight(const LogEntry& entry) {
  return sizeof(LogEntry) + sizeof(Object) + entry.change.object->json.size();
}

}  // namespace

void Ledger::restore_object(ObjectPtr object) {
  Key key = object->key;
  objects_.insert_or_assign(std::move(key), std::move(object));
}

void Ledger::restore_entry(LogEntry entry) {
  const Revision revision = entry.change.object->revision;
  if (log_.empty()) log_start_ = Revision(revision.value() - 1);
  append(std::move(entry));
}

Result<std::vector<LogEntry>> Ledger::plan(Batch batch) const {
  std::set<Key> seen;
  std::vector<LogEntry> entries;
  uint64_t next = revision_.value();
  for (Write& write : batch) {
    WEFT_ASSERT(seen.insert(write.key).second);
    ObjectPtr before = get(write.key);
    WEFT_CHECK(check_expectation(write, before));
    entries.push_back({planned_change(std::move(write), std::move(before), Revision(++next)), false});
  }
  if (!entries.empty()) entries.back().ends_commit = true;
  return entries;
}

void Ledger::apply(std::vector<LogEntry> entries) {
  if (entries.empty()) return;
  for (LogEntry& entry : entries) {
    const ObjectPtr& object = entry.change.object;
    if (entry.change.kind == Change::Kind::removed) {
      objects_.erase(object->key);
    } else {
      restore_object(object);
    }
    append(std::move(entry));
  }
  trim();
  for (auto& changed : listeners_) changed();
}

void Ledger::append(LogEntry entry) {
  WEFT_ASSERT(entry.change.object->revision > revision_);
  revision_ = entry.change.object->revision;
  log_bytes_ += weight(entry);
  log_.push_back(std::move(entry));
}

void Ledger::trim() {
  while (log_.size() > limits_.changes || log_bytes_ > limits_.bytes) {
    // The newest commit stays whatever its size: the revision at restart is read from it.
    size_t oldest = 1;
    while (!log_[oldest - 1].ends_commit) ++oldest;
    if (oldest == log_.size()) return;
    for (size_t i = 0; i < oldest; ++i) drop_oldest();
  }
}

void Ledger::drop_oldest() {
  log_start_ = log_.front().change.object->revision;
  log_bytes_ -= weight(log_.front());
  log_.pop_front();
}

ObjectPtr Ledger::get(const Key& key) const {
  const auto found = objects_.find(key);
  return found == objects_.end() ? nullptr : found->second;
}

Listing Ledger::list_all() const {
  Listing listing{{}, revision_};
  listing.objects.reserve(objects_.size());
  for (const auto& [key, object] : objects_) listing.objects.push_back(object);
  return listing;
}

Listing Ledger::list(std::string_view type, std::optional<std::string_view> space) const {
  Listing listing{{}, revision_};
  const Key first{std::string(type), std::string(space.value_or("")), ""};
  for (auto at = objects_.lower_bound(first); at != objects_.end(); ++at) {
    const Key& key = at->first;
    if (key.type != type) break;
    if (space && key.space != *space) break;
    listing.objects.push_back(at->second);
  }
  return listing;
}

Result<std::vector<Change>> Ledger::changes_after(Revision after, size_t limit) const {
  if (after < log_start_ || after > revision_) {
    return fail(Reason::not_found,
                fmt::format("the log of changes reaches from revision {} to {}, not to {}", log_start_.value(),
                            revision_.value(), after.value()),
                Side::client, Retry::safe);
  }
  std::vector<Change> changes;
  const auto newer = [](Revision revision, const LogEntry& entry) { return revision < entry.change.object->revision; };
  for (auto at = std::upper_bound(log_.begin(), log_.end(), after, newer); at != log_.end(); ++at) {
    changes.push_back(at->change);
    if (changes.size() >= limit && at->ends_commit) break;
  }
  return changes;
}

Subscription Ledger::subscribe(std::move_only_function<void()> changed) {
  const auto at = listeners_.insert(listeners_.end(), std::move(changed));
  return Subscription([this, at] { listeners_.erase(at); });
}

}  // namespace weft::control
