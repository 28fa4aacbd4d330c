// What every store must do, whatever lies beneath it: another implementation adds one INSTANTIATE line at the end.
#include <filesystem>

#include <gtest/gtest.h>

#include "control/store/sqlite_store.h"
#include "control/store/store.h"
#include "runtime/reactor.h"

namespace weft::control {
namespace {

// A folder that is gone after the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "weft-store-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  std::string file(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
};

// Opens the store under test in a folder; opening the same folder again finds what was kept.
using OpenStore = std::unique_ptr<Store> (*)(const TemporaryFolder& folder, LogLimits limits);

std::unique_ptr<Store> open_sqlite(const TemporaryFolder& folder, LogLimits limits) {
  auto store = SqliteStore::open(folder.file("weft.db"), {.log = limits});
  EXPECT_TRUE(store) << store.error().detail;
  return store ? std::move(*store) : nullptr;
}

class StoreContract : public testing::TestWithParam<OpenStore> {
 protected:
  void SetUp() override { reopen(); }
  void reopen(LogLimits limits = {}) {
    store_.reset();
    store_ = GetParam()(folder_, limits);
    ASSERT_TRUE(store_);
  }
  Result<Revision> commit(Batch batch) { return reactor_.run_until_done(store_->commit(std::move(batch))); }
  Revision put(const std::string& name, const std::string& json) {
    const ObjectPtr current = store_->get(pod(name));
    return commit({{pod(name), current ? current->revision : Revision{}, json}}).value();
  }
  static Key pod(const std::string& name, const std::string& space = "a") { return {"/pods", space, name}; }

  TemporaryFolder folder_;
  SystemClock clock_;
  runtime::Reactor reactor_{clock_};
  std::unique_ptr<Store> store_;
};

TEST_P(StoreContract, GivesBackWhatWasWrittenAlsoAfterReopening) {
  const Revision written = put("x", "{\"n\":1}");
  for (int round = 0; round < 2; ++round) {
    const ObjectPtr object = store_->get(pod("x"));
    ASSERT_TRUE(object);
    EXPECT_EQ(object->json, "{\"n\":1}");
    EXPECT_EQ(object->revision, written);
    EXPECT_EQ(store_->revision(), written);
    reopen();
  }
}

TEST_P(StoreContract, RevisionsNeverGoBackEvenWhenEverythingIsRemoved) {
  const Revision created = put("x", "{}");
  const Revision removed = commit({{pod("x"), created, ""}}).value();
  EXPECT_GT(removed, created);
  reopen();
  EXPECT_EQ(store_->get(pod("x")), nullptr);
  EXPECT_EQ(store_->revision(), removed);
  EXPECT_GT(put("y", "{}"), removed);
}

TEST_P(StoreContract, CreatingWhatExistsIsAConflict) {
  put("x", "{}");
  EXPECT_EQ(commit({{pod("x"), Revision{}, "{}"}}).error().reason, Reason::conflict);
}

TEST_P(StoreContract, WritingOverANewerVersionIsAConflict) {
  const Revision first = put("x", "{}");
  put("x", "{\"n\":2}");
  EXPECT_EQ(commit({{pod("x"), first, "{\"n\":3}"}}).error().reason, Reason::conflict);
  EXPECT_EQ(commit({{pod("x"), first, ""}}).error().reason, Reason::conflict);
  EXPECT_EQ(store_->get(pod("x"))->json, "{\"n\":2}");
}

TEST_P(StoreContract, ABatchIsWrittenWholeOrNotAtAll) {
  const Revision before = put("x", "{}");
  const auto refused = commit({{pod("y"), Revision{}, "{}"}, {pod("x"), Revision{}, "{}"}});
  EXPECT_EQ(refused.error().reason, Reason::conflict);
  EXPECT_EQ(store_->get(pod("y")), nullptr);
  EXPECT_EQ(store_->revision(), before);

  ASSERT_TRUE(commit({{pod("y"), Revision{}, "{}"}, {pod("x"), before, "{\"n\":2}"}}));
  EXPECT_EQ(store_->get(pod("x"))->json, "{\"n\":2}");
  EXPECT_TRUE(store_->get(pod("y")));
}

TEST_P(StoreContract, AnEmptyBatchChangesNothing) {
  const Revision before = put("x", "{}");
  EXPECT_EQ(commit({}).value(), before);
}

TEST_P(StoreContract, ListsOneTypeOrOneNamespaceInOrder) {
  ASSERT_TRUE(commit({{pod("b", "two"), {}, "{}"}, {pod("a", "two"), {}, "{}"}, {pod("c", "one"), {}, "{}"}}));
  ASSERT_TRUE(commit({{{"/podsets", "two", "z"}, {}, "{}"}, {{"/nodes", "", "n"}, {}, "{}"}}));
  const auto names = [](const Listing& listing) {
    std::vector<std::string> result;
    for (const auto& object : listing.objects) result.push_back(object->key.name);
    return result;
  };
  EXPECT_EQ(names(store_->list("/pods")), (std::vector<std::string>{"c", "a", "b"}));
  EXPECT_EQ(names(store_->list("/pods", "two")), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(names(store_->list("/nodes", "")), (std::vector<std::string>{"n"}));
  EXPECT_EQ(names(store_->list_all()), (std::vector<std::string>{"n", "c", "a", "b", "z"}));
  EXPECT_TRUE(store_->list("").objects.empty());
  EXPECT_TRUE(store_->list("", "two").objects.empty());
  EXPECT_EQ(store_->list("/pods").revision, store_->revision());
}

TEST_P(StoreContract, ChangesTellWhatHappenedAlsoAfterReopening) {
  const Revision first = put("x", "{\"n\":1}");
  const Revision second = put("x", "{\"n\":2}");
  const Revision third = commit({{pod("x"), second, ""}}).value();
  for (int round = 0; round < 2; ++round) {
    const auto changes = store_->changes_after(Revision{}).value();
    ASSERT_EQ(changes.size(), 3u);
    EXPECT_EQ(changes[0].kind, Change::Kind::created);
    EXPECT_EQ(changes[0].object->revision, first);
    EXPECT_EQ(changes[0].before, nullptr);
    EXPECT_EQ(changes[1].kind, Change::Kind::updated);
    EXPECT_EQ(changes[1].before->json, "{\"n\":1}");
    EXPECT_EQ(changes[2].kind, Change::Kind::removed);
    EXPECT_EQ(changes[2].object->json, "{\"n\":2}");
    EXPECT_EQ(changes[2].object->revision, third);
    EXPECT_EQ(store_->changes_after(second).value().size(), 1u);
    EXPECT_TRUE(store_->changes_after(third).value().empty());
    reopen();
  }
}

TEST_P(StoreContract, ChangesNeverSplitACommit) {
  ASSERT_TRUE(commit({{pod("a"), {}, "{}"}, {pod("b"), {}, "{}"}, {pod("c"), {}, "{}"}}));
  put("d", "{}");
  EXPECT_EQ(store_->changes_after(Revision{}, 1).value().size(), 3u);
}

TEST_P(StoreContract, ARevisionTheLogNoLongerReachesIsRefused) {
  reopen({.changes = 3});
  const Revision first = put("x", "{}");
  for (int i = 0; i < 5; ++i) put("x", "{\"n\":" + std::to_string(i) + "}");
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(store_->changes_after(first).error().reason, Reason::not_found);
    EXPECT_EQ(store_->changes_after(Revision(store_->revision().value() - 3)).value().size(), 3u);
    reopen({.changes = 3});
  }
}

TEST_P(StoreContract, ALogBoundedInBytesKeepsTheNewestCommit) {
  reopen({.bytes = 1000});
  const Revision first = put("x", "{\"text\":\"" + std::string(2000, 'x') + "\"}");
  const Revision second = put("y", "{\"text\":\"" + std::string(2000, 'y') + "\"}");
  EXPECT_EQ(store_->changes_after(first).value().size(), 1u);
  EXPECT_EQ(store_->revision(), second);
}

TEST_P(StoreContract, ARevisionFromTheFutureIsRefused) {
  const Revision now = put("x", "{}");
  EXPECT_EQ(store_->changes_after(Revision(now.value() + 1)).error().reason, Reason::not_found);
}

TEST_P(StoreContract, SubscribersHearOfEachCommitUntilTheyLetGo) {
  int heard = 0;
  auto subscription = store_->subscribe([&heard] { ++heard; });
  ASSERT_TRUE(commit({{pod("a"), {}, "{}"}, {pod("b"), {}, "{}"}}));
  EXPECT_EQ(heard, 1);
  EXPECT_FALSE(commit({{pod("a"), {}, "{}"}}));
  EXPECT_EQ(heard, 1);
  subscription = Subscription();
  put("c", "{}");
  EXPECT_EQ(heard, 1);
}

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreContract, testing::Values(&open_sqlite));

}  // namespace
}  // namespace weft::control
