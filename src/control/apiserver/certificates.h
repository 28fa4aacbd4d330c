// What the API says and does about workloads' certificates: /apis/weft.dev/v1/certificates and .../certificates/SERIAL.
#pragma once

#include <string>

#include "control/apiserver/call.h"
#include "control/ca/certification.h"
#include "control/serve/status.h"
#include "control/workloads/world.h"
#include "runtime/task.h"

namespace weft::control {

// What is asked about identities; all of it outlives the API. Control thread.
struct Identities {
  Certification ca;
  ServingStatus* serving;
  const World* world;
  const Clock* clock;
};

// Every certificate on record, by identity, pod and age.
Answer certificate_list(const Identities& identities);

// One, with its chain as PEM.
Reply<Answer> show_certificate(const Identities& identities, const std::string& serial);

// {"state": "replace" or "revoked", "serials": [...]}: all of them, or none: 404 where one is not on record or has
// expired. What is revoked stays so.
runtime::Task<Reply<Answer>> mark_certificates(Identities identities, const Call& call);

}  // namespace weft::control
