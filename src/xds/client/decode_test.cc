#include "xds/client/decode.h"

#include <envoy/config/cluster/v3/cluster.pb.h>
#include <envoy/extensions/filters/http/jwt_authn/v3/config.pb.h>
#include <envoy/extensions/filters/http/router/v3/router.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>
#include <istio/networking/nds/v1/nds.pb.h>

#include "xds/wire/type_urls.h"

namespace weft::xds {
namespace {

using envoy::config::cluster::v3::Cluster;
using envoy::extensions::filters::http::router::v3::Router;

TEST(Decode, GivesTheMessageOfItsBytes) {
  Cluster cluster;
  cluster.set_name("outbound|80||web");
  EXPECT_EQ(decode<Cluster>(cluster.SerializeAsString())->name(), "outbound|80||web");
}

TEST(Decode, RefusesBytesThatAreNoMessage) {
  EXPECT_EQ(decode<Cluster>("\xff\xff").error().reason, Reason::malformed);
}

TEST(Decode, RefusesAnAnyOfAnotherType) {
  google::protobuf::Any packed;
  packed.PackFrom(Router());
  EXPECT_TRUE(decode<Router>(packed));
  EXPECT_EQ(decode<Cluster>(packed).error().detail,
            "expected envoy.config.cluster.v3.Cluster, found "
            "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router");
}

TEST(WireTypes, CarryTheTypeNamesOfXds) {
  google::protobuf::Any packed;
  packed.PackFrom(Cluster());
  EXPECT_EQ(packed.type_url(), kClusterType);
  packed.PackFrom(istio::networking::nds::v1::NameTable());
  EXPECT_EQ(packed.type_url(), kNameTableType);
}

TEST(WireTypes, KeepTheJsonNameOfAFieldThatIsACppKeyword) {
  envoy::extensions::filters::http::jwt_authn::v3::RequirementRule rule;
  rule.mutable_requires_()->set_provider_name("p");
  std::string json;
  ASSERT_TRUE(google::protobuf::util::MessageToJsonString(rule, &json).ok());
  EXPECT_EQ(json, R"({"requires":{"providerName":"p"}})");
}

}  // namespace
}  // namespace weft::xds
