// Draft: a checked new version of an object, not written yet. Everything that happens to an object on its way from a
// request's body to a write is here: checks, defaults, addresses, what clients may not change.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "control/apiserver/refusal.h"
#include "control/apiserver/service_addresses.h"
#include "control/store/object.h"
#include "control/workloads/new_object.h"

namespace weft::control {

// A version as it would be stored. A value.
struct Draft {
  Key key;
  const api::Kind* kind = nullptr;
  api::Json body;
  ObjectPtr before;      // what it replaces; null for a new object
  bool changes = true;   // false: the same as `before`, nothing to write
  bool removes = false;  // the last finalizer of a deleted object went
  std::vector<std::string> warnings;

  Write write() const;
};

// What drafting needs from around it; lives for one call.
struct Drafting {
  const World* world;
  Moment moment;
  api::Strictness strictness;
  ServiceAddresses* addresses;
};

// The labels of namespaces, by name.
using NamespaceLabels = std::map<std::string, model::Labels, std::less<>>;

// Which part of an object a request is about.
enum class Part : uint8_t { object, status };

// A new object from a request's body. Fails when it is not valid, has no name, or its namespace does not exist
// (`written`: namespaces that the same commit writes).
Reply<Draft> draft_new(const Drafting& drafting, const api::Kind& kind, api::Json body,
                       const NamespaceLabels& written = {});

// The next version of `before` from a whole body. Fields that only the server writes stay as they are; a body with a
// resourceVersion or uid other than the present one is a conflict.
Reply<Draft> draft_update(const Drafting& drafting, const api::Kind& kind, ObjectPtr before, api::Json body, Part part);

}  // namespace weft::control
