#include "node/names/service_feed.h"

#include <gtest/gtest.h>

namespace weft::node {
namespace {

using api::Json;

Json service(const char* name, const char* address) {
  return {{"metadata", {{"name", name}, {"namespace", "shop"}}},
          {"spec", {{"clusterIP", address}, {"ports", {{{"port", 80}}}}}}};
}

Json slice(const char* address) {
  return {{"metadata", {{"name", "api-1"}, {"namespace", "shop"}, {"labels", {{"kubernetes.io/service-name", "api"}}}}},
          {"addressType", "IPv4"},
          {"ports", {{{"port", 8080}}}},
          {"endpoints", {{{"addresses", {address}}}}}};
}

// The two watches' objects reach the feed without a weftd.
class ServiceFeedTest : public testing::Test {
 protected:
  size_t endpoints() const { return table_.targets().empty() ? 0 : table_.targets().front().endpoints.size(); }

  ManualClock clock_;
  runtime::Reactor reactor_{clock_};
  ControlPlane control_plane_{reactor_, "/nowhere"};
  ServiceTable table_;
  int changes_ = 0;
  ServiceFeed feed_{control_plane_, table_, [this] { ++changes_; }};
  ResourceWatch services_{control_plane_, *api::find_kind_by_word("service"), feed_};
  ResourceWatch slices_{control_plane_, *api::find_kind_by_word("endpointslice"), feed_};
};

TEST_F(ServiceFeedTest, BringsServicesAndTheirEndpointsTogether) {
  services_.on_all({service("api", "10.96.0.1")});
  EXPECT_EQ(endpoints(), 0u);
  slices_.on_changed(slice("10.0.0.1"));
  EXPECT_EQ(endpoints(), 1u);
  slices_.on_deleted(slice("10.0.0.1"));
  EXPECT_EQ(endpoints(), 0u);
  EXPECT_EQ(changes_, 3);
}

TEST_F(ServiceFeedTest, ForgetsWhatANewListLacks) {
  services_.on_all({service("api", "10.96.0.1"), service("web", "10.96.0.2")});
  ASSERT_EQ(table_.targets().size(), 2u);
  services_.on_all({service("web", "10.96.0.2")});
  ASSERT_EQ(table_.targets().size(), 1u);
  EXPECT_EQ(table_.look_up("api.shop.svc.cluster.local").kind, NameAnswer::Kind::unknown);
  EXPECT_EQ(changes_, 2) << "one word for a whole list";
}

TEST_F(ServiceFeedTest, KeepsTheLastGoodFormOfWhatItCannotRead) {
  services_.on_all({service("api", "10.96.0.1")});
  auto odd = service("api", "10.96.0.1");
  odd["spec"]["ports"] = 7;
  services_.on_changed(odd);
  EXPECT_EQ(table_.look_up("api.shop.svc.cluster.local").kind, NameAnswer::Kind::known);
  services_.on_all({odd});
  EXPECT_EQ(table_.look_up("api.shop.svc.cluster.local").kind, NameAnswer::Kind::known);
}

}  // namespace
}  // namespace weft::node
