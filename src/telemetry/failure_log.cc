#include "telemetry/failure_log.h"

namespace weft::telemetry {

FailureRecord::FailureRecord(const AccessRecord& access, const FailureContext& context)
    : start(access.start),
      duration(access.duration),
      status(access.status),
      flags(access.flags),
      attempts(context.attempts),
      line(context.line),
      request_id(access.request_id),
      method(access.method),
      protocol(access.protocol),
      direction(context.direction),
      path(access.path.substr(0, access.path.find('?'))),
      authority(access.authority),
      details(access.details.empty() ? access.termination_details : access.details),
      denial(context.denial),
      rule(context.rule),
      identity(context.identity),
      client(access.client_address),
      destination(access.local_address),
      endpoint(access.endpoint),
      cluster(access.cluster),
      route(access.route),
      object(context.object),
      file(context.file),
      reason(context.reason),
      transport_failure(access.transport_failure),
      not_retried(context.not_retried),
      tried_size(std::min(context.tried.size(), kAttemptsMax)) {
  std::ranges::transform(context.tried.first(tried_size), tried.begin(), [](const AttemptFacts& one) {
    return FailedAttempt{
        Clipped<64>(one.endpoint), Clipped<24>(one.trouble), one.flags, one.status, one.lasted, one.idle};
  });
}

bool ended_badly(const AccessRecord& access) {
  constexpr ResponseFlags kDelayed{ResponseFlag::delay_injected};
  if (!access.flags.empty() && access.flags != kDelayed) return true;
  if (access.status == 0 || access.status >= 500) return true;
  return access.status >= 400 && !access.details.empty();  // details: the answer is the proxy's
}

void FailureLog::write(const AccessRecord& access, const FailureContext& context) {
  if (records_.size() < kRecordsMax) {
    records_.emplace_back(access, context);
    return;
  }
  records_[next_] = FailureRecord(access, context);
  next_ = (next_ + 1) % kRecordsMax;
}

}  // namespace weft::telemetry
