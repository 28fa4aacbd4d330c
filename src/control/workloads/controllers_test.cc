#include "control/workloads/controllers.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "control/store/sqlite_store.h"
#include "control/workloads/namespaces.h"
#include "control/workloads/new_object.h"

namespace weft::control {
namespace {

// The loop over a real store, on a clock that the test moves.
class ControllersTest : public testing::Test {
 protected:
  ControllersTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "weft-loop-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    store_ = SqliteStore::open(folder_ + "/weft.db").value();
    controllers_ = std::make_unique<Controllers>(reactor_, *store_, random_);
    runtime::spawn(gate_, controllers_->run());
  }
  ~ControllersTest() override {
    controllers_->stop();
    reactor_.run_until_done(gate_.close());
    std::filesystem::remove_all(folder_);
  }

  void commit(Batch batch) {
    ASSERT_TRUE(reactor_.run_until_done(store_->commit(std::move(batch))));
    reactor_.turn({});
  }
  Write space(const std::string& name) { return new_plain_object("Namespace", "", name, moment()); }
  Moment moment() { return {clock_.wall_now(), &random_}; }
  size_t accounts() const { return store_->list(kServiceAccounts, std::nullopt).objects.size(); }

  std::string folder_;
  ManualClock clock_;
  runtime::Reactor reactor_{clock_};
  Random random_{1};
  runtime::Gate gate_{reactor_};
  std::unique_ptr<SqliteStore> store_;
  std::unique_ptr<Controllers> controllers_;
};

TEST_F(ControllersTest, AnswersAChangeInTheSameTurn) {
  commit({space("shop")});
  EXPECT_EQ(accounts(), 1u);
}

TEST_F(ControllersTest, ManyChangesAreAnsweredInOneCommit) {
  Batch batch;
  for (int i = 0; i < 100; ++i) batch.push_back(space("n" + std::to_string(i)));
  int commits = 0;
  const auto subscription = store_->subscribe([&commits] { ++commits; });
  commit(std::move(batch));
  EXPECT_EQ(accounts(), 100u);
  EXPECT_EQ(commits, 2);  // the namespaces, and the accounts of all of them
}

TEST_F(ControllersTest, TheWorldIsUpToDateForWhoeverAsks) {
  (void)reactor_.run_until_done(store_->commit({space("shop")}));
  EXPECT_NE(controllers_->world().find({std::string(kNamespaces), "", "shop"}), nullptr);
}

}  // namespace
}  // namespace weft::control
