#include "api/explain.h"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "api/code_words.h"

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
  EXPECT_NE(explain("dr.spec.trafficPolicy.tunnel")->find("STATE     not yet in force\n"), std::string::npos);
}

TEST(Explain, NamesTheNearestField) {
  EXPECT_EQ(explain("vs.spec.htpp").error().detail, "VirtualService has no \"htpp\"; did you mean \"http\"?");
  EXPECT_EQ(explain("virtualservise").error().detail,
            "Weft has no \"virtualservise\"; did you mean \"virtualservice\"?");
  EXPECT_EQ(explain("vs.spec.hosts.x").error().detail, "hosts has no fields");
}

TEST(Explain, KnowsMeshConfig) {
  EXPECT_EQ(explain("meshconfig.pathNormalization.normalization").value_or("?"),
            "KIND      MeshConfig\nFIELD     pathNormalization.normalization <choice>\n"
            "VALUES    DEFAULT, NONE, BASE, MERGE_SLASHES, DECODE_AND_MERGE_SLASHES\nDEFAULT   BASE\n\n"
            "BASE resolves dot segments and turns \\ into /. MERGE_SLASHES also makes one of several slashes, "
            "DECODE_AND_MERGE_SLASHES decodes %2F and %5C before that.\n");
  EXPECT_EQ(explain("meshconfg").error().detail, "Weft has no \"meshconfg\"; did you mean \"meshconfig\"?");
}

void expect_page(const std::string& name, const std::string& page) {
  const std::string path = std::string(WEFT_SOURCE_DIR) + "/docs/reference/" + name;
  if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(path) << page;
  std::ifstream file(path);
  const std::string kept{std::istreambuf_iterator<char>(file), {}};
  EXPECT_TRUE(kept == page) << path << " is out of date; UPDATE_GOLDEN=1 rewrites it";
}

TEST(ReferencePages, AreWhatTheTablesSay) {
  expect_page("resources.md", reference_page());
  expect_page("mesh-config.md", mesh_config_page());
  expect_page("codes.md", codes_page());
}

}  // namespace
}  // namespace weft::api
