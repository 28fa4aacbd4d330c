#include "control/apiserver/selector.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "control/store/json_access.h"

namespace weft::control {
namespace {

using api::Json;
using Test = Requirement::Test;

// Splits at commas that are not inside parentheses.
std::vector<std::string_view> split_requirements(std::string_view text) {
  std::vector<std::string_view> parts;
  size_t begin = 0;
  int depth = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '(') ++depth;
    if (i < text.size() && text[i] == ')') --depth;
    const bool ends = i == text.size() || (text[i] == ',' && depth == 0);
    if (!ends) continue;
    if (const auto part = trim(text.substr(begin, i - begin)); !part.empty()) parts.push_back(part);
    begin = i + 1;
  }
  return parts;
}

bool is_label_name(std::string_view name) {
  return !name.empty() && name.find_first_of(" ()=!,") == std::string_view::npos;
}

// "name in (a, b)" and "name notin (a, b)".
std::optional<Requirement> parse_set(std::string_view text) {
  const size_t open = text.find('(');
  if (open == std::string_view::npos || !text.ends_with(')')) return std::nullopt;
  const std::string_view head = trim(text.substr(0, open));
  const size_t space = head.find_last_of(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const std::string_view word = head.substr(space + 1);
  if (word != "in" && word != "notin") return std::nullopt;
  Requirement requirement{std::string(trim(head.substr(0, space))), word == "in" ? Test::in : Test::not_in, {}};
  for (const auto value : split(text.substr(open + 1, text.size() - open - 2), ','))
    requirement.values.emplace_back(trim(value));
  return is_label_name(requirement.name) ? std::optional(std::move(requirement)) : std::nullopt;
}

// "name=value", "name==value", "name!=value".
std::optional<Requirement> parse_equality(std::string_view text) {
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  const bool negated = equals > 0 && text[equals - 1] == '!';
  const bool doubled = equals + 1 < text.size() && text[equals + 1] == '=';
  const std::string_view name = trim(text.substr(0, negated ? equals - 1 : equals));
  const std::string_view value = trim(text.substr(equals + (doubled ? 2 : 1)));
  if (!is_label_name(name)) return std::nullopt;
  return Requirement{std::string(name), negated ? Test::not_in : Test::in, {std::string(value)}};
}

std::optional<Requirement> parse_label(std::string_view text) {
  if (auto set = parse_set(text)) return set;
  if (text.find('=') != std::string_view::npos) return parse_equality(text);
  const bool absent = text.starts_with('!');
  const std::string_view name = absent ? trim(text.substr(1)) : text;
  if (!is_label_name(name)) return std::nullopt;
  return Requirement{std::string(name), absent ? Test::absent : Test::exists, {}};
}

bool is_selectable(std::string_view field) {
  return field == "metadata.name" || field == "metadata.namespace" || field.starts_with("spec.") ||
         field.starts_with("status.") || field.starts_with("involvedObject.");
}

// The scalar at a dotted path as text; nothing when there is none.
std::optional<std::string> field_text(const Json& body, std::string_view path) {
  const Json* at = &body;
  for (const auto name : split(path, '.'))
    if (at = member(*at, name); at == nullptr) return std::nullopt;
  return at->is_string() ? at->get<std::string>() : at->dump();
}

}  // namespace

bool Requirement::holds(const std::string* value) const {
  const bool listed = value != nullptr && std::find(values.begin(), values.end(), *value) != values.end();
  switch (test) {
    case Test::in:
      return listed;
    case Test::not_in:
      return !listed;
    case Test::exists:
      return value != nullptr;
    case Test::absent:
      return value == nullptr;
  }
  return false;
}

Reply<Selector> Selector::of(const Query& query) {
  Selector selector;
  for (const auto part : split_requirements(query.get("labelSelector"))) {
    auto requirement = parse_label(part);
    if (!requirement) return refuse(bad_request(fmt::format("labelSelector: \"{}\" is no requirement", part)));
    selector.labels_.push_back(*std::move(requirement));
  }
  for (const auto part : split_requirements(query.get("fieldSelector"))) {
    auto requirement = parse_equality(part);
    if (!requirement) return refuse(bad_request(fmt::format("fieldSelector: \"{}\" is no requirement", part)));
    if (!is_selectable(requirement->name))
      return refuse(bad_request(fmt::format("fieldSelector: field label not supported: {}", requirement->name)));
    selector.fields_.push_back(*std::move(requirement));
  }
  return selector;
}

bool Selector::key_matches(const Key& key, bool& needs_text) const {
  needs_text = !labels_.empty();
  for (const Requirement& field : fields_) {
    if (field.name == "metadata.name") {
      if (!field.holds(&key.name)) return false;
    } else if (field.name == "metadata.namespace") {
      if (!field.holds(&key.space)) return false;
    } else {
      needs_text = true;
    }
  }
  return true;
}

bool Selector::selects(const Object& object) const {
  bool needs_text = false;
  if (!key_matches(object.key, needs_text)) return false;
  return !needs_text || selects(Json::parse(object.json, nullptr, false));
}

bool Selector::selects(const Json& body) const {
  for (const Requirement& label : labels_) {
    const Json* value = member(body, "metadata", "labels", label.name);
    const std::string text = value != nullptr && value->is_string() ? value->get<std::string>() : "";
    if (!label.holds(value != nullptr ? &text : nullptr)) return false;
  }
  for (const Requirement& field : fields_) {
    // Fields that are not set read as empty: `status.phase=` selects objects without a phase.
    const std::string text = field_text(body, field.name).value_or("");
    if (!field.holds(&text)) return false;
  }
  return true;
}

}  // namespace weft::control
