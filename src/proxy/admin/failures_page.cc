#include "proxy/admin/failures_page.h"

#include <algorithm>
#include <ranges>

#include <fmt/format.h>

#include "proxy/admin/json_text.h"

namespace weft::proxy {
namespace {

template <class Unit>
auto whole(Duration duration) {
  return std::chrono::duration_cast<Unit>(duration).count();
}

std::string attempt_json(const telemetry::FailedAttempt& attempt) {
  std::string json = fmt::format(R"({{"duration_ms":{},"status":{})", whole<std::chrono::milliseconds>(attempt.lasted),
                                 attempt.status);
  if (!attempt.endpoint.view().empty()) json += ",\"endpoint\":" + json_text(attempt.endpoint.view());
  if (!attempt.flags.empty()) json += ",\"flags\":" + json_text(to_string(attempt.flags));
  if (!attempt.trouble.view().empty()) json += ",\"trouble\":" + json_text(attempt.trouble.view());
  if (attempt.idle) json += fmt::format(",\"idle_ms\":{}", whole<std::chrono::milliseconds>(*attempt.idle));
  return json + "}";
}

std::string tried_json(const telemetry::FailureRecord& failure) {
  std::string list;
  for (const auto& attempt : failure.tried | std::views::take(failure.tried_size))
    list += (list.empty() ? "" : ",") + attempt_json(attempt);
  return list;
}

// Empty members are left out.
std::string failure_json(const telemetry::FailureRecord& failure) {
  std::string json = fmt::format(R"({{"started_ms":{},"duration_ms":{},"status":{},"attempts":{})",
                                 whole<std::chrono::milliseconds>(failure.start.time_since_epoch()),
                                 whole<std::chrono::milliseconds>(failure.duration), failure.status, failure.attempts);
  const auto add = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) json += fmt::format(",\"{}\":{}", name, json_text(value));
  };
  if (!failure.flags.empty()) add("flags", to_string(failure.flags));
  add("request_id", failure.request_id.view());
  add("direction", failure.direction.view());
  add("method", failure.method.view());
  add("path", failure.path.view());
  add("protocol", failure.protocol.view());
  add("authority", failure.authority.view());
  add("details", failure.details.view());
  add("denial", failure.denial.view());
  add("rule", failure.rule.view());
  add("identity", failure.identity.view());
  add("client", failure.client.view());
  add("destination", failure.destination.view());
  add("endpoint", failure.endpoint.view());
  add("cluster", failure.cluster.view());
  add("route", failure.route.view());
  add("object", failure.object.view());
  add("file", failure.file.view());
  add("reason", failure.reason.view());
  add("transport_failure", failure.transport_failure.view());
  add("not_retried", failure.not_retried.view());
  if (failure.tried_size > 0) json += ",\"tried\":[" + tried_json(failure) + "]";
  if (failure.line > 0) json += fmt::format(",\"line\":{}", failure.line);
  return json + "}";
}

}  // namespace

std::string failures_json(std::vector<telemetry::FailureRecord> failures, const WantedFailures& wanted) {
  std::erase_if(failures, [&](const auto& one) { return !one.request_id.view().starts_with(wanted.id); });
  std::ranges::sort(failures, std::ranges::greater(), [](const auto& one) { return one.start + one.duration; });
  std::string list;
  for (const auto& failure : failures | std::views::take(static_cast<std::ptrdiff_t>(wanted.last)))
    list += (list.empty() ? "" : ",\n") + failure_json(failure);
  return "{\"failures\":[" + list + "]}\n";
}

}  // namespace weft::proxy
