#include "api/explain.h"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

namespace weft::api {
namespace {

TEST(Explain, TellsTypeDefaultStateAndWhatIsBelow) {
  EXPECT_EQ(explain("vs.spec.http.retries.perTryTimeout").value_or("?"),
            "KIND      VirtualService\nVERSION   networking.istio.io/v1\n"
            "FIELD     spec.http.retries.perTryTimeout <duration>\nDEFAULT   the rule's timeout\n\nHow long one try "
            "may take.\n");
  const auto retries = explain("virtualservice.spec.http.retries");
  ASSERT_TRUE(retries.has_value());
  EXPECT_NE(retries->find("  attempts <integer>\n"), std::string::npos) << *retries;
  EXPECT_NE(explain("dr.spec.trafficPolicy.tls")->find("STATE     not yet in force\n"), std::string::npos);
}

TEST(Explain, NamesTheNearestField) {
  EXPECT_EQ(explain("vs.spec.htpp").error().detail, "VirtualService has no \"htpp\"; did you mean \"http\"?");
  EXPECT_EQ(explain("virtualservise").error().detail,
            "Weft has no \"virtualservise\"; did you mean \"virtualservice\"?");
  EXPECT_EQ(explain("vs.spec.hosts.x").error().detail, "hosts has no fields");
}

TEST(ReferencePage, IsWhatTheTablesSay) {
  const std::string path = std::string(WEFT_SOURCE_DIR) + "/docs/reference/resources.md";
  if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(path) << reference_page();
  std::ifstream file(path);
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  EXPECT_TRUE(page == reference_page()) << path << " is out of date; UPDATE_GOLDEN=1 rewrites it";
}

}  // namespace
}  // namespace weft::api
