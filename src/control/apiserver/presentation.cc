#include "control/apiserver/presentation.h"

#include <fmt/format.h>

#include "control/store/json_access.h"
#include "control/store/object_json.h"

namespace weft::control {
namespace {

using api::Json;

// Whether the first acceptable form is a table. kubectl lists the table first and plain JSON as a fallback.
bool asks_for_table(std::string_view accept) {
  return accept.substr(0, accept.find(',')).find("as=Table") != std::string_view::npos;
}

// "REPLICAS" -> "Replicas": kubectl shouts by itself.
std::string column_name(std::string_view name) {
  std::string text(name);
  for (size_t i = 1; i < text.size(); ++i)
    if (text[i - 1] != ' ' && text[i - 1] != '-' && text[i] >= 'A' && text[i] <= 'Z')
      text[i] = static_cast<char>(text[i] + 32);
  return text;
}

Json column(std::string_view name, std::string_view format, int priority, std::string_view description) {
  return {{"name", name}, {"type", "string"}, {"format", format}, {"priority", priority}, {"description", description}};
}

}  // namespace

Presentation::Presentation(const api::Kind& kind, std::string version, const Call& call, const Clock& clock)
    : kind_(&kind), version_(std::move(version)), clock_(&clock) {
  as_table_ = asks_for_table(call.head.headers.get(http::HeaderId::accept).value_or(""));
  const auto include = call.query.get("includeObject");
  if (include == "None") include_ = Include::none;
  if (include == "Object") include_ = Include::object;
}

std::string Presentation::plain(const Object& object) const {
  if (version_ == kind_->storage_version) return text_of(object);
  Json body = decode(object);
  body["apiVersion"] = kind_->api_version(version_);
  return body.dump();
}

std::string Presentation::one(const Object& object) const {
  if (!as_table_) return plain(object) + "\n";
  return table({std::make_shared<const Object>(object)}, object.revision);
}

std::string Presentation::list(const std::vector<ObjectPtr>& objects, Revision revision) const {
  if (as_table_) return table(objects, revision);
  std::string text =
      fmt::format("{{\"kind\":\"{}List\",\"apiVersion\":\"{}\",\"metadata\":{{\"resourceVersion\":\"{}\"}},\"items\":[",
                  kind_->kind, kind_->api_version(version_), revision.value());
  for (const ObjectPtr& object : objects) {
    if (text.back() != '[') text += ',';
    text += plain(*object);
  }
  return text + "]}\n";
}

std::string Presentation::table(const std::vector<ObjectPtr>& objects, Revision revision) const {
  Json rows = Json::array();
  for (const ObjectPtr& object : objects) rows.push_back(row(*object));
  const Json document{{"kind", "Table"},
                      {"apiVersion", "meta.k8s.io/v1"},
                      {"metadata", {{"resourceVersion", std::to_string(revision.value())}}},
                      {"columnDefinitions", column_definitions()},
                      {"rows", std::move(rows)}};
  return document.dump() + "\n";
}

Json Presentation::column_definitions() const {
  Json columns = Json::array({column("Name", "name", 0, "Name of the object, unique within its namespace.")});
  for (const api::Column& one : kind_->columns)
    columns.push_back(column(column_name(one.name), "", one.shown == api::Column::Shown::wide ? 1 : 0, ""));
  columns.push_back(column("Age", "", 0, "Time since the object was created."));
  return columns;
}

Json Presentation::row(const Object& object) const {
  const WallTime now = clock_->wall_now();  // a watch outlives the moment it began
  Json body = decode(object);
  body["apiVersion"] = kind_->api_version(version_);
  Json cells = Json::array({object.key.name});
  for (const api::Column& one : kind_->columns) cells.push_back(one.cell(body, now));
  cells.push_back(api::age(text_at(body, "metadata", "creationTimestamp"), now));
  Json row{{"cells", std::move(cells)}};
  if (include_ == Include::object) row["object"] = std::move(body);
  if (include_ == Include::metadata)
    row["object"] = {
        {"kind", "PartialObjectMetadata"}, {"apiVersion", "meta.k8s.io/v1"}, {"metadata", body["metadata"]}};
  return row;
}

}  // namespace weft::control
