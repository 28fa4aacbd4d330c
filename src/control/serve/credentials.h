// Credentials: the Secrets of a gateway's own namespace, as its configuration names them (Gateway `credentialName`):
// "kubernetes://NAME" is a certificate with its key, "kubernetes://NAME-cacert" the authorities that clients' are
// checked against, with the lists of those that are revoked. Other namespaces can't be named.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/tree.h"
#include "control/store/store.h"
#include "xds/server/resource.h"

namespace weft::control {

// The secret of this name in a namespace; null when there is none, or what is in it can't be used: then whoever has an
// earlier one keeps it.
xds::ResourcePtr find_credential(const Store& store, std::string_view space, std::string_view name);

// Why the certificate in a Secret of the type kubernetes.io/tls, or the revocation lists in any, are of no use;
// nothing: they are, or there are none. Kubernetes takes such an object all the same.
std::optional<std::string> complaint_about(const api::Json& secret);

// The Secret that such a name is about; empty: it is about none.
std::string_view secret_of(std::string_view name);

// Under which names a Secret called this may be found.
std::vector<std::string> credential_names(std::string_view secret);

}  // namespace weft::control
