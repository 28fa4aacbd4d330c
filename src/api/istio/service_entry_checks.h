// What must hold between the fields of a ServiceEntry: Istio's admission rules.
#pragma once

#include "api/istio/service_entry.h"
#include "api/place.h"
#include "api/text_checks.h"

namespace weft::api::istio {

Complaint check_service_entry_host(std::string_view text);   // a name or *.x, not "*" alone
Complaint check_export_to_or_nobody(std::string_view text);  // check_export_to(), or "~"

void check_workload_labels(const Place& place, WorkloadLabels& selector);
void check_service_entry(const Place& place, ServiceEntry& entry);

}  // namespace weft::api::istio
