#include "control/apiserver/resources.h"

#include <fmt/format.h>

#include "control/apiserver/deletion.h"
#include "control/apiserver/patch.h"
#include "control/apiserver/scale.h"
#include "control/apiserver/selector.h"
#include "control/store/json_access.h"
#include "control/store/object_json.h"

namespace weft::control {
namespace {

using api::Json;

// An object of 1 MiB, and room for what a client adds around it (escapes, a patch's directives).
constexpr size_t kBodySizeMax = api::kObjectSizeMax + (64 << 10);
// How often a call that lost the race for an object reads it again; each time somebody else succeeded.
constexpr int kAttempts = 10;

// The body must be the kind of the path; its namespace follows from the path where it says none.
Reply<> fit_to_target(const Target& target, Json& body) {
  if (!body.is_object()) return refuse(bad_request("the request's body must hold one object"));
  const std::string kind = text_at(body, "kind");
  const std::string api_version = text_at(body, "apiVersion");
  if (kind.empty() || api_version.empty()) return refuse(bad_request("the object must say its apiVersion and kind"));
  if (api::find_kind(api_version, kind) != target.kind)
    return refuse(
        bad_request(fmt::format("the path is for {}, not for {} in {}", target.kind->kind, kind, api_version)));
  Json& metadata = object_in(body, "metadata");
  if (!target.kind->is_namespaced()) {
    metadata.erase("namespace");
    return {};
  }
  const std::string space = text_at(metadata, "namespace");
  if (!space.empty() && space != target.space)
    return refuse(bad_request(
        fmt::format("the namespace of the object ({}) does not match the one in the path ({})", space, target.space)));
  metadata["namespace"] = target.space;
  return {};
}

Reply<Json> apply_patch(const Target& target, const std::string& type, const Json& current, const Json& patch) {
  if (type == "application/json-patch+json") return json_patch(current, patch);
  if (!patch.is_object()) return refuse(bad_request("a patch must be an object"));
  Json body = current;
  if (type == "application/merge-patch+json") {
    merge_patch(body, patch);
    return body;
  }
  const bool is_custom = target.kind->group.ends_with("istio.io");  // served from a CRD on Kubernetes
  if (type == "application/strategic-merge-patch+json" && !is_custom) {
    WEFT_CHECK(strategic_merge_patch(*target.kind, body, patch));
    return body;
  }
  return refuse(unsupported_media_type(
      fmt::format("patches of type \"{}\" are not taken for {}; taken are merge and JSON patch, and strategic merge "
                  "patch for Kubernetes' own kinds",
                  type, target.kind->plural)));
}

Part part_of(const Target& target) {
  return target.subresource == "status" ? Part::status : Part::object;
}

}  // namespace

Presentation Resources::presentation(const Call& call, const Target& target) const {
  return Presentation(*target.kind, target.version, call, *domain_.clock);
}

Reply<ObjectPtr> Resources::find(const Target& target) const {
  ObjectPtr object = domain_.store->get(target.key());
  if (object == nullptr) return refuse(object_not_found(*target.kind, target.name));
  return object;
}

Reply<Answer> Resources::get(const Call& call, const Target& target) const {
  WEFT_TRY(const ObjectPtr object, find(target));
  return Answer{.body = presentation(call, target).one(*object)};
}

// `limit` is not obeyed: a list is one read of memory, and always complete. So no `continue` token is ever given.
Reply<Answer> Resources::list(const Call& call, const Target& target) const {
  WEFT_TRY(const Selector selector, Selector::of(call.query));
  const auto space = target.space.empty() ? std::nullopt : std::optional<std::string_view>(target.space);
  Listing listing = domain_.store->list(type_of(*target.kind), space);
  if (!selector.selects_everything())
    std::erase_if(listing.objects, [&](const ObjectPtr& object) { return !selector.selects(*object); });
  return Answer{.body = presentation(call, target).list(listing.objects, listing.revision)};
}

runtime::Task<Reply<>> Resources::commit(const Call& call, Batch batch) {
  if (call.is_dry_run()) co_return Reply<>();
  const auto done = co_await domain_.store->commit(std::move(batch));
  if (!done) co_return refuse(store_refusal(done.error()));
  co_return Reply<>();
}

Answer Resources::show(const Call& call, const Target& target, const Draft& draft) const {
  const ObjectPtr stored = call.is_dry_run() ? nullptr : domain_.store->get(draft.key);
  const Object shown =
      stored ? *stored : Object{draft.key, draft.before ? draft.before->revision : Revision{}, encode(draft.body)};
  return {.body = presentation(call, target).one(shown), .warnings = draft.warnings};
}

runtime::Task<Reply<Answer>> Resources::create(const Call& call, const Target& target) {
  if (!target.is_collection()) co_return refuse(method_not_allowed());
  WEFT_CO_TRY(Json body, body_json(call, kBodySizeMax));
  WEFT_CO_CHECK(fit_to_target(target, body));
  WEFT_CO_TRY(const api::Strictness strictness, call.strictness());
  const World& world = domain_.controllers->world();
  ServiceAddresses addresses(world);
  WEFT_CO_TRY(Draft draft,
              draft_new({&world, domain_.moment(), strictness, &addresses}, *target.kind, std::move(body)));
  if (domain_.store->get(draft.key) != nullptr) co_return refuse(object_exists(*target.kind, draft.key.name));
  Batch batch;
  batch.push_back(draft.write());
  const auto done = co_await commit(call, std::move(batch));
  if (!done && done.error().code == 409) co_return refuse(object_exists(*target.kind, draft.key.name));
  if (!done) co_return refuse(done.error());
  Answer answer = show(call, target, draft);
  answer.code = 201;
  co_return answer;
}

Reply<Draft> Resources::draft(const Call& call, const Target& target, const Revise& revise) const {
  WEFT_TRY(const api::Strictness strictness, call.strictness());
  WEFT_TRY(const ObjectPtr before, find(target));
  const World& world = domain_.controllers->world();
  ServiceAddresses addresses(world);
  return revise({&world, domain_.moment(), strictness, &addresses}, before);
}

runtime::Task<Reply<Answer>> Resources::change(const Call& call, const Target& target, Revise revise) {
  Refusal lost_race;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    WEFT_CO_TRY(const Draft revised, draft(call, target, revise));
    if (!revised.changes) co_return show(call, target, revised);
    Batch batch;
    batch.push_back(revised.write());
    const auto done = co_await commit(call, std::move(batch));
    if (done) co_return show(call, target, revised);
    lost_race = done.error();
    if (lost_race.code != 409) break;
  }
  co_return refuse(std::move(lost_race));
}

runtime::Task<Reply<Answer>> Resources::update(const Call& call, const Target& target) {
  if (target.is_collection()) co_return refuse(method_not_allowed());
  WEFT_CO_TRY(Json body, body_json(call, kBodySizeMax));
  WEFT_CO_CHECK(fit_to_target(target, body));
  if (text_at(body, "metadata", "name") != target.name)
    co_return refuse(bad_request("the name of the object does not match the name in the path"));
  co_return co_await change(call, target, [&](const Drafting& drafting, const ObjectPtr& before) {
    return draft_update(drafting, *target.kind, before, body, part_of(target));
  });
}

runtime::Task<Reply<Answer>> Resources::patch(const Call& call, const Target& target) {
  if (target.is_collection()) co_return refuse(method_not_allowed());
  const std::string type = call.content_type();
  if (type == "application/apply-patch+yaml")
    co_return refuse(
        unsupported_media_type("server-side apply is not available; use client-side apply, or weft apply"));
  WEFT_CO_TRY(const Json patch, body_json(call, kBodySizeMax));
  co_return co_await change(call, target, [&](const Drafting& drafting, const ObjectPtr& before) -> Reply<Draft> {
    WEFT_TRY(Json body, apply_patch(target, type, decode(*before), patch));
    WEFT_CHECK(fit_to_target(target, body));
    return draft_update(drafting, *target.kind, before, std::move(body), part_of(target));
  });
}

Reply<Answer> Resources::get_scale(const Target& target) const {
  WEFT_TRY(const ObjectPtr object, find(target));
  return answer_with(scale_of(*object));
}

runtime::Task<Reply<Answer>> Resources::change_scale(const Call& call, const Target& target) {
  WEFT_CO_TRY(const Json request, body_json(call, kBodySizeMax));
  const bool is_patch = call.head.method == "PATCH";
  const auto done =
      co_await change(call, target, [&](const Drafting& drafting, const ObjectPtr& before) -> Reply<Draft> {
        Json scale = is_patch ? scale_of(*before) : request;
        if (is_patch) merge_patch(scale, request);
        WEFT_TRY(Json body, scaled(*before, scale));
        return draft_update(drafting, *target.kind, before, std::move(body), Part::object);
      });
  if (!done) co_return refuse(done.error());
  co_return get_scale(target);
}

runtime::Task<Reply<Answer>> Resources::remove(const Call& call, const Target& target) {
  WEFT_CO_TRY(const Json body, body_json(call, kBodySizeMax));
  WEFT_CO_TRY(const DeleteOptions options, read_delete_options(call, body));
  Refusal lost_race;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    WEFT_CO_TRY(const ObjectPtr object, find(target));
    WEFT_CO_TRY(Deletion deletion, plan_deletion(domain_.controllers->world(), *object, options, domain_.moment()));
    const auto done = co_await commit(call, std::move(deletion.writes));
    if (done && deletion.removes) co_return answer_with(deleted_status(*target.kind, *object));
    const ObjectPtr marked = domain_.store->get(target.key());
    if (done) co_return Answer{.body = presentation(call, target).one(marked ? *marked : *object)};
    lost_race = done.error();
    if (lost_race.code != 409) break;
  }
  co_return refuse(std::move(lost_race));
}

runtime::Task<Reply<Answer>> Resources::remove_collection(const Call& call, const Target& target) {
  WEFT_CO_TRY(const Json body, body_json(call, kBodySizeMax));
  WEFT_CO_TRY(const DeleteOptions options, read_delete_options(call, body));
  WEFT_CO_TRY(const Selector selector, Selector::of(call.query));
  const auto space = target.space.empty() ? std::nullopt : std::optional<std::string_view>(target.space);
  Listing listing = domain_.store->list(type_of(*target.kind), space);
  std::erase_if(listing.objects, [&](const ObjectPtr& object) { return !selector.selects(*object); });
  std::map<Key, Write> writes;  // one a key: an object may be deleted and be orphaned by another's deletion
  for (const ObjectPtr& object : listing.objects) {
    WEFT_CO_TRY(Deletion deletion, plan_deletion(domain_.controllers->world(), *object, options, domain_.moment()));
    for (Write& write : deletion.writes) writes[write.key] = std::move(write);
  }
  Batch batch;
  for (auto& [key, write] : writes) batch.push_back(std::move(write));
  WEFT_CO_CHECK(co_await commit(call, std::move(batch)));
  co_return Answer{.body = presentation(call, target).list(listing.objects, listing.revision)};
}

}  // namespace weft::control
