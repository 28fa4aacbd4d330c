#include "control/jwks/kept_keys.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/log.h"
#include "control/jwks/key_documents.h"
#include "control/store/json_access.h"
#include "control/store/stored_time.h"

namespace weft::control {
namespace {

// More issuers than a mesh has; what they may tell at most is a document of 1 MiB each.
constexpr size_t kKeptMax = 64;
constexpr Duration kWrittenAgainAfter = std::chrono::hours(1);

Key kept_key(const mesh::KeySource& source) {
  const bool is_discovered = source.kind == mesh::KeySource::Kind::discovery;
  return {std::string(kKeySetsType), "", (is_discovered ? "discovery " : "keys ") + source.url};
}

WallTime confirmed_at(const Object& object) {
  return stored_time_at(api::Json::parse(object.json, nullptr, false), "confirmed");
}

std::string written_key_set(const Object& object) {
  return text_at(api::Json::parse(object.json, nullptr, false), "keySet");
}

}  // namespace

std::optional<KeptKeys::Kept> KeptKeys::find(const mesh::KeySource& source) const {
  const ObjectPtr object = store_->get(kept_key(source));
  if (object == nullptr) return std::nullopt;
  const auto age = clock_->wall_now() - confirmed_at(*object);
  auto key_set = public_key_set(written_key_set(*object));
  if (!key_set || age < WallTime::duration::zero()) return std::nullopt;
  return Kept{*std::move(key_set), std::chrono::duration_cast<Duration>(age)};
}

void KeptKeys::drop_oldest(const Key& spared, Batch& batch) const {
  std::vector<std::pair<WallTime, ObjectPtr>> others;
  for (const ObjectPtr& object : store_->list(kKeySetsType).objects) {
    if (object->key != spared) others.emplace_back(confirmed_at(*object), object);
  }
  std::ranges::sort(others, {}, &std::pair<WallTime, ObjectPtr>::first);
  for (size_t i = 0; i + kKeptMax <= others.size(); ++i)
    batch.push_back({others[i].second->key, others[i].second->revision, ""});
}

runtime::Task<void> KeptKeys::keep(mesh::KeySource source, std::string key_set) {
  const WallTime now = clock_->wall_now();
  const Key key = kept_key(source);
  const ObjectPtr before = store_->get(key);
  if (before != nullptr && written_key_set(*before) == key_set && now - confirmed_at(*before) < kWrittenAgainAfter)
    co_return;
  Batch batch = {{key, before ? before->revision : Revision{},
                  api::Json{{"confirmed", to_stored(now)}, {"keySet", key_set}}.dump()}};
  drop_oldest(key, batch);
  const auto done = co_await store_->commit(std::move(batch));
  if (!done) log::warn("jwks: the keys of {} are not kept: {}", source.url, done.error().detail);
}

}  // namespace weft::control
