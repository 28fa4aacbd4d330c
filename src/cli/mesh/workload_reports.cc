#include "cli/mesh/workload_reports.h"

#include "api/injection.h"
#include "base/strings.h"
#include "cli/mesh/local_http.h"

namespace weft::cli {
namespace {

using api::Json;

// The Deployment that a pod belongs to, else the pod itself.
std::string workload_of(const Json& metadata) {
  if (metadata.contains("ownerReferences")) {
    for (const auto& owner : metadata["ownerReferences"]) {
      if (owner.value("controller", false)) return owner.value("name", "");
    }
  }
  return metadata.value("name", "");
}

bool is_sidecars(const Json& metadata) {
  return metadata.contains("annotations") && metadata["annotations"].contains(api::kInjectionStatus);
}

std::optional<std::string> ask_admin(const Clock& clock, const std::filesystem::path& socket, const char* path) {
  const auto answer = call(clock, socket, {.path = path, .longest = std::chrono::seconds(5)});
  if (!answer || answer->status != 200) return std::nullopt;
  return answer->body;
}

// "uptime_current_epoch": "93s"
Duration uptime_in(const std::string& server_info) {
  const auto info = Json::parse(server_info, nullptr, false);
  const std::string text = info.is_object() ? info.value("uptime_current_epoch", "") : "";
  return std::chrono::seconds(parse_unsigned(std::string_view(text).substr(0, text.find('s'))).value_or(0));
}

std::optional<WorkloadReport> report_of(const Clock& clock, const StateFolder& state, const Json& metadata) {
  WorkloadReport report{
      .space = metadata.value("namespace", ""), .workload = workload_of(metadata), .pod = metadata.value("name", "")};
  if (metadata.contains("labels")) report.labels = metadata["labels"].get<model::Labels>();
  const auto socket = state.pod(report.space, report.pod) / "admin.sock";
  const auto dump = ask_admin(clock, socket, "/config_dump");
  const auto numbers = ask_admin(clock, socket, "/stats/prometheus");
  const auto info = ask_admin(clock, socket, "/server_info");
  const auto config = dump ? Json::parse(*dump, nullptr, false) : Json();
  if (!config.is_object() || !numbers || !info) return std::nullopt;
  report.modes = port_modes(read_config_dump(config));
  report.observation = read_observation(read_metrics(*numbers));
  report.observed = uptime_in(*info);
  return report;
}

}  // namespace

Survey survey_workloads(const Session& session, const StateFolder& state, const std::vector<Json>& pods,
                        const std::string& namespace_name) {
  Survey survey;
  for (const auto& pod : pods) {
    const auto& metadata = pod["metadata"];
    const std::string space = metadata.value("namespace", "");
    if (!is_sidecars(metadata) || (!namespace_name.empty() && space != namespace_name)) continue;
    auto report = report_of(session.clock, state, metadata);
    if (report) {
      survey.reports.push_back(*std::move(report));
    } else {
      survey.silent.push_back(space + "/" + metadata.value("name", ""));
    }
  }
  return survey;
}

}  // namespace weft::cli
