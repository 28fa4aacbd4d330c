// Fetching one small document over HTTP or HTTPS, from servers that nobody vouches for.
#pragma once

#include <string>

#include "control/jwks/reach.h"
#include "control/jwks/url.h"
#include "control/mesh/mesh_view.h"
#include "net/address.h"
#include "runtime/reactor.h"
#include "runtime/task.h"

namespace weft::control {

// What names stand for at the time of asking. A value.
struct Surroundings {
  OutsideHosts outside;
  mesh::MeshViewPtr view;
  net::Address nameserver;
};

inline constexpr size_t kDocumentSizeMax = 1024 * 1024;
inline constexpr int kRedirectsMax = 3;

// GET. Follows redirects within https, checks each address before it is dialled. Fails with what went wrong, never with
// anything of what the server said: who reads the error may not be who may read the document.
runtime::Task<Result<std::string>> fetch_document(runtime::Reactor& reactor, Url url, Surroundings surroundings,
                                                  Time deadline);

}  // namespace weft::control
