// Fetching from a server on loopback that stands for an issuer.
#include "control/jwks/key_fetcher.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "control/mesh/mesh_builder.h"
#include "control/mesh/testing_objects.h"
#include "control/store/sqlite_store.h"
#include "http/service/server.h"
#include "jose/signing_for_test.h"

namespace weft::control {
namespace {

using runtime::Task;

// Answers by path.
class Issuer final : public http::Handler {
 public:
  Task<void> handle(http::Exchange& exchange) override {
    ++requests;
    return answer(exchange);
  }

  std::string keys;
  std::string configuration;
  std::string location;
  bool is_away = false;
  int requests = 0;

 private:
  Task<void> answer(http::Exchange& exchange) {
    const std::string path = exchange.request().path;
    if (is_away) {
      (void)co_await exchange.respond(503, "text/plain", "away");
    } else if (path == "/keys") {
      (void)co_await exchange.respond(200, "application/json", keys);
    } else if (path == "/.well-known/openid-configuration") {
      (void)co_await exchange.respond(200, "application/json", configuration);
    } else if (path == "/large") {
      (void)co_await exchange.respond(200, "application/json", std::string(kDocumentSizeMax + 1, ' '));
    } else if (path == "/moved") {
      http::ResponseHead head{.status = 302};
      head.headers.add("location", location);
      (void)co_await exchange.respond(std::move(head), "");
    } else {
      (void)co_await exchange.respond(404, "text/plain", "secret");
    }
  }
};

class KeyFetcherTest : public testing::Test {
 protected:
  KeyFetcherTest() {
    server_ = std::make_unique<http::Server>(
        reactor_, net::Listener::bind(reactor_, *net::Address::parse("127.0.0.1:0")).value(), issuer_);
    server_->start();
    issuer_.keys = key_.jwks(R"("kid":"a")");
  }
  ~KeyFetcherTest() override {
    reactor_.run_until_done(fetcher_.close());
    reactor_.run_until_done(server_->close(reactor_.now() + std::chrono::seconds(5)));
    std::filesystem::remove_all(folder_);
  }

  static std::string made_folder() {
    std::string folder = testing::TempDir() + "weft-key-fetcher-XXXXXX";
    return mkdtemp(folder.data());
  }
  std::string here() const { return server_->local_address().to_string(); }
  Surroundings named() const { return {{{{"idp.test", here()}}, ""}, std::make_shared<const mesh::MeshView>(), {}}; }
  std::string fetched(const std::string& url, Surroundings surroundings) {
    auto document = reactor_.run_until_done(
        fetch_document(reactor_, *parse_url(url), std::move(surroundings), reactor_.now() + std::chrono::seconds(5)));
    return document ? *document : document.error().detail;
  }

  void want(const std::string& rule) {
    builder_.apply({mesh::object("security.istio.io/requestauthentications", "shop", "tokens",
                                 "spec: {jwtRules: [" + rule + "]}")});
    fetcher_.follow(builder_.view());
  }
  void note_hosts() {
    fetcher_.note({.type = "/configmaps",
                   .space = "weft-system",
                   .name = "weft-outside",
                   .json = R"({"data":{"hosts":"idp.test )" + here() + R"(\n"}})"});
  }
  template <class Condition>
  void turn_until(Condition condition) {
    for (int i = 0; i < 2000 && !condition(); ++i) reactor_.turn(std::chrono::milliseconds(1));
    EXPECT_TRUE(condition());
  }

  SystemClock clock_;
  runtime::Reactor reactor_{clock_};
  Issuer issuer_;
  std::unique_ptr<http::Server> server_;
  jose::SigningKey key_ = jose::SigningKey::p256();
  mesh::MeshBuilder builder_;
  std::vector<std::pair<std::string, std::string>> changes_;
  std::string folder_ = made_folder();
  std::unique_ptr<SqliteStore> store_ = SqliteStore::open(folder_ + "/weft.db").value();
  KeyFetcher fetcher_{
      reactor_, *net::Address::parse("127.0.0.1:9"), KeptKeys(*store_, clock_),
      [this](const mesh::KeySource& source, const std::string& keys) { changes_.emplace_back(source.url, keys); }};
};

TEST_F(KeyFetcherTest, ADocumentIsFetchedFromWhereWeftYamlSays) {
  EXPECT_EQ(fetched("http://idp.test/keys", named()), issuer_.keys);
}

TEST_F(KeyFetcherTest, LoopbackIsNotAskedUnlessWeftYamlSaysSo) {
  EXPECT_EQ(fetched("http://" + here() + "/keys", named()),
            "fetching from 127.0.0.1: 127.0.0.1 is at 127.0.0.1, which only weft.yaml may name");
  EXPECT_EQ(issuer_.requests, 0);
}

TEST_F(KeyFetcherTest, RedirectsAreFollowedWithinBounds) {
  issuer_.location = "/keys";
  EXPECT_EQ(fetched("http://idp.test/moved", named()), issuer_.keys);
  issuer_.location = "/moved";
  issuer_.requests = 0;
  EXPECT_EQ(fetched("http://idp.test/moved", named()), "idp.test redirects once too often");
  EXPECT_EQ(issuer_.requests, 4);
  issuer_.location = "http://169.254.169.254/latest";
  EXPECT_EQ(fetched("http://idp.test/moved", named()),
            "fetching from 169.254.169.254: 169.254.169.254 is at 169.254.169.254, which only weft.yaml may name");
}

TEST_F(KeyFetcherTest, ErrorsSayNothingOfWhatTheServerSaid) {
  EXPECT_EQ(fetched("http://idp.test/other", named()), "idp.test answers with status 404");
  EXPECT_EQ(fetched("http://idp.test/large", named()), "fetching from idp.test: the document is over 1 MiB");
}

TEST_F(KeyFetcherTest, KeysComeOnceASourceIsNamed) {
  note_hosts();
  fetcher_.start();
  want(R"({issuer: a, jwksUri: "http://idp.test/keys"})");
  turn_until([&] { return changes_.size() == 1; });
  EXPECT_EQ(changes_[0].first, "http://idp.test/keys");
  EXPECT_NE(changes_[0].second.find("\"kid\":\"a\""), std::string::npos);
  want(R"({issuer: b, jwks: ""})");
  EXPECT_EQ(changes_.back(), (std::pair<std::string, std::string>("http://idp.test/keys", "")));
}

TEST_F(KeyFetcherTest, KeysAreFoundByTheIssuersConfiguration) {
  issuer_.configuration = R"({"issuer":"http://idp.test","jwks_uri":"http://idp.test/keys"})";
  note_hosts();
  fetcher_.start();
  want(R"({issuer: "http://idp.test"})");
  turn_until([&] { return changes_.size() == 1; });
  EXPECT_EQ(changes_[0].first, "http://idp.test/.well-known/openid-configuration");
  EXPECT_EQ(issuer_.requests, 2);
}

TEST_F(KeyFetcherTest, WhileTheIssuerIsAwayTheKeysOfAnEarlierRunHold) {
  const mesh::KeySource source{mesh::KeySource::Kind::keys, "http://idp.test/keys"};
  reactor_.run_until_done(KeptKeys(*store_, clock_).keep(source, issuer_.keys));
  issuer_.is_away = true;
  note_hosts();
  fetcher_.start();
  want(R"({issuer: a, jwksUri: "http://idp.test/keys"})");
  ASSERT_EQ(changes_.size(), 1u);
  EXPECT_NE(changes_[0].second.find("\"kid\":\"a\""), std::string::npos);
  turn_until([&] { return issuer_.requests == 1; });  // asked at once, all the same
  for (int i = 0; i < 20; ++i) reactor_.turn(std::chrono::milliseconds(1));
  EXPECT_EQ(changes_.size(), 1u);
}

TEST_F(KeyFetcherTest, WhatAnIssuerSaysIsKept) {
  note_hosts();
  fetcher_.start();
  want(R"({issuer: a, jwksUri: "http://idp.test/keys"})");
  turn_until([&] { return store_->list(kKeySetsType, std::nullopt).objects.size() == 1; });
}

TEST_F(KeyFetcherTest, AFailureIsTriedAgainWhenHostsChange) {
  issuer_.is_away = true;
  note_hosts();
  fetcher_.start();
  want(R"({issuer: a, jwksUri: "http://idp.test/keys"})");
  turn_until([&] { return issuer_.requests == 1; });
  issuer_.is_away = false;
  for (int i = 0; i < 20; ++i) reactor_.turn(std::chrono::milliseconds(1));
  EXPECT_TRUE(changes_.empty());
  note_hosts();
  turn_until([&] { return changes_.size() == 1; });
}

}  // namespace
}  // namespace weft::control
