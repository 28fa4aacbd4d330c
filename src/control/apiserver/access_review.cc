#include "control/apiserver/access_review.h"

#include <algorithm>

#include <fmt/format.h>

#include "api/kinds.h"
#include "control/apiserver/roles.h"
#include "control/store/json_access.h"

namespace weft::control {
namespace {

using api::Json;

constexpr size_t kReviewSizeMax = 64 << 10;

// Kubernetes' verbs as the methods that they are.
struct Verb {
  std::string_view name;
  std::string_view method;
};
constexpr Verb kVerbs[] = {{"get", "GET"},    {"list", "GET"},    {"watch", "GET"},     {"create", "POST"},
                           {"update", "PUT"}, {"patch", "PATCH"}, {"delete", "DELETE"}, {"deletecollection", "DELETE"}};

// What was asked for, as the path that it would be done on.
struct AskedFor {
  Target target;
  std::string method;
};

const api::Kind* find_kind_of(std::string_view group, std::string_view plural) {
  for (const api::Kind& kind : api::all_kinds())
    if (kind.group == group && kind.plural == plural) return &kind;
  return nullptr;
}

std::optional<AskedFor> wish_of(const Json& attributes) {
  const std::string verb = text_at(attributes, "verb");
  const auto* const known = std::ranges::find(kVerbs, verb, &Verb::name);
  const api::Kind* const kind = find_kind_of(text_at(attributes, "group"), text_at(attributes, "resource"));
  if (known == std::end(kVerbs) || kind == nullptr) return std::nullopt;
  Target target{.kind = kind,
                .version = std::string(kind->versions.front()),
                .space = text_at(attributes, "namespace"),
                .name = text_at(attributes, "name"),
                .subresource = text_at(attributes, "subresource")};
  return AskedFor{std::move(target), std::string(known->method)};
}

// What is not known by name takes an admin: "*", and resources that are none.
Role needed_for_attributes(const Json& attributes) {
  const auto wish = wish_of(attributes);
  return wish ? needed_role(wish->target, wish->method) : Role::admin;
}

Role needed_for_path(const Json& attributes) {
  const std::string verb = text_at(attributes, "verb");
  return verb == "get" || verb == "head" ? Role::viewer : Role::admin;
}

Json access_status(const Json& spec, Role caller) {
  const Json* const resource = member(spec, "resourceAttributes");
  const Json* const path = member(spec, "nonResourceAttributes");
  const Role needed = resource != nullptr ? needed_for_attributes(*resource)
                      : path != nullptr   ? needed_for_path(*path)
                                          : Role::admin;
  Json status{{"allowed", caller >= needed}};
  if (caller < needed)
    status["reason"] = fmt::format("this takes the role {}; the caller's is {}", to_string(needed), to_string(caller));
  return status;
}

// The verbs on each kind that this role may do in a namespace.
Json rules_status(const std::string& space, Role caller) {
  Json rules = Json::array();
  for (const api::Kind& kind : api::all_kinds()) {
    Json verbs = Json::array();
    for (const Verb& verb : kVerbs) {
      const Target target{.kind = &kind,
                          .version = std::string(kind.versions.front()),
                          .space = kind.is_namespaced() ? space : "",
                          .name = {},
                          .subresource = {}};
      if (caller >= needed_role(target, verb.method)) verbs.push_back(verb.name);
    }
    if (!verbs.empty()) rules.push_back({{"verbs", verbs}, {"apiGroups", {kind.group}}, {"resources", {kind.plural}}});
  }
  return {{"resourceRules", std::move(rules)}, {"nonResourceRules", Json::array()}, {"incomplete", false}};
}

// Callers have roles; a name is only known of tokens and certificates, and counts for nothing.
Json user_status(Role caller) {
  const std::string name = fmt::format("{}{}", kRolePrefix, to_string(caller));
  return {{"userInfo", {{"username", name}, {"groups", Json::array({name})}}}};
}

}  // namespace

bool is_access_review(const std::vector<std::string>& path) {
  if (path.size() != 4 || path[0] != "apis" || path[2] != "v1") return false;
  if (path[1] == "authentication.k8s.io") return path[3] == "selfsubjectreviews";
  return path[1] == "authorization.k8s.io" &&
         (path[3] == "selfsubjectaccessreviews" || path[3] == "selfsubjectrulesreviews");
}

Reply<Answer> review_access(const Call& call) {
  if (call.head.method != "POST") return refuse(method_not_allowed());
  WEFT_TRY(Json body, body_json(call, kReviewSizeMax));
  if (!body.is_object()) return refuse(bad_request("the request's body must be a review"));
  const std::string& what = call.path[3];
  const Json* const spec = member(body, "spec");
  if (what == "selfsubjectaccessreviews") {
    body["status"] = access_status(spec == nullptr ? Json::object() : *spec, call.caller);
  } else if (what == "selfsubjectrulesreviews") {
    body["status"] = rules_status(text_at(body, "spec", "namespace"), call.caller);
  } else {
    body["status"] = user_status(call.caller);
  }
  return answer_with(body, 201);
}

}  // namespace weft::control
