// CheckRecord: what the health checks of one endpoint have come to: whether it passes, and how many results still lack
// before that changes. Envoy's rules: the first result decides alone; an answer that says no counts at once, silence
// and success only after several in a row. Pure.
#pragma once

#include <cstdint>

#include "base/random.h"
#include "decide/health_check.h"

namespace weft::proxy {

// What one check found. `refused`: the endpoint itself says that it is not well; `unanswered`: it could not be
// reached, did not answer, or with a status that may pass.
enum class CheckResult : uint8_t { passed, refused, unanswered };

// Whether any shard has had a connection to the cluster; without, checks are rare.
enum class Traffic : uint8_t { none, some };

// One endpoint's. A value.
class CheckRecord {
 public:
  // What a result did to the standing.
  enum class Effect : uint8_t { none, pending, changed };

  // An endpoint that is in service already passes until its first check says otherwise.
  explicit CheckRecord(bool is_passing = false) : is_passing_(is_passing) {}

  Effect note(CheckResult result, const decide::HealthCheck& check);

  bool is_passing() const { return is_passing_; }
  bool is_decided() const { return is_decided_; }

 private:
  Effect note_pass(uint32_t threshold);
  Effect note_failure(CheckResult result, uint32_t threshold);

  bool is_passing_;
  bool is_decided_ = false;
  uint32_t passes_ = 0;    // in a row, while it fails
  uint32_t failures_ = 0;  // in a row, while it passes
};

// How long to wait before the next check, jitter included.
Duration next_check(const decide::HealthCheck& check, CheckResult result, CheckRecord::Effect effect, Traffic traffic,
                    Random& random);

// Before the first one.
Duration first_check(const decide::HealthCheck& check, Random& random);

}  // namespace weft::proxy
