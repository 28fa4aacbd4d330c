#include "api/explain.h"

#include <set>

#include <fmt/format.h>

#include "api/field_table.h"
#include "api/istio/mesh_config.h"
#include "api/metadata.h"
#include "base/strings.h"

namespace weft::api {
namespace {

std::string_view standing_words(const Field& field) {
  if (!field.modern.empty()) return "old spelling";
  switch (field.standing) {
    case Standing::in_force:
      return "in force";
    case Standing::later:
      return "not yet in force";
    case Standing::kept:
      return "kept";
    case Standing::unused:
      return "kept, with a warning";
  }
  return "in force";
}

std::string choices_of(const Field& field) {
  std::string text;
  for (const auto choice : field.choices) text += (text.empty() ? "" : ", ") + std::string(choice);
  return text;
}

std::string heading(std::string_view path, const Field& field) {
  std::string text = fmt::format("FIELD     {} <{}>{}\n", path, field.type_name(), field.required ? " required" : "");
  if (field.standing != Standing::in_force || !field.modern.empty())
    text += fmt::format("STATE     {}\n", standing_words(field));
  if (!field.choices.empty()) text += fmt::format("VALUES    {}\n", choices_of(field));
  if (!field.default_text.empty()) text += fmt::format("DEFAULT   {}\n", field.default_text);
  if (!field.modern.empty()) text += fmt::format("INSTEAD   {}\n", field.modern);
  return text + fmt::format("\n{}\n", field.description);
}

std::string fields_below(const FieldTable& table) {
  std::string text = "\nFIELDS\n";
  for (const Field& field : table.fields()) {
    const std::string note = field.standing == Standing::in_force && field.modern.empty()
                                 ? std::string()
                                 : fmt::format("  ({})", standing_words(field));
    text += fmt::format("  {} <{}>{}{}\n      {}\n", field.name, field.type_name(), field.required ? " required" : "",
                        note, field.description);
  }
  return text;
}

Error unknown(std::string_view what, std::string_view name, const std::vector<std::string_view>& names) {
  const auto close = nearest(name, names);
  return Error{Reason::not_found,
               close ? fmt::format("{} has no \"{}\"; did you mean \"{}\"?", what, name, *close)
                     : fmt::format("{} has no \"{}\"", what, name),
               Side::client};
}

Error unknown_field(const FieldTable& table, std::string_view name) {
  std::vector<std::string_view> names;
  for (const Field& field : table.fields()) names.push_back(field.name);
  return unknown(table.name(), name, names);
}

// A row of the reference page; pipes would end a cell.
std::string row(const Field& field) {
  std::string type = field.type_name();
  if (!field.choices.empty()) type = choices_of(field);
  std::string text(field.description);
  if (!field.modern.empty()) text += fmt::format(" Now: {}.", field.modern);
  return fmt::format("| `{}`{} | {} | {} | {} | {} |\n", field.name, field.required ? " *" : "", type,
                     field.default_text, standing_words(field), text);
}

bool is_head(const Field& field) {
  return field.name == "apiVersion" || field.name == "kind" || field.name == "metadata";
}

// Kubernetes' own fields that nothing here acts on: their names are enough.
void append_names(std::string& page, const FieldTable& table, Standing standing, std::string_view words) {
  std::string names;
  for (const Field& field : table.fields()) {
    const bool named_only = field.standing == standing && !field.read && !is_head(field);
    if (named_only) names += fmt::format("{}`{}`", names.empty() ? "" : ", ", field.name);
  }
  if (!names.empty()) page += fmt::format("\n{}: {}.\n", words, names);
}

void append_table(std::string& page, const FieldTable& table, std::set<const FieldTable*>& seen) {
  if (!seen.insert(&table).second) return;
  page += fmt::format("\n### {}\n\n{}\n\n", table.name(), table.description());
  bool first = true;
  for (const Field& field : table.fields()) {
    if (!field.read) continue;
    if (first) page += "| field | type | default | state | meaning |\n| --- | --- | --- | --- | --- |\n";
    first = false;
    page += row(field);
  }
  append_names(page, table, Standing::kept, "Kept as they are");
  append_names(page, table, Standing::unused, "Kept, with a warning that nothing here acts on them");
  for (const Field& field : table.fields()) {
    if (field.nested != nullptr && field.read) append_table(page, field.nested(), seen);
  }
}

// What every page says of its tables.
constexpr std::string_view kLegend =
    "A field that is *not yet in force* is read, checked, kept and printed, and a warning names it. An *old "
    "spelling* is\n"
    "taken with a warning that names the modern one. `*` marks fields that must be set. Durations: `30s`, `1.5s`, "
    "`100ms`,\n"
    "`1h30m`; whole milliseconds. In Istio's kinds names may also be written in snake_case.\n\n";

std::string versions_of(const Kind& kind) {
  std::string text;
  for (const auto version : kind.versions)
    text += fmt::format("{}`{}`", text.empty() ? "" : ", ", kind.api_version(version));
  return text;
}

}  // namespace

namespace {

constexpr std::string_view kMeshConfig = "meshconfig";

// MeshConfig is no kind, yet has a table like one.
const FieldTable* table_of(std::string_view word) {
  if (equal_ignoring_case(word, kMeshConfig)) return &istio::MeshConfig::fields();
  const Kind* kind = find_kind_by_word(word);
  return kind == nullptr ? nullptr : &kind->fields();
}

std::vector<std::string_view> words() {
  auto all = kind_words();
  all.push_back(kMeshConfig);
  return all;
}

std::string head_of(std::string_view word, const FieldTable& table) {
  const Kind* kind = find_kind_by_word(word);
  if (kind == nullptr) return fmt::format("KIND      {}\n", table.name());
  return fmt::format("KIND      {}\nVERSION   {}\n", kind->kind, kind->api_version());
}

}  // namespace

// Kinds by any word, fields by name; where a type appears in several places it is explained at each.
Result<std::string> explain(std::string_view path) {
  const auto parts = split(path, '.');
  const FieldTable* table = table_of(parts.front());
  if (table == nullptr) return fail(unknown("Weft", parts.front(), words()));
  std::string text = head_of(parts.front(), *table);
  if (parts.size() == 1) return text + fmt::format("\n{}\n", table->description()) + fields_below(*table);
  const Field* field = nullptr;
  for (size_t i = 1; i < parts.size(); ++i) {
    if (table == nullptr) return fail(Reason::not_found, fmt::format("{} has no fields", parts[i - 1]), Side::client);
    field = table->find(parts[i]);
    if (field == nullptr) return fail(unknown_field(*table, parts[i]));
    table = field->nested == nullptr ? nullptr : &field->nested();
  }
  text += heading(path.substr(parts.front().size() + 1), *field);
  return table == nullptr ? text : text + fields_below(*table);
}

// Each type once, below the first kind that has it.
std::string reference_page() {
  std::string page =
      "# Resources\n\nWritten from the field tables in `src/api`; a test keeps it true (`UPDATE_GOLDEN=1` rewrites "
      "it).\n\n";
  page += kLegend;
  page += "| kind | versions | short names | scope |\n| --- | --- | --- | --- |\n";
  for (const Kind& kind : all_kinds()) {
    std::string words;
    for (const auto word : kind.short_names) words += fmt::format("{}`{}`", words.empty() ? "" : ", ", word);
    page += fmt::format("| {} | {} | {} | {} |\n", kind.kind, versions_of(kind), words,
                        kind.is_namespaced() ? "namespaced" : "cluster");
  }
  std::set<const FieldTable*> seen;
  page += "\n## Metadata\n";
  append_table(page, Metadata::fields(), seen);
  for (const Kind& kind : all_kinds()) {
    page += fmt::format("\n## {}\n", kind.kind);
    append_table(page, kind.fields(), seen);
  }
  return page;
}

std::string mesh_config_page() {
  std::string page =
      "# MeshConfig\n\nWritten from the field tables in `src/api/istio`; a test keeps it true (`UPDATE_GOLDEN=1` "
      "rewrites it).\n\n"
      "What holds for the whole mesh. It is read from ConfigMap `istio` of namespace `istio-system`, key `mesh`, or "
      "from `mesh:`\n"
      "of the weft.yaml that is applied. A change is in force without a restart; one that is wrong is refused, and the "
      "last good\none stays.\n\n";
  page += kLegend;
  std::set<const FieldTable*> seen;
  append_table(page, istio::MeshConfig::fields(), seen);
  return page;
}

}  // namespace weft::api
