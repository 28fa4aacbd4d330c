#include "control/serve/store_feed.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/store/sqlite_store.h"
#include "runtime/reactor.h"

namespace weft::control {
namespace {

TEST(StoredObjects, AreThoseOfOneNamespaceThatRoutingReads) {
  std::string pattern = (std::filesystem::temp_directory_path() / "weft-feed-XXXXXX").string();
  const std::string folder = mkdtemp(pattern.data());
  ManualClock clock;
  runtime::Reactor reactor{clock};
  const auto store = SqliteStore::open(folder + "/weft.db").value();
  Batch batch;
  batch.push_back({{"/secrets", "shop", "key"}, Revision{}, "{}"});
  batch.push_back({{"/services", "shop", "web"}, Revision{}, R"({"a":1})"});
  batch.push_back({{"/services", "stock", "web"}, Revision{}, "{}"});
  batch.push_back({{"networking.istio.io/sidecars", "shop", "default"}, Revision{}, "{}"});
  ASSERT_TRUE(reactor.run_until_done(store->commit(std::move(batch))));
  std::vector<std::string> found;
  for (const auto& object : stored_objects(*store, "shop")) {
    EXPECT_FALSE(object.json.empty());
    found.push_back(object.type + "/" + object.space + "/" + object.name);
  }
  EXPECT_THAT(found, testing::UnorderedElementsAre("/services/shop/web", "networking.istio.io/sidecars/shop/default"));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace weft::control
