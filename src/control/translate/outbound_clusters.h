// Clusters and endpoints of a service as its clients see them: one cluster per port, and one per port and subset. Pure.
#pragma once

#include <string_view>

#include "control/translate/client.h"
#include "control/translate/encoded.h"

namespace weft::control::translate {

// The CDS resources of a host; none when no such service is visible.
Resources outbound_clusters(const mesh::MeshView& view, const Scope& scope, std::string_view host);

// The clusters of a host's TLS ports once more, under the names that clients of an AUTO_PASSTHROUGH gateway ask for.
// They have the endpoints of the others.
Resources sni_clusters(const mesh::MeshView& view, const Scope& scope, std::string_view host);

// The EDS resources that belong to these clusters, one each, also where there is no endpoint; none of clusters that
// find their endpoints themselves.
Resources outbound_endpoints(const mesh::MeshView& view, const Scope& scope, std::string_view host);

}  // namespace weft::control::translate
