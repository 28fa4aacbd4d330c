// Subscriber: who receives what the control plane sends. Implemented by the proxy's configuration; called by AdsClient
// on its reactor's thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/task.h"

namespace weft::xds {

// One resource of a response: a packed message of the type that was asked for. Views into the response; valid until
// apply() ends.
struct Resource {
  std::string_view name;
  std::string_view version;
  std::string_view bytes;
};

// One response of the delta protocol. A name is in at most one of the lists. For a type subscribed by name, only names
// that are subscribed at the time appear; a wildcard type brings whatever exists.
struct Update {
  std::string_view type_url;
  std::vector<Resource> changed;
  std::vector<std::string_view> removed;
};

// A resource that cannot be accepted, and why, for the operator.
struct Rejection {
  std::string resource;
  std::string reason;
};

// Owned by whoever made the client; outlives its run().
class Subscriber {
 public:
  virtual ~Subscriber() = default;

  // Takes over what is valid and answers with what is not; earlier versions of rejected resources stay in use. The
  // control plane hears "accepted" (or the rejections) when the task ends, and no other update comes before: so let it
  // end when the update is in force. May call AdsClient::subscribe().
  virtual runtime::Task<std::vector<Rejection>> apply(const Update& update) = 0;
};

}  // namespace weft::xds
