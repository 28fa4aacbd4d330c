#include "control/apiserver/token_request.h"

#include <fmt/format.h>

#include "control/store/json_access.h"
#include "control/workloads/timestamp.h"

namespace weft::control {
namespace {

using api::Json;

// Kubernetes' default and least lifetime; at most a year, since a token also ends with its Pod.
constexpr int64_t kLifetimeSeconds = 3600;
constexpr int64_t kLifetimeSecondsMin = 600;
constexpr int64_t kLifetimeSecondsMax = 365 * 24 * 3600;
constexpr size_t kTokenRequestSizeMax = 64 << 10;

Reply<PodIdentity> bound_pod(const World& world, const Target& target, const Json& body) {
  const api::Kind& pod_kind = *api::find_kind("v1", "Pod");
  const std::string name = text_at(body, "spec", "boundObjectRef", "name");
  if (text_at(body, "spec", "boundObjectRef", "kind") != "Pod" || name.empty())
    return refuse(bad_request("spec.boundObjectRef must name a Pod: Weft's tokens are bound to one"));
  const Known* pod = world.find({std::string(kPods), target.space, name});
  if (pod == nullptr) return refuse(object_not_found(pod_kind, name));
  const std::string& uid = pod->resource.metadata.uid;
  const std::string wanted_uid = text_at(body, "spec", "boundObjectRef", "uid");
  if (!wanted_uid.empty() && wanted_uid != uid)
    return refuse(object_conflict(pod_kind, name, fmt::format("its uid is {}, not {}", uid, wanted_uid)));
  const std::string& account = pod->resource.as<api::kubernetes::Pod>()->spec.service_account_name;
  if (account != target.name)
    return refuse(
        bad_request(fmt::format("pod {} runs under the service account {}, not {}", name, account, target.name)));
  return PodIdentity{target.space, target.name, name, uid};
}

}  // namespace

Reply<Answer> request_token(const World& world, const PodTokens& tokens, const Call& call, const Target& target) {
  WEFT_TRY(Json body, body_json(call, kTokenRequestSizeMax));
  if (!body.is_object()) return refuse(bad_request("the request's body must be a TokenRequest"));
  if (world.find({std::string(kServiceAccounts), target.space, target.name}) == nullptr)
    return refuse(object_not_found(*target.kind, target.name));
  WEFT_TRY(const PodIdentity identity, bound_pod(world, target, body));
  const int64_t wanted = number_at(body, "spec", "expirationSeconds").value_or(kLifetimeSeconds);
  const int64_t seconds = std::clamp(wanted, kLifetimeSecondsMin, kLifetimeSecondsMax);
  const PodToken token = tokens.mint(identity, std::chrono::seconds(seconds));
  body["kind"] = "TokenRequest";
  body["apiVersion"] = "authentication.k8s.io/v1";
  body["spec"]["expirationSeconds"] = seconds;
  body["status"] = {{"token", token.text}, {"expirationTimestamp", timestamp(token.expires)}};
  return answer_with(body, 201);
}

}  // namespace weft::control
