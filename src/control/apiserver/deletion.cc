#include "control/apiserver/deletion.h"

#include <algorithm>
#include <array>

#include "control/store/json_access.h"
#include "control/store/object_json.h"
#include "control/workloads/removal.h"

namespace weft::control {
namespace {

using api::Json;

std::string option(const Call& call, const Json& body, const char* name) {
  const std::string given = text_at(body, name);
  return given.empty() ? std::string(call.query.get(name)) : given;
}

Reply<> check_preconditions(const Object& object, const Json& body, const DeleteOptions& options) {
  const api::Kind& kind = *kind_of(object.key.type);
  const bool other_uid = !options.uid.empty() && options.uid != text_at(body, "metadata", "uid");
  const bool other_version = !options.revision.empty() && options.revision != std::to_string(object.revision.value());
  if (other_uid || other_version)
    return refuse(object_conflict(kind, object.key.name, "a precondition of the deletion does not hold"));
  constexpr std::array<std::string_view, 3> kNeeded = {"default", "weft-system", "istio-system"};
  const bool needed = object.key.type == kNamespaces && std::ranges::find(kNeeded, object.key.name) != kNeeded.end();
  if (needed) return refuse(object_forbidden(kind, object.key.name, "this namespace may not be deleted"));
  return {};
}

// The dependents without their reference to an owner that goes.
void orphan_dependents(const World& world, const std::string& uid, Batch& writes) {
  for (const Key& key : world.dependents(uid)) {
    const Known& known = *world.find(key);
    Json body = known.resource.body;
    Json kept = Json::array();
    for (const Json& owner : list_at(body, "metadata", "ownerReferences"))
      if (text_at(owner, "uid") != uid) kept.push_back(owner);
    body["metadata"]["ownerReferences"] = std::move(kept);
    writes.push_back({key, known.revision, encode(std::move(body))});
  }
}

}  // namespace

Reply<DeleteOptions> read_delete_options(const Call& call, const Json& body) {
  if (!body.is_null() && !body.is_object()) return refuse(bad_request("the body of a DELETE must be DeleteOptions"));
  DeleteOptions options;
  options.grace_seconds = number_at(body, "gracePeriodSeconds");
  if (const auto seconds = call.query.number("gracePeriodSeconds"); seconds && !options.grace_seconds)
    options.grace_seconds = static_cast<int64_t>(*seconds);
  if (options.grace_seconds && *options.grace_seconds < 0)
    return refuse(bad_request("gracePeriodSeconds must not be below 0"));
  const std::string propagation = option(call, body, "propagationPolicy");
  options.orphans_dependents = propagation == "Orphan" || call.query.is_true("orphanDependents");
  options.uid = text_at(body, "preconditions", "uid");
  options.revision = text_at(body, "preconditions", "resourceVersion");
  return options;
}

Reply<Deletion> plan_deletion(const World& world, const Object& object, const DeleteOptions& options,
                              const Moment& moment) {
  const Json body = decode(object);
  WEFT_CHECK(check_preconditions(object, body, options));
  Deletion deletion;
  const Known* known = world.find(object.key);
  // What does not pass the checks any more can still be removed.
  auto write = known != nullptr ? removal(*known, moment, options.grace_seconds)
                                : std::optional(Write{object.key, object.revision, ""});
  if (options.orphans_dependents) orphan_dependents(world, text_at(body, "metadata", "uid"), deletion.writes);
  if (!write) return deletion;
  deletion.removes = write->json.empty();
  deletion.writes.push_back(*std::move(write));
  return deletion;
}

Json deleted_status(const api::Kind& kind, const Object& object) {
  Json details{{"name", object.key.name}, {"kind", kind.plural}, {"uid", text_at(decode(object), "metadata", "uid")}};
  if (!kind.group.empty()) details["group"] = kind.group;
  return {{"kind", "Status"},
          {"apiVersion", "v1"},
          {"metadata", Json::object()},
          {"status", "Success"},
          {"details", std::move(details)}};
}

}  // namespace weft::control
