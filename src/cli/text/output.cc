#include "cli/text/output.h"

#include "base/strings.h"

namespace weft::cli {
namespace {

using api::Json;

std::string text_of(const Json& object, const char* pointer) {
  const Json::json_pointer place(pointer);
  return object.contains(place) && object[place].is_string() ? object[place].get<std::string>() : "";
}

bool is_shown(const api::Column& column, Format format) {
  return column.shown == api::Column::Shown::always || format == Format::wide;
}

std::string json_name_of(std::string_view heading) {
  std::string key;
  bool capital = false;
  for (const char c : heading) {
    if (c == ' ' || c == '-' || c == '(' || c == ')') {
      capital = true;
    } else {
      key += capital && !key.empty() ? c : to_lower(c);
      capital = false;
    }
  }
  return key;
}

}  // namespace

Flag output_flag() {
  return {.name = "output",
          .letter = 'o',
          .value = "FORMAT",
          .help = "table, wide, yaml, json or name",
          .choices = {"table", "wide", "yaml", "json", "name"}};
}

Flag table_output_flag() {
  return {.name = "output",
          .letter = 'o',
          .value = "FORMAT",
          .help = "table, yaml or json",
          .choices = {"table", "yaml", "json"}};
}

Format format_of(const std::string& word) {
  if (word == "wide") return Format::wide;
  if (word == "yaml") return Format::yaml;
  if (word == "json") return Format::json;
  if (word == "name") return Format::name;
  return Format::table;
}

Table table_of(const api::Kind& kind, const std::vector<Json>& objects, Format format, Namespaces namespaces,
               WallTime now) {
  const bool with_namespace = namespaces == Namespaces::shown && kind.is_namespaced();
  Table table;
  if (with_namespace) table.headings.emplace_back("NAMESPACE");
  table.headings.emplace_back("NAME");
  for (const auto& column : kind.columns) {
    if (is_shown(column, format)) table.headings.emplace_back(column.name);
  }
  table.headings.emplace_back("AGE");
  for (const auto& object : objects) {
    auto& row = table.rows.emplace_back();
    if (with_namespace) row.push_back(text_of(object, "/metadata/namespace"));
    row.push_back(text_of(object, "/metadata/name"));
    for (const auto& column : kind.columns) {
      if (is_shown(column, format)) row.push_back(column.cell(object, now));
    }
    row.push_back(api::age(text_of(object, "/metadata/creationTimestamp"), now));
  }
  return table;
}

std::string slug_of(const api::Kind& kind, const Json& object) {
  std::string slug(kind.singular);
  if (!kind.group.empty()) slug.append(".").append(kind.group);
  return slug + "/" + text_of(object, "/metadata/name");
}

std::string title_of(const Json& object) {
  std::string title = text_of(object, "/kind") + " ";
  const auto space = text_of(object, "/metadata/namespace");
  if (!space.empty()) title += space + "/";
  return title + text_of(object, "/metadata/name");
}

std::string print(const Json& value, Format format) {
  if (format == Format::yaml) {
    auto text = api::print_yaml(value);
    if (!text.ends_with('\n')) text += '\n';
    return text;
  }
  return value.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json rows_as_json(const Table& table) {
  Json rows = Json::array();
  for (const auto& row : table.rows) {
    Json& object = rows.emplace_back(Json::object());
    for (size_t i = 0; i < row.size() && i < table.headings.size(); ++i)
      object[json_name_of(table.headings[i])] = row[i];
  }
  return rows;
}

}  // namespace weft::cli
