#include "api/columns.h"

#include <charconv>

#include <fmt/format.h>

#include "base/strings.h"

namespace weft::api {
namespace {

const Json kNothing;

// The value at the end of a chain of keys; null when the chain breaks.
const Json& look(const Json& json, std::initializer_list<const char*> keys) {
  const Json* here = &json;
  for (const char* key : keys) {
    if (!here->is_object() || !here->contains(key)) return kNothing;
    here = &(*here)[key];
  }
  return *here;
}

std::string text(const Json& json, std::string_view otherwise = "") {
  if (json.is_string()) return json.get<std::string>();
  return json.is_null() ? std::string(otherwise) : json.dump();
}

int64_t number(const Json& json, int64_t otherwise = 0) {
  return json.is_number_integer() ? json.get<int64_t>() : otherwise;
}

std::string join(const Json& list, std::string_view otherwise) {
  std::string joined;
  if (list.is_array()) {
    for (const auto& item : list) joined += (joined.empty() ? "" : ",") + text(item);
  }
  return joined.empty() ? std::string(otherwise) : joined;
}

std::string service_ports(const Json& body, WallTime) {
  std::string ports;
  for (const auto& port : look(body, {"spec", "ports"})) {
    const int64_t node_port = number(look(port, {"nodePort"}));
    if (!ports.empty()) ports += ",";
    ports += std::to_string(number(look(port, {"port"})));
    if (node_port != 0) ports += fmt::format(":{}", node_port);
    ports += "/" + text(look(port, {"protocol"}), "TCP");
  }
  return ports.empty() ? "<none>" : ports;
}

std::string service_external(const Json& body, WallTime) {
  const Json& name = look(body, {"spec", "externalName"});
  return name.is_string() ? name.get<std::string>() : join(look(body, {"spec", "externalIPs"}), "<none>");
}

std::string selector(const Json& body, WallTime) {
  std::string pairs;
  for (const auto& [key, value] : look(body, {"spec", "selector"}).items()) {
    pairs += (pairs.empty() ? "" : ",") + key + "=" + text(value);
  }
  return pairs.empty() ? "<none>" : pairs;
}

// "app=api,tier in (a,b),!old", as kubectl writes label selectors.
std::string pod_selector(const Json& body, WallTime) {
  const Json& selector = look(body, {"spec", "podSelector"});
  Json terms = Json::array();
  for (const auto& [key, value] : look(selector, {"matchLabels"}).items()) terms.push_back(key + "=" + text(value));
  for (const auto& requirement : look(selector, {"matchExpressions"})) {
    const std::string key = text(look(requirement, {"key"}));
    const std::string op = text(look(requirement, {"operator"}));
    const std::string values = " (" + join(look(requirement, {"values"}), "") + ")";
    if (op == "In") terms.push_back(key + " in" + values);
    if (op == "NotIn") terms.push_back(key + " notin" + values);
    if (op == "Exists") terms.push_back(key);
    if (op == "DoesNotExist") terms.push_back("!" + key);
  }
  return join(terms, "<none>");
}

// "80/HTTP,443/HTTPS"
std::string gateway_ports(const Json& body, WallTime) {
  std::string ports;
  for (const auto& server : look(body, {"spec", "servers"})) {
    ports += (ports.empty() ? "" : ",") + text(look(server, {"port", "number"})) + "/" +
             text(look(server, {"port", "protocol"}));
  }
  return ports.empty() ? "<none>" : ports;
}

std::string pod_ready(const Json& body, WallTime) {
  size_t ready = 0;
  const Json& containers = look(body, {"spec", "containers"});
  for (const auto& status : look(body, {"status", "containerStatuses"})) ready += look(status, {"ready"}) == Json(true);
  return fmt::format("{}/{}", ready, containers.is_array() ? containers.size() : 0);
}

// The phase, or why a container is not running; a pod on its way out is Terminating.
std::string pod_status(const Json& body, WallTime) {
  if (look(body, {"metadata", "deletionTimestamp"}).is_string()) return "Terminating";
  for (const auto& status : look(body, {"status", "containerStatuses"})) {
    for (const char* state : {"waiting", "terminated"}) {
      const Json& reason = look(status, {"state", state, "reason"});
      if (reason.is_string()) return reason.get<std::string>();
    }
  }
  return text(look(body, {"status", "reason"}), text(look(body, {"status", "phase"}), "Pending"));
}

std::string pod_restarts(const Json& body, WallTime) {
  int64_t restarts = 0;
  for (const auto& status : look(body, {"status", "containerStatuses"}))
    restarts += number(look(status, {"restartCount"}));
  return std::to_string(restarts);
}

std::string deployment_ready(const Json& body, WallTime) {
  return fmt::format("{}/{}", number(look(body, {"status", "readyReplicas"})),
                     number(look(body, {"spec", "replicas"}), 1));
}

std::string slice_endpoints(const Json& body, WallTime) {
  std::string addresses;
  for (const auto& endpoint : look(body, {"endpoints"})) {
    for (const auto& address : look(endpoint, {"addresses"}))
      addresses += (addresses.empty() ? "" : ",") + text(address);
  }
  return addresses.empty() ? "<unset>" : addresses;
}

std::string slice_ports(const Json& body, WallTime) {
  std::string ports;
  for (const auto& port : look(body, {"ports"})) ports += (ports.empty() ? "" : ",") + text(look(port, {"port"}));
  return ports.empty() ? "<unset>" : ports;
}

// "2024-05-01T10:20:30Z" in seconds since 1970; fractions are dropped, other zones are not written by anybody here.
std::optional<int64_t> seconds_of(std::string_view time) {
  if (time.size() < 20 || time[4] != '-' || time[10] != 'T' || time.back() != 'Z') return std::nullopt;
  const auto part = [&](size_t at, size_t size) { return parse_unsigned(time.substr(at, size)); };
  const auto year = part(0, 4), month = part(5, 2), day = part(8, 2), hour = part(11, 2), minute = part(14, 2),
             second = part(17, 2);
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  const int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return days * 86400 + static_cast<int64_t>(*hour * 3600 + *minute * 60 + *second);
}

}  // namespace

// kubectl's steps: the two largest units while the first is small.
std::string age(std::string_view rfc3339, WallTime now) {
  const auto then = seconds_of(rfc3339);
  if (!then) return "<unknown>";
  const int64_t current = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  const int64_t seconds = std::max<int64_t>(0, current - *then);
  const int64_t minutes = seconds / 60, hours = minutes / 60, days = hours / 24;
  const auto with = [](int64_t first, char unit, int64_t second, char part) {
    return second == 0 ? fmt::format("{}{}", first, unit) : fmt::format("{}{}{}{}", first, unit, second, part);
  };
  if (seconds < 120) return fmt::format("{}s", seconds);
  if (minutes < 10) return with(minutes, 'm', seconds % 60, 's');
  if (hours < 3) return fmt::format("{}m", minutes);
  if (hours < 8) return with(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return fmt::format("{}h", hours);
  if (days < 8) return with(days, 'd', hours % 24, 'h');
  if (days < 730) return fmt::format("{}d", days);
  if (days < 8 * 365) return with(days / 365, 'y', days % 365, 'd');
  return fmt::format("{}y", days / 365);
}

std::vector<Column> namespace_columns() {
  return {{"STATUS", [](const Json& body, WallTime) { return text(look(body, {"status", "phase"}), "Active"); }}};
}

std::vector<Column> config_map_columns() {
  return {{"DATA", [](const Json& body, WallTime) {
             return std::to_string(look(body, {"data"}).size() + look(body, {"binaryData"}).size());
           }}};
}

std::vector<Column> secret_columns() {
  return {{"TYPE", [](const Json& body, WallTime) { return text(look(body, {"type"}), "Opaque"); }},
          {"DATA", [](const Json& body, WallTime) {
             return std::to_string(look(body, {"data"}).size() + look(body, {"stringData"}).size());
           }}};
}

std::vector<Column> service_columns() {
  return {{"TYPE", [](const Json& body, WallTime) { return text(look(body, {"spec", "type"}), "ClusterIP"); }},
          {"CLUSTER-IP", [](const Json& body, WallTime) { return text(look(body, {"spec", "clusterIP"}), "<none>"); }},
          {"EXTERNAL-IP", service_external},
          {"PORT(S)", service_ports},
          {"SELECTOR", selector, Column::Shown::wide}};
}

std::vector<Column> destination_rule_columns() {
  return {{"HOST", [](const Json& body, WallTime) { return text(look(body, {"spec", "host"})); }},
          {"SUBSETS",
           [](const Json& body, WallTime) {
             std::string names;
             for (const auto& subset : look(body, {"spec", "subsets"})) {
               names += (names.empty() ? "" : ",") + text(look(subset, {"name"}));
             }
             return names.empty() ? "<none>" : names;
           },
           Column::Shown::wide}};
}

std::vector<Column> gateway_columns() {
  return {{"SERVERS", gateway_ports}, {"SELECTOR", selector, Column::Shown::wide}};
}

std::vector<Column> virtual_service_columns() {
  return {{"GATEWAYS", [](const Json& body, WallTime) { return join(look(body, {"spec", "gateways"}), "mesh"); }},
          {"HOSTS", [](const Json& body, WallTime) { return join(look(body, {"spec", "hosts"}), "<none>"); }}};
}

std::vector<Column> authorization_policy_columns() {
  return {{"ACTION", [](const Json& body, WallTime) { return text(look(body, {"spec", "action"}), "ALLOW"); }}};
}

std::vector<Column> service_entry_columns() {
  return {{"HOSTS", [](const Json& body, WallTime) { return join(look(body, {"spec", "hosts"}), "<none>"); }},
          {"LOCATION", [](const Json& body, WallTime) { return text(look(body, {"spec", "location"})); }},
          {"RESOLUTION", [](const Json& body, WallTime) { return text(look(body, {"spec", "resolution"})); }}};
}

std::vector<Column> workload_entry_columns() {
  return {{"ADDRESS", [](const Json& body, WallTime) { return text(look(body, {"spec", "address"})); }}};
}

std::vector<Column> peer_authentication_columns() {
  return {{"MODE", [](const Json& body, WallTime) { return text(look(body, {"spec", "mtls", "mode"})); }}};
}

std::vector<Column> request_authentication_columns() {
  const auto issuers = [](const Json& body, WallTime) {
    Json list = Json::array();
    for (const auto& rule : look(body, {"spec", "jwtRules"})) list.push_back(text(look(rule, {"issuer"}), "*"));
    return join(list, "<none>");
  };
  return {{"ISSUERS", issuers}};
}

std::vector<Column> network_policy_columns() {
  return {{"POD-SELECTOR", pod_selector}};
}

std::vector<Column> deployment_columns() {
  return {{"READY", deployment_ready},
          {"UP-TO-DATE", [](const Json& body,
                            WallTime) { return std::to_string(number(look(body, {"status", "updatedReplicas"}))); }},
          {"AVAILABLE", [](const Json& body, WallTime) {
             return std::to_string(number(look(body, {"status", "availableReplicas"})));
           }}};
}

std::vector<Column> pod_columns() {
  return {{"READY", pod_ready},
          {"STATUS", pod_status},
          {"RESTARTS", pod_restarts},
          {"IP", [](const Json& body, WallTime) { return text(look(body, {"status", "podIP"}), "<none>"); },
           Column::Shown::wide},
          {"NODE", [](const Json& body, WallTime) { return text(look(body, {"spec", "nodeName"}), "<none>"); },
           Column::Shown::wide}};
}

std::vector<Column> endpoint_slice_columns() {
  return {{"ADDRESSTYPE", [](const Json& body, WallTime) { return text(look(body, {"addressType"})); }},
          {"PORTS", slice_ports},
          {"ENDPOINTS", slice_endpoints}};
}

}  // namespace weft::api
