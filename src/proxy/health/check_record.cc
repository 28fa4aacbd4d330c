#include "proxy/health/check_record.h"

#include <algorithm>

namespace weft::proxy {
namespace {

Duration base_interval(const decide::HealthCheck& check, CheckResult result, CheckRecord::Effect effect,
                       Traffic traffic) {
  const bool has_passed = result == CheckResult::passed;
  const bool is_pending = effect == CheckRecord::Effect::pending;
  if (traffic == Traffic::none)
    return has_passed && !is_pending ? check.no_traffic_healthy_interval : check.no_traffic_interval;
  if (has_passed) return is_pending ? check.healthy_edge_interval : check.interval;
  return is_pending ? check.unhealthy_edge_interval : check.unhealthy_interval;
}

Duration random_part(Duration of, Random& random) {
  if (of <= Duration::zero()) return {};
  return Duration(static_cast<int64_t>(random.below(static_cast<uint64_t>(of.count()))));
}

}  // namespace

CheckRecord::Effect CheckRecord::note(CheckResult result, const decide::HealthCheck& check) {
  const Effect effect = result == CheckResult::passed ? note_pass(check.healthy_threshold)
                                                      : note_failure(result, check.unhealthy_threshold);
  is_decided_ = true;
  return effect;
}

CheckRecord::Effect CheckRecord::note_pass(uint32_t threshold) {
  failures_ = 0;
  if (is_passing_) return Effect::none;
  if (is_decided_ && ++passes_ < threshold) return Effect::pending;
  passes_ = 0;
  is_passing_ = true;
  return Effect::changed;
}

CheckRecord::Effect CheckRecord::note_failure(CheckResult result, uint32_t threshold) {
  passes_ = 0;
  if (!is_passing_) return Effect::none;
  if (result == CheckResult::unanswered && ++failures_ < threshold) return Effect::pending;
  failures_ = 0;
  is_passing_ = false;
  return Effect::changed;
}

Duration next_check(const decide::HealthCheck& check, CheckResult result, CheckRecord::Effect effect, Traffic traffic,
                    Random& random) {
  // Nothing shorter: a configuration must not make this proxy check without pause.
  constexpr Duration kIntervalMin = std::chrono::milliseconds(1);
  const Duration base = base_interval(check, result, effect, traffic);
  const Duration share = base / 100 * std::min(check.interval_jitter_percent, 100U);
  return std::max(kIntervalMin, base + random_part(share, random) + random_part(check.interval_jitter, random));
}

Duration first_check(const decide::HealthCheck& check, Random& random) {
  return random_part(check.initial_jitter, random);
}

}  // namespace weft::proxy
