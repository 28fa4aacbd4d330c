#include "api/resource.h"

#include <algorithm>

#include <fmt/format.h>

#include "api/field_table.h"
#include "api/istio/mesh_config_text.h"
#include "api/object_codec.h"
#include "base/strings.h"

namespace weft::api {
namespace {

std::string title_of(std::string_view kind, std::string_view name_space, std::string_view name) {
  if (name.empty()) return std::string(kind);
  return name_space.empty() ? fmt::format("{} {}", kind, name) : fmt::format("{} {}/{}", kind, name_space, name);
}

// Kinds that an Istio or Kubernetes tree may hold and that Weft has no table for.
void report_unknown_kind(const Place& place, std::string_view api_version, std::string_view kind) {
  std::vector<std::string_view> names;
  std::string served;
  for (const Kind& known : all_kinds()) {
    names.push_back(known.kind);
    if (known.kind != kind) continue;
    for (const auto version : known.versions) served += (served.empty() ? "" : ", ") + known.api_version(version);
  }
  if (!served.empty()) {
    place.at("apiVersion")
        .error(Code::unknown_kind, fmt::format("{} is not served as {}", kind, api_version), "write " + served);
    return;
  }
  const auto close = nearest(kind, names);
  place.at("kind").error(Code::unknown_kind, fmt::format("{} ({}) is not a kind that Weft serves", kind, api_version),
                         close ? fmt::format("did you mean {}?", *close) : std::string());
}

// The kind that the object says it is of; reports why there is none.
const Kind* kind_of(const Place& place) {
  const std::string_view api_version = place.node().find_text("apiVersion"), kind = place.node().find_text("kind");
  bool complete = true;
  for (const std::string_view name : {"apiVersion", "kind"}) {
    if (!place.node().find_text(name).empty()) continue;
    complete = false;
    if (place.has(name)) {
      place.at(name).error(Code::wrong_type, fmt::format("{} must be a string", name));
    } else {
      place.error(Code::required, fmt::format("{} is missing", name));
    }
  }
  if (!complete) return nullptr;
  const Kind* found = find_kind(api_version, kind);
  if (found == nullptr) report_unknown_kind(place, api_version, kind);
  return found;
}

Metadata read_metadata(const Place& place, const Kind& kind, const CheckOptions& options) {
  Metadata metadata;
  const Place at = place.at("metadata");
  if (place.has("metadata")) Metadata::fields().read(at, &metadata);
  if (metadata.name.empty() && metadata.generate_name.empty()) {
    at.error(Code::bad_metadata, "metadata.name is missing");
  } else if (!metadata.name.empty() && kind.codec->check_name != nullptr) {
    const auto wrong = kind.codec->check_name(metadata.name);
    if (wrong) at.at("name").error(Code::bad_metadata, fmt::format("the name \"{}\" {}", metadata.name, *wrong));
  }
  if (!kind.is_namespaced()) {
    metadata.namespace_name.clear();
  } else if (metadata.namespace_name.empty()) {
    metadata.namespace_name = options.default_namespace;
  }
  return metadata;
}

Json body_of(const Node& node, const Kind& kind, const Metadata& metadata) {
  Json body = to_json(node);
  body["apiVersion"] = kind.api_version();
  body["kind"] = kind.kind;
  Json& head = body["metadata"];
  if (!head.is_object()) head = Json::object();
  if (!metadata.name.empty()) head["name"] = metadata.name;
  if (kind.is_namespaced()) {
    head["namespace"] = metadata.namespace_name;
  } else {
    head.erase("namespace");
  }
  return body;
}

// The title must be known before the first complaint: read it from the raw tree.
std::string title_of(const Node& object, const CheckOptions& options) {
  const Node* metadata = object.find("metadata");
  const Kind* kind = find_kind(object.find_text("apiVersion"), object.find_text("kind"));
  std::string_view name, name_space;
  if (metadata != nullptr) {
    name = metadata->find_text("name");
    name_space = metadata->find_text("namespace");
  }
  if (name_space.empty() && (kind == nullptr || kind->is_namespaced())) name_space = options.default_namespace;
  if (kind != nullptr && !kind->is_namespaced()) name_space = {};
  return title_of(object.find_text("kind"), name_space, name);
}

}  // namespace

std::string Resource::title() const {
  return title_of(kind->kind, metadata.namespace_name, metadata.name);
}

std::string Resource::slug() const {
  const std::string group = kind->group.empty() ? "" : fmt::format(".{}", kind->group);
  return fmt::format("{}{}/{}", kind->singular, group, metadata.name);
}

uint32_t Resource::line() const {
  return tree == nullptr ? 0 : tree->at.line;
}

Checked check(const Node& object, const CheckOptions& options) {
  Checked checked;
  Report report;
  report.source = options.source.get();
  report.strictness = options.strictness;
  const Place place(report, object);
  if (!object.is_map()) {
    place.error(Code::wrong_type, fmt::format("an object is a map, not {}", describe(object.kind)));
    checked.findings = std::move(report.findings);
    return checked;
  }
  report.object = title_of(object, options);
  if (const Kind* kind = kind_of(place)) {
    report.dialect = kind->codec->dialect;
    Resource resource;
    resource.kind = kind;
    resource.metadata = read_metadata(place, *kind, options);
    resource.value = kind->codec->read(place);
    istio::check_texts_within(place, kind->kind, resource.metadata.namespace_name, resource.metadata.name);
    if (!has_errors(report.findings)) {
      resource.body = body_of(object, *kind, resource.metadata);
      resource.source = options.source;
      if (options.source != nullptr) resource.tree = std::make_shared<Node>(object);
      checked.resource = std::move(resource);
    }
  }
  checked.findings = std::move(report.findings);
  if (options.source != nullptr) sort_by_place(checked.findings);
  return checked;
}

Checked check(const Json& object, const CheckOptions& options) {
  return check(to_node(object), options);
}

Json effective_body(const Resource& resource) {
  Json body = resource.kind->codec->write(resource.value);
  body["apiVersion"] = resource.body["apiVersion"];
  body["kind"] = resource.body["kind"];
  body["metadata"] = resource.body["metadata"];
  return body;
}

}  // namespace weft::api
