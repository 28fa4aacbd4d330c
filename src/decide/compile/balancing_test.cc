#include <envoy/config/cluster/v3/cluster.pb.h>
#include <gtest/gtest.h>

#include "decide/compile/compile.h"
#include "decide/compile/json_for_test.h"

namespace weft::decide {
namespace {

using std::chrono::seconds;

// A static cluster with these settings beside its name.
Result<ClusterPtr> compile(const std::string& settings) {
  Ids ids;
  return compile_cluster(bytes_of<envoy::config::cluster::v3::Cluster>("{'name':'a','type':'STATIC'," + settings + "}"),
                         ids);
}
Cluster compiled(const std::string& settings) {
  const auto cluster = compile(settings);
  EXPECT_TRUE(cluster) << cluster.error().detail;
  return cluster ? **cluster : Cluster();
}
std::string problem_of(const std::string& settings) {
  const auto cluster = compile(settings);
  return cluster ? "none" : cluster.error().detail;
}

TEST(CompileBalancing, reads_a_ring) {
  const Cluster plain = compiled("'lbPolicy':'RING_HASH'");
  EXPECT_EQ(plain.balancing, Balancing::ring_hash);
  EXPECT_EQ(plain.hash_table.ring_min, 1024);
  EXPECT_EQ(compiled("'lbPolicy':'RING_HASH','ringHashLbConfig':{'minimumRingSize':4096}").hash_table.ring_min, 4096);
}

TEST(CompileBalancing, refuses_a_ring_beyond_bounds) {
  for (const char* size : {"{'minimumRingSize':9,'maximumRingSize':8}", "{'maximumRingSize':8388609}"}) {
    EXPECT_EQ(problem_of(std::string("'lbPolicy':'RING_HASH','ringHashLbConfig':") + size),
              "cluster 'a': ring_hash_lb_config: the least size exceeds the greatest, or that 8388608");
  }
  EXPECT_EQ(problem_of("'lbPolicy':'RING_HASH','ringHashLbConfig':{'hashFunction':'MURMUR_HASH_2'}"),
            "cluster 'a': ring_hash_lb_config: only XX_HASH is supported");
}

TEST(CompileBalancing, reads_a_maglev_table_whose_size_must_be_a_prime) {
  EXPECT_EQ(compiled("'lbPolicy':'MAGLEV'").hash_table.maglev, 65537);
  EXPECT_EQ(compiled("'lbPolicy':'MAGLEV','maglevLbConfig':{'tableSize':251}").hash_table.maglev, 251);
  for (const char* size : {"0", "1", "100", "5000021"}) {
    EXPECT_EQ(problem_of(std::string("'lbPolicy':'MAGLEV','maglevLbConfig':{'tableSize':") + size + "}"),
              "cluster 'a': maglev_lb_config: table_size must be a prime of at most 5000011");
  }
}

TEST(CompileBalancing, goes_by_latency_where_wefts_metadata_ask_for_it_instead_of_least_request) {
  const std::string wish = "'metadata':{'filterMetadata':{'weft':{'balancing':'peak-ewma'}}},";
  EXPECT_EQ(compiled(wish + "'lbPolicy':'LEAST_REQUEST'").balancing, Balancing::peak_ewma);
  EXPECT_EQ(compiled(wish + "'lbPolicy':'RANDOM'").balancing, Balancing::random);
}

TEST(CompileBalancing, reads_slow_start_of_the_policies_that_have_it) {
  const std::string start = R"({'slowStartConfig':{'slowStartWindow':'60s','minWeightPercent':{'value':20},
    'aggression':{'defaultValue':2,'runtimeKey':'k'}}})";
  for (const auto& [policy, config] :
       {std::pair("ROUND_ROBIN", "roundRobinLbConfig"), std::pair("LEAST_REQUEST", "leastRequestLbConfig")}) {
    const Cluster cluster = compiled(std::string("'lbPolicy':'") + policy + "','" + config + "':" + start);
    ASSERT_TRUE(cluster.slow_start);
    EXPECT_EQ(cluster.slow_start->window, seconds(60));
    EXPECT_EQ(cluster.slow_start->aggression, 2);
    EXPECT_EQ(cluster.slow_start->share_min, 0.2);
  }
  EXPECT_FALSE(compiled("'lbPolicy':'ROUND_ROBIN'").slow_start);
}

TEST(CompileBalancing, weighs_localities_only_if_told) {
  EXPECT_FALSE(compiled("'lbPolicy':'ROUND_ROBIN'").weighs_localities);
  EXPECT_TRUE(compiled("'commonLbConfig':{'localityWeightedLbConfig':{}}").weighs_localities);
}

TEST(CompileBalancing, panics_below_half_unless_told_otherwise) {
  EXPECT_EQ(compiled("'lbPolicy':'ROUND_ROBIN'").panic_percent, 50);
  EXPECT_EQ(compiled("'commonLbConfig':{'healthyPanicThreshold':{'value':30}}").panic_percent, 30);
}

TEST(CompileOutlierDetection, has_envoys_defaults) {
  const auto detection = *compiled("'outlierDetection':{}").outlier_detection;
  EXPECT_EQ(detection.consecutive_5xx, 5);
  EXPECT_EQ(detection.consecutive_gateway_errors, 0);
  EXPECT_EQ(detection.consecutive_local_errors, 5);
  EXPECT_EQ(detection.interval, seconds(10));
  EXPECT_EQ(detection.base_ejection_time, seconds(30));
  EXPECT_EQ(detection.ejection_time_max, seconds(300));
  EXPECT_EQ(detection.ejected_percent_max, 10);
  EXPECT_FALSE(detection.splits_local_errors);
}

TEST(CompileOutlierDetection, reads_what_is_set) {
  const auto detection = *compiled(R"('outlierDetection':{'consecutive5xx':7,'consecutiveGatewayFailure':3,
    'enforcingConsecutiveGatewayFailure':100,'splitExternalLocalOriginErrors':true,'consecutiveLocalOriginFailure':2,
    'interval':'1s','baseEjectionTime':'5s','maxEjectionTime':'50s','maxEjectionPercent':40})")
                              .outlier_detection;
  EXPECT_EQ(detection.consecutive_5xx, 7);
  EXPECT_EQ(detection.consecutive_gateway_errors, 3);
  EXPECT_TRUE(detection.splits_local_errors);
  EXPECT_EQ(detection.consecutive_local_errors, 2);
  EXPECT_EQ(detection.interval, seconds(1));
  EXPECT_EQ(detection.base_ejection_time, seconds(5));
  EXPECT_EQ(detection.ejection_time_max, seconds(50));
  EXPECT_EQ(detection.ejected_percent_max, 40);
}

TEST(CompileOutlierDetection, a_counter_that_is_not_enforced_is_off) {
  const auto detection = *compiled(R"('outlierDetection':{'consecutive5xx':3,'enforcingConsecutive5xx':0,
    'consecutiveLocalOriginFailure':3,'enforcingConsecutiveLocalOriginFailure':0,'consecutiveGatewayFailure':3})")
                              .outlier_detection;
  EXPECT_EQ(detection.consecutive_5xx, 0);
  EXPECT_EQ(detection.consecutive_local_errors, 0);
  EXPECT_EQ(detection.consecutive_gateway_errors, 0);
}

TEST(CompileOutlierDetection, does_not_sweep_without_a_pause) {
  EXPECT_TRUE(compiled("'outlierDetection':{}").outlier_detection->ends_by_health_check);
  EXPECT_FALSE(compiled("'outlierDetection':{'successfulActiveHealthCheckUnejectHost':false}")
                   .outlier_detection->ends_by_health_check);
  EXPECT_EQ(compiled("'outlierDetection':{'interval':'0s'}").outlier_detection->interval,
            std::chrono::milliseconds(10));
}

}  // namespace
}  // namespace weft::decide
