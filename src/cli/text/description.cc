#include "cli/text/description.h"

#include <fmt/format.h>

#include "api/base64.h"
#include "base/strings.h"
#include "cli/mesh/readiness.h"
#include "cli/text/style.h"
#include "cli/text/table.h"

namespace weft::cli {
namespace {

using api::Json;

constexpr size_t kKeyWidth = 16;

std::string text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_null() ? "" : value.dump();
}

std::string line(std::string_view key, std::string_view value) {
  return padded(std::string(key) + ":", kKeyWidth) + std::string(value.empty() ? "<none>" : value) + "\n";
}

// A table's heading as a key: "RESTARTS" is "Restarts"; short ones ("IP") stay as they are.
std::string key_of(std::string_view heading) {
  constexpr size_t kAbbreviation = 2;
  if (heading.size() <= kAbbreviation) return std::string(heading);
  return std::string(heading.substr(0, 1)) + to_lower(heading.substr(1));
}

// Keys with their values below each other, as kubectl shows labels.
std::string map_lines(std::string_view key, const Json& map) {
  if (!map.is_object() || map.empty()) return line(key, "");
  std::string text;
  for (const auto& [name, value] : map.items()) {
    if (name == "kubectl.kubernetes.io/last-applied-configuration") continue;  // the object itself, once more
    text += text.empty() ? line(key, name + "=" + text_of(value))
                         : std::string(kKeyWidth, ' ') + name + "=" + text_of(value) + "\n";
  }
  return text.empty() ? line(key, "") : text;
}

std::string indented_yaml(std::string_view key, const Json& value) {
  std::string text = std::string(key) + ":\n";
  const auto yaml = api::print_yaml(value);
  for (size_t begin = 0; begin < yaml.size();) {
    const size_t end = std::min(yaml.find('\n', begin), yaml.size());
    text += "  " + yaml.substr(begin, end - begin) + "\n";
    begin = end + 1;
  }
  return text;
}

// A Secret's keys with the sizes of what is under them: what it says is not for screens.
std::string sizes_of(const Json& data) {
  std::string text = "data:\n";
  for (const auto& [key, value] : data.items()) {
    const auto bytes = value.is_string() ? api::decode_base64(value.get<std::string>()) : std::nullopt;
    text += fmt::format("  {}: {} bytes\n", key, bytes ? bytes->size() : 0);
  }
  return text;
}

std::string place_of(const Json& annotations) {
  const auto file = annotations.value("weft.dev/file", "");
  return file.empty() ? "" : file + ":" + annotations.value("weft.dev/line", "");
}

std::string container_lines(const Json& pod) {
  const Json::json_pointer statuses("/status/containerStatuses");
  if (!pod.contains(statuses)) return {};
  Table table{.headings = {"CONTAINER", "READY", "RESTARTS", "STATE"}, .rows = {}};
  for (const auto& status : pod[statuses]) {
    std::string state;
    for (const auto& [name, details] : status.value("state", Json::object()).items()) {
      state = name;
      if (const auto reason = details.value("reason", ""); !reason.empty()) state += " (" + reason + ")";
    }
    table.rows.push_back({status.value("name", ""), status.value("ready", false) ? "true" : "false",
                          std::to_string(status.value("restartCount", 0)), state});
  }
  return "\n" + render(table);
}

std::string condition_lines(const Json& object) {
  const Json::json_pointer conditions("/status/conditions");
  if (!object.contains(conditions) || object[conditions].empty()) return {};
  Table table{.headings = {"CONDITION", "STATUS", "REASON", "MESSAGE"}, .rows = {}};
  for (const auto& one : object[conditions]) {
    const auto message = one.value("message", "");
    const auto reason = one.value("reason", "");
    table.rows.push_back({one.value("type", ""), one.value("status", ""), reason.empty() ? "-" : reason,
                          message.empty() ? "-" : message});
  }
  return "\n" + render(table);
}

std::string pod_lines(const std::vector<Json>& pods) {
  if (pods.empty()) return {};
  Table table{.headings = {"POD", "IP", "READY", "WHY NOT"}, .rows = {}};
  for (const auto& pod : pods) {
    const auto why = why_not_ready(pod);
    const Json::json_pointer ip("/status/podIP");
    table.rows.push_back({pod["metadata"].value("name", ""), pod.contains(ip) ? text_of(pod[ip]) : "-",
                          why.empty() ? "true" : "false", why.empty() ? "-" : why});
  }
  return "\n" + render(table);
}

}  // namespace

std::string describe_object(const api::Kind& kind, const Json& object, const std::vector<Json>& related, WallTime now) {
  const Json metadata = object.value("metadata", Json::object());
  const Json annotations = metadata.value("annotations", Json::object());
  std::string text = line("Name", metadata.value("name", ""));
  if (kind.is_namespaced()) text += line("Namespace", metadata.value("namespace", ""));
  text += line("Kind", fmt::format("{} ({})", kind.kind, kind.api_version()));
  if (const auto place = place_of(annotations); !place.empty()) text += line("From", place);
  text += line("Age", api::age(metadata.value("creationTimestamp", ""), now));
  for (const auto& column : kind.columns) text += line(key_of(column.name), column.cell(object, now));
  text += map_lines("Labels", metadata.value("labels", Json::object()));
  for (const auto* part : {"spec", "data"}) {
    if (!object.contains(part)) continue;
    text += kind.kind == "Secret" ? sizes_of(object[part]) : indented_yaml(part, object[part]);
  }
  return text + container_lines(object) + condition_lines(object) + pod_lines(related);
}

}  // namespace weft::cli
