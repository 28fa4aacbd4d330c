#include "control/apiserver/apply.h"

#include <set>

#include <fmt/format.h>

#include "control/apiserver/patch.h"
#include "control/apiserver/roles.h"
#include "control/serve/credentials.h"
#include "control/store/json_access.h"
#include "control/store/object_json.h"

namespace weft::control {
namespace {

using api::Json;

constexpr int kAttempts = 10;

// The checked objects of one request, in the request's order.
struct Request {
  std::vector<api::Resource> resources;
  NamespaceLabels namespaces;  // among them
  std::vector<std::string> warnings;
};

api::Finding finding_about(const api::Resource& resource, api::Code code, std::string message) {
  api::Finding finding;
  finding.code = code;
  finding.object = resource.title();
  finding.message = std::move(message);
  return finding;
}

void check_item(const Json& item, size_t index, api::Strictness strictness, Request& request, api::Findings& findings) {
  api::Checked checked = api::check(item, {.strictness = strictness});
  for (api::Finding& finding : checked.findings) {
    finding.path = fmt::format("items[{}]{}{}", index, finding.path.empty() ? "" : ".", finding.path);
    findings.push_back(std::move(finding));
  }
  if (item.dump().size() > api::kObjectSizeMax) {
    api::Finding finding;
    finding.code = api::Code::too_large;
    finding.path = fmt::format("items[{}]", index);
    finding.message = fmt::format("the object is larger than {} bytes", api::kObjectSizeMax);
    findings.push_back(std::move(finding));
  }
  if (checked.resource) request.resources.push_back(*std::move(checked.resource));
}

void check_together(const World& world, Request& request, api::Findings& findings) {
  std::set<Key> seen;
  std::vector<const api::Resource*> changed, known;
  for (const api::Resource& resource : request.resources) {
    if (!seen.insert(key_of(resource)).second)
      findings.push_back(finding_about(resource, api::Code::duplicate_object, resource.title() + " is given twice"));
    if (resource.kind->kind == "Namespace")
      request.namespaces.emplace(resource.metadata.name, resource.metadata.labels);
    changed.push_back(&resource);
  }
  for (const auto& [key, one] : world.all()) known.push_back(&one.resource);
  for (api::Finding& finding : api::check_references(changed, known)) findings.push_back(std::move(finding));
}

Reply<Request> read_request(const World& world, const Call& call) {
  WEFT_TRY(const api::Strictness strictness, call.strictness());
  WEFT_TRY(const Json body, body_json(call, kApplySizeMax));
  const Json* items = member(body, "items");
  if (items == nullptr || !items->is_array())
    return refuse(bad_request("the request's body must be a List with items"));
  Request request;
  api::Findings findings;
  for (size_t i = 0; i < items->size(); ++i) check_item((*items)[i], i, strictness, request, findings);
  check_together(world, request, findings);
  if (api::has_errors(findings)) return refuse(object_invalid(nullptr, "", findings));
  for (const api::Resource& one : request.resources)
    WEFT_CHECK(check_role(call.caller, needed_to_write(*one.kind, one.metadata.namespace_name, one.metadata.name)));
  for (const api::Finding& finding : findings)
    if (finding.severity == api::Severity::warning) request.warnings.push_back(api::render_line(finding));
  for (const api::Resource& resource : request.resources) {
    if (auto complaint = complaint_about(resource.body))
      request.warnings.push_back(resource.title() + ": " + *complaint);
  }
  return request;
}

// What is applied: the object as it was given, without what only the server says.
Json wanted_body(const api::Resource& resource) {
  Json body = resource.body;
  body["apiVersion"] = resource.kind->api_version();
  body.erase("status");
  Json& metadata = body["metadata"];
  for (const char* name : {"resourceVersion", "uid", "creationTimestamp", "generation", "managedFields", "selfLink"})
    metadata.erase(name);
  if (metadata.contains("annotations") && metadata["annotations"].is_object())
    metadata["annotations"].erase(kLastAppliedAnnotation);
  const std::string remembered = body.dump() + "\n";  // kubectl's form ends with a newline, too
  object_in(metadata, "annotations")[kLastAppliedAnnotation] = remembered;
  return body;
}

Json last_applied(const Json& current) {
  const Json applied = Json::parse(text_at(current, "metadata", "annotations", kLastAppliedAnnotation), nullptr, false);
  return applied.is_object() ? applied : Json::object();
}

Reply<Draft> draft_one(const Drafting& drafting, const Store& store, const api::Resource& resource,
                       const NamespaceLabels& written) {
  Json wanted = wanted_body(resource);
  const ObjectPtr before = store.get(key_of(resource));
  if (before == nullptr) return draft_new(drafting, *resource.kind, std::move(wanted), written);
  const Json current = decode(*before);
  Json merged = three_way_merge(*resource.kind, last_applied(current), wanted, current);
  return draft_update(drafting, *resource.kind, before, std::move(merged), Part::object);
}

Reply<std::vector<Draft>> draft_all(const Domain& domain, const Request& request) {
  const World& world = domain.controllers->world();
  ServiceAddresses addresses(world);
  // The request was checked as strictly as its client wished; what comes of it need not be checked so again.
  const Drafting drafting{&world, domain.moment(), api::Strictness::ignore, &addresses};
  std::vector<Draft> drafts;
  for (const api::Resource& resource : request.resources) {
    WEFT_TRY(Draft draft, draft_one(drafting, *domain.store, resource, request.namespaces));
    drafts.push_back(std::move(draft));
  }
  return drafts;
}

// Namespaces first, then the other kinds in the order of the kinds: a watcher never sees an object without its
// namespace.
Batch batch_of(const std::vector<Draft>& drafts) {
  Batch batch;
  for (const api::Kind& kind : api::all_kinds())
    for (const Draft& draft : drafts)
      if (draft.kind == &kind && draft.changes) batch.push_back(draft.write());
  return batch;
}

// The object without what tells where its file has it: every apply says that anew.
Json without_place(Json body) {
  Json& metadata = body["metadata"];
  if (!metadata.contains("annotations")) return body;
  Json& annotations = metadata["annotations"];
  for (const char* name : {"weft.dev/file", "weft.dev/line", kLastAppliedAnnotation}) annotations.erase(name);
  if (annotations.empty()) metadata.erase("annotations");
  return body;
}

// Lines moved in the file, or the file did: worth a write, as routes name their places, but nobody changed the object.
bool only_moved(const Draft& draft) {
  return without_place(draft.body) == without_place(decode(*draft.before));
}

Json result_of(const Store& store, const Draft& draft) {
  const ObjectPtr stored = store.get(draft.key);
  const bool same = draft.before != nullptr && (!draft.changes || only_moved(draft));
  Json result{{"kind", draft.kind->kind},
              {"apiVersion", draft.kind->api_version()},
              {"name", draft.key.name},
              {"result", draft.before == nullptr ? "created"
                         : same                  ? "unchanged"
                                                 : "configured"}};
  if (!draft.key.space.empty()) result["namespace"] = draft.key.space;
  if (stored) result["resourceVersion"] = std::to_string(stored->revision.value());
  return result;
}

Answer answer_of(const Store& store, Revision revision, const std::vector<Draft>& drafts,
                 const std::vector<std::string>& warnings) {
  Json items = Json::array();
  for (const Draft& draft : drafts) items.push_back(result_of(store, draft));
  return answer_with(Json{{"kind", "List"},
                          {"apiVersion", "v1"},
                          {"metadata", {{"resourceVersion", std::to_string(revision.value())}}},
                          {"items", std::move(items)},
                          {"warnings", warnings}});
}

}  // namespace

runtime::Task<Reply<Answer>> apply(Domain domain, const Call& call) {
  WEFT_CO_TRY(const Request request, read_request(domain.controllers->world(), call));
  Refusal lost_race;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    WEFT_CO_TRY(const std::vector<Draft> drafts, draft_all(domain, request));
    if (call.is_dry_run()) co_return answer_of(*domain.store, domain.store->revision(), drafts, request.warnings);
    const auto done = co_await domain.store->commit(batch_of(drafts));
    if (done) co_return answer_of(*domain.store, *done, drafts, request.warnings);
    lost_race = store_refusal(done.error());
    if (lost_race.code != 409) break;
  }
  co_return refuse(std::move(lost_race));
}

}  // namespace weft::control
