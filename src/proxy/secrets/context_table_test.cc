#include "proxy/secrets/context_table.h"

#include <envoy/extensions/transport_sockets/tls/v3/secret.pb.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "runtime/gate.h"
#include "runtime/reactor.h"
#include "tls/testing_identity.h"

namespace weft::proxy {
namespace {

using decide::SecretSource;

// A listener that ends TLS with the secret "shop".
class ContextTableTest : public testing::Test {
 protected:
  ContextTableTest() {
    auto listener = std::make_shared<decide::Listener>();
    listener->chains.resize(1);
    auto settings = std::make_shared<decide::ServerTls>();
    settings->id = decide::TlsContextId(0);
    settings->certificates = {{.kind = SecretSource::Kind::named, .name = "shop"}};
    settings_ = settings.get();
    listener->chains[0].tls = std::move(settings);
    snapshot_.listeners = {std::move(listener)};
  }

  tls::ContextPtr context() { return table_.contexts_of(snapshot_)->find(decide::TlsContextId(0)); }
  void deliver(const tls::Credentials& credentials) {
    envoy::extensions::transport_sockets::tls::v3::Secret wire;
    wire.mutable_tls_certificate()->mutable_certificate_chain()->set_inline_string(credentials.chain);
    wire.mutable_tls_certificate()->mutable_private_key()->set_inline_string(credentials.key);
    const std::string bytes = wire.SerializeAsString();
    apply({.type_url = {}, .changed = {{.name = "shop", .version = "1", .bytes = bytes}}, .removed = {}});
  }
  void say_that_there_is_none() { apply({.type_url = {}, .changed = {}, .removed = {"shop"}}); }
  void apply(const xds::Update& update) {
    bool is_done = false;
    spawn(gate_, [](Secrets& secrets, const xds::Update& given, bool& done) -> runtime::Task<void> {
      EXPECT_TRUE((co_await secrets.apply(given)).empty());
      done = true;
    }(secrets_, update, is_done));
    ASSERT_TRUE(is_done);
  }

  ManualClock clock_;
  runtime::Reactor reactor_{clock_};
  runtime::Gate gate_{reactor_};
  decide::ServerTls* settings_;
  decide::Snapshot snapshot_;
  Secrets secrets_{[]() -> runtime::Task<void> { co_return; }};
  ContextTable table_{secrets_};
};

TEST_F(ContextTableTest, awaits_a_secret_until_it_comes) {
  EXPECT_EQ(context(), nullptr);
  EXPECT_TRUE(table_.awaits_secrets());
  deliver(tls::issue_for_test({}).credentials());
  EXPECT_NE(context(), nullptr);
  EXPECT_FALSE(table_.awaits_secrets());
}

TEST_F(ContextTableTest, does_not_await_what_the_control_plane_does_not_have) {
  say_that_there_is_none();
  EXPECT_EQ(context(), nullptr);
  EXPECT_FALSE(table_.awaits_secrets());
  deliver(tls::issue_for_test({}).credentials());
  EXPECT_NE(context(), nullptr);
}

TEST_F(ContextTableTest, does_not_await_files) {
  settings_->certificates = {
      {.kind = SecretSource::Kind::files, .certificate = "/nowhere/a.pem", .key = "/nowhere/a.key"}};
  EXPECT_EQ(context(), nullptr);
  EXPECT_FALSE(table_.awaits_secrets());
}

TEST_F(ContextTableTest, serves_on_with_what_was_removed) {
  deliver(tls::issue_for_test({}).credentials());
  const auto before = context();
  say_that_there_is_none();
  EXPECT_EQ(context(), before);
}

TEST_F(ContextTableTest, makes_a_context_anew_for_another_secret_alone) {
  deliver(tls::issue_for_test({}).credentials());
  const auto before = context();
  EXPECT_EQ(context(), before);
  deliver(tls::issue_for_test({}).credentials());
  EXPECT_NE(context(), before);
}

}  // namespace
}  // namespace weft::proxy
