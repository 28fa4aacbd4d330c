// What a Cluster of the wire says about choosing among its endpoints and leaving some out. Pure.
#pragma once

#include <envoy/config/cluster/v3/cluster.pb.h>

#include "base/error.h"
#include "decide/cluster.h"

namespace weft::decide {

// lb_policy, its settings, and common_lb_config. The cluster's discovery is filled in already.
Result<> fill_balancing(const envoy::config::cluster::v3::Cluster& wire, Cluster& compiled);

OutlierDetection to_outlier_detection(const envoy::config::cluster::v3::OutlierDetection& wire);

}  // namespace weft::decide
