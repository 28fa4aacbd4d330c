#include "proxy/secrets/context_table.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <envoy/extensions/transport_sockets/tls/v3/secret.pb.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "runtime/gate.h"
#include "runtime/reactor.h"
#include "tls/testing_identity.h"
#include "tls/testing_revocation.h"

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
  void apply(const xds::Update& update) { EXPECT_TRUE(outcome_of(update).empty()); }
  std::vector<xds::Rejection> outcome_of(const xds::Update& update) {
    std::optional<std::vector<xds::Rejection>> outcome;
    spawn(gate_, [](Secrets& secrets, const xds::Update& given, auto& into) -> runtime::Task<void> {
      into = co_await secrets.apply(given);
    }(secrets_, update, outcome));
    return outcome.value();
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

// A certificate and its key in files, with which settings serve.
class ContextTableOfFiles : public ContextTableTest {
 protected:
  ContextTableOfFiles() {
    settings_->certificates = {{.kind = SecretSource::Kind::files, .certificate = chain_, .key = key_}};
    write(tls::issue_for_test({}).credentials());
  }
  ~ContextTableOfFiles() override { std::filesystem::remove_all(folder_); }

  static std::string make_folder() {
    std::string pattern = std::filesystem::temp_directory_path() / "weft-contexts-XXXXXX";
    return mkdtemp(pattern.data());
  }
  void write(const tls::Credentials& credentials) {
    std::ofstream(chain_) << credentials.chain;
    std::ofstream(key_) << credentials.key;
  }

  std::string folder_ = make_folder();
  std::string chain_ = folder_ + "/tls.crt";
  std::string key_ = folder_ + "/tls.key";
};

TEST_F(ContextTableOfFiles, names_them_as_long_as_settings_do) {
  (void)context();
  EXPECT_EQ(table_.files(), (std::set<std::string>{chain_, key_}));
  snapshot_.listeners.clear();
  (void)table_.contexts_of(snapshot_);
  EXPECT_TRUE(table_.files().empty());
}

TEST_F(ContextTableOfFiles, serves_by_what_they_have_become) {
  const auto before = context();
  ASSERT_NE(before, nullptr);
  EXPECT_EQ(context(), before);
  write(tls::issue_for_test({}).credentials());
  EXPECT_NE(context(), before);
  EXPECT_EQ(table_.unusable(), 0u);
}

TEST_F(ContextTableOfFiles, serves_on_and_counts_where_they_are_garbled_empty_or_gone) {
  const auto before = context();
  for (const auto* bad : {"garbage", ""}) {
    std::ofstream(chain_) << bad;
    EXPECT_EQ(context(), before);
    EXPECT_EQ(context(), before);
    EXPECT_EQ(table_.unusable(), 1u);
  }
  std::filesystem::remove(key_);
  EXPECT_EQ(context(), before);
  EXPECT_EQ(table_.unusable(), 1u);
  write(tls::issue_for_test({}).credentials());
  EXPECT_NE(context(), before);
  EXPECT_EQ(table_.unusable(), 0u);
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

// The same listener, which asks clients for certificates of the secret "clients".
class ContextTableRevocation : public ContextTableTest {
 protected:
  ContextTableRevocation() {
    deliver(tls::issue_for_test({}).credentials());
    settings_->requires_client_certificate = true;
    settings_->peer.roots = SecretSource{.kind = SecretSource::Kind::named, .name = "clients"};
  }
  std::vector<xds::Rejection> deliver_roots(const std::string& lists) {
    envoy::extensions::transport_sockets::tls::v3::Secret wire;
    wire.mutable_validation_context()->mutable_trusted_ca()->set_inline_string(root_.certificate_pem());
    if (!lists.empty()) wire.mutable_validation_context()->mutable_crl()->set_inline_string(lists);
    const std::string bytes = wire.SerializeAsString();
    return outcome_of(
        {.type_url = {}, .changed = {{.name = "clients", .version = "1", .bytes = bytes}}, .removed = {}});
  }
  std::string list() const {
    return tls::revoke_for_test(root_.certificate.get(), root_.key.get(), {root_.certificate.get()});
  }
  std::string lists_in_force() { return context()->settings().revocation_lists; }

  tls::TestIdentity root_ = tls::issue_for_test({.is_authority = true});
};

TEST_F(ContextTableRevocation, takes_the_lists_that_come_with_the_roots) {
  EXPECT_TRUE(deliver_roots("").empty());
  const auto before = context();
  EXPECT_EQ(lists_in_force(), "");
  const std::string first = list();
  EXPECT_TRUE(deliver_roots(first).empty());
  EXPECT_EQ(lists_in_force(), first);
  EXPECT_NE(context(), before);  // and with it all that was verified or could be resumed
}

TEST_F(ContextTableRevocation, prefers_them_to_those_of_the_configuration) {
  const std::string configured = list();
  settings_->peer.revocations = SecretSource{.kind = SecretSource::Kind::inline_bytes, .certificate = configured};
  EXPECT_TRUE(deliver_roots("").empty());
  EXPECT_EQ(lists_in_force(), configured);
  const std::string brought = list() + list();
  EXPECT_TRUE(deliver_roots(brought).empty());
  EXPECT_EQ(lists_in_force(), brought);
}

TEST_F(ContextTableRevocation, refuses_lists_that_cannot_be_read_and_keeps_the_earlier_ones) {
  const std::string good = list();
  EXPECT_TRUE(deliver_roots(good).empty());
  const auto rejections = deliver_roots("garbage");
  ASSERT_EQ(rejections.size(), 1u);
  EXPECT_EQ(rejections.front().reason, "secret 'clients': no revocation list in PEM");
  EXPECT_EQ(lists_in_force(), good);
}

TEST_F(ContextTableRevocation, does_not_serve_without_a_file_of_lists_that_it_is_to_have) {
  EXPECT_TRUE(deliver_roots("").empty());
  settings_->peer.revocations = SecretSource{.kind = SecretSource::Kind::files, .certificate = "/nowhere/crl.pem"};
  EXPECT_EQ(context(), nullptr);
}

}  // namespace
}  // namespace weft::proxy
