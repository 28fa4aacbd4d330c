#include "control/apiserver/draft.h"

#include <fmt/format.h>

#include "control/apiserver/immutable_fields.h"
#include "control/serve/credentials.h"
#include "control/store/json_access.h"
#include "control/store/object_json.h"
#include "control/workloads/defaults.h"
#include "control/workloads/injection.h"

namespace weft::control {
namespace {

using api::Json;
using api::Kind;

// Metadata that only the server writes.
constexpr const char* kServerMetadata[] = {
    "uid",        "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds",
    "generation", "selfLink",          "managedFields",     "resourceVersion"};

bool has_status_subresource(const Kind& kind) {
  return std::find(kind.subresources.begin(), kind.subresources.end(), "status") != kind.subresources.end();
}

// Checks the body as a client gave it; findings that are no errors become warnings.
Reply<api::Resource> check(const Drafting& drafting, const Kind& kind, const Json& body,
                           std::vector<std::string>& warnings) {
  const std::string space = text_at(body, "metadata", "namespace");
  api::Checked checked = api::check(body, {.strictness = drafting.strictness, .default_namespace = space});
  if (!checked.resource) return refuse(object_invalid(&kind, text_at(body, "metadata", "name"), checked.findings));
  for (const api::Finding& finding : checked.findings)
    if (finding.severity == api::Severity::warning) warnings.push_back(api::render_line(finding));
  if (auto complaint = complaint_about(body)) warnings.push_back(checked.resource->title() + ": " + *complaint);
  return *std::move(checked.resource);
}

Reply<> check_namespace(const World& world, const Kind& kind, const std::string& space, const std::string& name,
                        const NamespaceLabels& written) {
  if (!kind.is_namespaced() || written.contains(space)) return {};
  const Known* known = world.find({std::string(kNamespaces), "", space});
  if (known == nullptr) return refuse(object_not_found(*api::find_kind("v1", "Namespace"), space));
  if (!known->resource.metadata.deletion_timestamp.empty())
    return refuse(object_forbidden(
        kind, name, fmt::format("unable to create new content in namespace {} because it is being terminated", space)));
  return {};
}

// A name for the checks where the server makes it; the real one is drawn when the object is stamped.
void name_for_check(Json& body, const Moment& moment) {
  Json& metadata = object_in(body, "metadata");
  const std::string prefix = text_at(metadata, "generateName");
  if (text_at(metadata, "name").empty() && !prefix.empty())
    metadata["name"] = prefix.substr(0, 58) + random_suffix(*moment.random);
}

Reply<> check_preconditions(const Kind& kind, const Object& before, const Json& body) {
  const std::string revision = text_at(body, "metadata", "resourceVersion");
  if (!revision.empty() && revision != std::to_string(before.revision.value()))
    return refuse(object_conflict(kind, before.key.name,
                                  "the object has been modified; please apply your changes to the latest version and "
                                  "try again"));
  const std::string uid = text_at(body, "metadata", "uid");
  if (!uid.empty() && uid != text_at(decode(before), "metadata", "uid"))
    return refuse(object_conflict(kind, before.key.name, "the object was deleted and made anew: the uid is another"));
  return {};
}

void keep_server_metadata(const Json& current, Json& body) {
  Json& metadata = object_in(body, "metadata");
  for (const char* name : kServerMetadata) {
    metadata.erase(name);
    if (const Json* kept = member(current, "metadata", name)) metadata[name] = *kept;
  }
}

void keep_member(const Json& current, Json& body, const char* name) {
  body.erase(name);
  if (const Json* kept = member(current, name)) body[name] = *kept;
}

// Everything but metadata and status: what a generation counts.
Json content_of(const Json& body) {
  Json content = body;
  content.erase("metadata");
  content.erase("status");
  return content;
}

void finish_update(const Json& current, Draft& draft) {
  Json& metadata = draft.body["metadata"];
  metadata["resourceVersion"] = current["metadata"]["resourceVersion"];
  draft.changes = draft.body != current;
  if (content_of(draft.body) != content_of(current))
    metadata["generation"] = number_at(metadata, "generation").value_or(0) + 1;
  draft.removes = member(metadata, "deletionTimestamp") != nullptr && list_at(metadata, "finalizers").empty() &&
                  !list_at(current, "metadata", "finalizers").empty();
}

Reply<> keep_service_addresses(const Drafting& drafting, const Json& current, Json& body) {
  Json& spec = body["spec"];
  const std::string kept = text_at(current, "spec", "clusterIP");
  if (!kept.empty() && text_at(spec, "type") != "ExternalName") {
    if (text_at(spec, "clusterIP").empty()) spec["clusterIP"] = kept;
    spec["clusterIPs"] = Json::array({spec["clusterIP"]});
    return {};
  }
  return drafting.addresses->assign(body);
}

}  // namespace

Write Draft::write() const {
  return {key, before ? before->revision : Revision{}, removes ? std::string() : encode(body)};
}

Reply<Draft> draft_new(const Drafting& drafting, const Kind& kind, Json body, const NamespaceLabels& written) {
  name_for_check(body, drafting.moment);
  const std::string space = kind.is_namespaced() ? text_at(body, "metadata", "namespace") : "";
  WEFT_CHECK(check_namespace(*drafting.world, kind, space, text_at(body, "metadata", "name"), written));
  Draft draft{.kind = &kind};
  WEFT_TRY(api::Resource resource, check(drafting, kind, body, draft.warnings));
  draft.key = key_of(resource);
  draft.body = std::move(resource.body);
  draft.body["apiVersion"] = kind.api_version();
  for (const char* name : kServerMetadata) draft.body["metadata"].erase(name);
  if (has_status_subresource(kind)) draft.body.erase("status");
  stamp_new(draft.body, drafting.moment);
  fill_defaults(kind, draft.body);
  if (draft.key.type == kServices) WEFT_CHECK(drafting.addresses->assign(draft.body));
  if (draft.key.type == kPods) {
    const auto labels = written.find(space);
    note_injection(labels == written.end() ? labels_of_namespace(*drafting.world, space) : labels->second, draft.body);
  }
  if (draft.key.type == kNamespaces)
    object_in(draft.body["metadata"], "labels")["kubernetes.io/metadata.name"] = draft.key.name;
  return draft;
}

Reply<Draft> draft_update(const Drafting& drafting, const Kind& kind, ObjectPtr before, Json body, Part part) {
  WEFT_CHECK(check_preconditions(kind, *before, body));
  Json current = decode(*before);
  fill_defaults(kind, current);  // an object written before a default existed is no different for it
  Json wanted = std::move(body);
  if (part == Part::status) {
    Json status = member(wanted, "status") != nullptr ? wanted["status"] : Json::object();
    wanted = current;
    wanted["status"] = std::move(status);
  }
  keep_server_metadata(current, wanted);
  Draft draft{.key = before->key, .kind = &kind, .before = before};
  WEFT_TRY(api::Resource resource, check(drafting, kind, wanted, draft.warnings));
  if (key_of(resource) != before->key)
    return refuse(bad_request("the object's name does not match the one in the path"));
  draft.body = std::move(resource.body);
  draft.body["apiVersion"] = kind.api_version();
  if (part == Part::object && has_status_subresource(kind)) keep_member(current, draft.body, "status");
  fill_defaults(kind, draft.body);
  if (draft.key.type == kServices) WEFT_CHECK(keep_service_addresses(drafting, current, draft.body));
  if (part == Part::object) WEFT_CHECK(check_immutable_fields(kind, current, draft.body));
  finish_update(current, draft);
  return draft;
}

}  // namespace weft::control
