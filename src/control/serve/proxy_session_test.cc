#include "control/serve/proxy_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/mesh/testing_objects.h"

namespace weft::control {
namespace {

using mesh::service;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

using xds::ResourceType;

// A stream that keeps what is sent.
class RecordedStream final : public xds::AdsStream {
 public:
  void send(const xds::Response& response) override { sent.push_back(response); }
  void end(xds::StreamEnd why, const std::string&) override { ended = why; }

  std::vector<xds::Response> sent;
  std::optional<xds::StreamEnd> ended;
};

// Secrets put in by hand.
class RecordedSecrets final : public SecretSource {
 public:
  xds::ResourcePtr find(const PodIdentity&, std::string_view name) const override {
    const auto found = secrets.find(name);
    return found == secrets.end() ? nullptr : found->second;
  }
  void expect(const PodIdentity& pod, std::string_view name) override {
    expected.push_back(pod.pod + " " + std::string(name));
  }

  xds::ResourceMap secrets;
  std::vector<std::string> expected;
};

// The control plane around one session of pod shop/client.
class Session : public testing::Test {
 protected:
  void apply(const std::vector<mesh::ObjectChange>& changes) {
    auto touched = builder.apply(changes);
    auto shared = worlds.update(*builder.view(), touched);
    session.push(*builder.view(), touched, shared, ++revision);
  }
  xds::Request first_request(const std::string& node_id) {
    xds::Request request;
    request.node = xds::Node{node_id, {}};
    request.type_url = type_url(ResourceType::cluster);
    return request;
  }
  void connect() {
    auto request = first_request("sidecar~10.0.0.9~client.shop~shop.svc.cluster.local");
    ASSERT_TRUE(session.identify(request, worlds, *builder.view()));
    session.hear(request);
  }
  void ask(ResourceType type, std::vector<std::string> names = {}) {
    xds::Request request;
    request.type_url = type_url(type);
    request.subscribe = std::move(names);
    session.hear(request);
  }
  // Accepts everything that was sent, until nothing more comes.
  void accept_all() {
    while (answered < stream->sent.size()) {
      xds::Request request;
      request.type_url = type_url(stream->sent[answered].type);
      request.nonce = stream->sent[answered].nonce;
      ++answered;
      session.hear(request);
    }
  }
  std::vector<std::string> names_in(const xds::Response& response) {
    std::vector<std::string> names;
    for (const auto& resource : response.resources) names.push_back(resource->name);
    return names;
  }

  std::shared_ptr<RecordedStream> stream = std::make_shared<RecordedStream>();
  mesh::MeshBuilder builder;
  OutboundWorlds worlds;
  RecordedSecrets secrets;
  ProxySession session{
      {1, xds::Dialect::delta, "", stream}, {"shop", "default", "client", "uid"}, "n-", WallTime{}, secrets};
  uint64_t revision = 0;
  size_t answered = 0;
};

TEST_F(Session, ANodeOfAnotherPodIsDenied) {
  auto request = first_request("sidecar~10.0.0.9~other.shop~shop.svc.cluster.local");
  auto identified = session.identify(request, worlds, *builder.view());
  ASSERT_FALSE(identified);
  EXPECT_EQ(identified.error().reason, Reason::denied);
}

TEST_F(Session, ANodeWithoutAProperIdIsInvalid) {
  for (const auto* id :
       {"", "sidecar~10.0.0.9~client.shop", "pod~10.0.0.9~client.shop~x", "sidecar~here~client.shop~x"}) {
    auto identified = session.identify(first_request(id), worlds, *builder.view());
    ASSERT_FALSE(identified) << id;
    EXPECT_EQ(identified.error().reason, Reason::invalid) << id;
  }
}

TEST_F(Session, GetsTheMeshAndItsOwnPart) {
  builder.apply({service("shop", "api", "{ports: [{port: 80, name: http}]}")});
  connect();
  ASSERT_EQ(stream->sent.size(), 1U);
  EXPECT_THAT(names_in(stream->sent[0]), Contains("outbound|80||api.shop.svc.cluster.local"));
  EXPECT_THAT(names_in(stream->sent[0]), Contains("PassthroughCluster"));
  ask(ResourceType::listener);
  EXPECT_THAT(names_in(stream->sent[1]), testing::IsSupersetOf({"virtualOutbound", "virtualInbound", "0.0.0.0_80"}));
}

TEST_F(Session, AChangeIsOnePushOfWhatChanged) {
  connect();
  accept_all();
  apply({service("shop", "api", "{ports: [{port: 80, name: http}]}")});
  ASSERT_EQ(stream->sent.size(), 2U);
  EXPECT_THAT(names_in(stream->sent[1]), ElementsAre("outbound|80||api.shop.svc.cluster.local"));
  EXPECT_EQ(session.seen_revision(), 1U);
  EXPECT_FALSE(session.is_settled());
  accept_all();
  EXPECT_TRUE(session.is_settled());
}

TEST_F(Session, AChangeThatItDoesNotSeeIsNotSent) {
  connect();
  accept_all();
  apply({mesh::object(
      "/services", "data", "hidden",
      "metadata: {annotations: {networking.istio.io/exportTo: '.'}}\nspec: {ports: [{port: 80, name: http}]}")});
  EXPECT_EQ(stream->sent.size(), 1U);
  EXPECT_EQ(session.seen_revision(), 0U);
}

TEST_F(Session, AServiceThatSelectsItsPodOpensAnInboundPort) {
  builder.apply({mesh::pod("shop", "client", "10.0.0.9", "{app: client}")});
  connect();
  accept_all();
  apply({service("shop", "mine", "{selector: {app: client}, ports: [{port: 8080, name: http}]}")});
  EXPECT_THAT(names_in(stream->sent[1]), Contains("inbound|8080||"));
}

TEST_F(Session, ChangedLabelsOfItsPodMayShowItAnotherMesh) {
  builder.apply({service("shop", "api", "{ports: [{port: 80, name: http}]}"),
                 mesh::pod("shop", "client", "10.0.0.9", "{tier: silver}"),
                 mesh::virtual_service("shop", "api",
                                       "{hosts: [api], http: [{match: [{sourceLabels: {tier: gold}}], "
                                       "directResponse: {status: 204}}]}")});
  connect();
  ask(ResourceType::routes, {"80"});
  accept_all();
  auto before = stream->sent.size();
  apply({mesh::pod("shop", "client", "10.0.0.9", "{tier: gold}")});
  ASSERT_EQ(stream->sent.size(), before + 1);
  EXPECT_THAT(names_in(stream->sent.back()), ElementsAre("80"));
}

TEST_F(Session, RoutesThatNobodyHasHeardOfAreAnsweredEmptyUntilTheyExist) {
  connect();
  accept_all();
  ask(ResourceType::routes, {"80"});
  EXPECT_THAT(names_in(stream->sent.back()), ElementsAre("80"));
  accept_all();
  apply({service("shop", "api", "{ports: [{port: 80, name: http}]}")});
  accept_all();
  EXPECT_EQ(stream->sent.back().type, ResourceType::routes);
}

TEST_F(Session, ATypeThatIsNotServedIsPassedOver) {
  connect();
  xds::Request request;
  request.type_url = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";
  session.hear(request);
  EXPECT_EQ(stream->sent.size(), 1U);
  EXPECT_FALSE(stream->ended);
}

TEST_F(Session, StatusTellsWhatWasRejectedAndWhy) {
  connect();
  ask(ResourceType::listener);
  accept_all();
  xds::Request request;
  apply({service("shop", "db", "{clusterIP: 10.96.0.7, ports: [{port: 5432, name: tcp}]}")});
  accept_all();
  const auto& last = stream->sent.back();
  ASSERT_EQ(last.type, ResourceType::listener);
  EXPECT_THAT(session.rejections(), IsEmpty());
  apply({service("shop", "db", "{clusterIP: 10.96.0.8, ports: [{port: 5432, name: tcp}]}")});
  request.type_url = type_url(ResourceType::listener);
  request.nonce = stream->sent.back().nonce;
  request.rejection = "10.96.0.8_5432: no";
  session.hear(request);
  ASSERT_EQ(session.rejections().size(), 1U);
  EXPECT_EQ(session.rejections()[0].resource, "10.96.0.8_5432");
  EXPECT_EQ(session.status().types[index_of(ResourceType::listener)].state, SyncState::nacked);
}

TEST_F(Session, AGatewayGetsItsExposedPortsAndNoCaptureListeners) {
  auto gateway_stream = std::make_shared<RecordedStream>();
  ProxySession gateway({2, xds::Dialect::delta, "", gateway_stream}, {"weft-system", "default", "weft-gateway", "u"},
                       "g-", WallTime{}, secrets);
  builder.apply({service("shop", "api", "{ports: [{port: 80, name: http}]}")});
  auto request = first_request("router~10.0.0.2~weft-gateway.weft-system~weft-system.svc.cluster.local");
  request.node->metadata_json = R"({"EXPOSE":[{"service":"api","namespace":"shop","port":80,"hostPort":18080}]})";
  request.type_url = type_url(ResourceType::listener);
  ASSERT_TRUE(gateway.identify(request, worlds, *builder.view()));
  gateway.hear(request);
  EXPECT_THAT(names_in(gateway_stream->sent[0]), ElementsAre("expose_18080"));
}

TEST_F(Session, SecretsComeToThoseWhoNameThem) {
  connect();
  accept_all();
  secrets.secrets["ROOTCA"] = xds::make_resource("ROOTCA", "roots");
  secrets.secrets["default"] = xds::make_resource("default", "a key");
  ask(ResourceType::secret, {"ROOTCA"});
  EXPECT_THAT(names_in(stream->sent.back()), ElementsAre("ROOTCA"));
  EXPECT_THAT(secrets.expected, ElementsAre("client ROOTCA"));
  accept_all();
  const auto sent = stream->sent.size();
  session.push_secret("default");
  EXPECT_EQ(stream->sent.size(), sent);
}

TEST_F(Session, TellsWhetherItHasTheRootsInForce) {
  const auto has = [&] { return session.roots_status(secrets.secrets["ROOTCA"]->version).accepted; };
  const auto change = [&](const std::string& name, const std::string& content) {
    secrets.secrets[name] = xds::make_resource(name, content);
    session.push_secret(name);
  };
  connect();
  accept_all();
  change("ROOTCA", "one root");
  EXPECT_FALSE(session.roots_status("").wants);
  ask(ResourceType::secret, {"ROOTCA", "kubernetes://web"});
  EXPECT_TRUE(session.roots_status("").wants);
  EXPECT_FALSE(has());
  accept_all();
  EXPECT_TRUE(has());
  secrets.secrets["ROOTCA"] = xds::make_resource("ROOTCA", "two roots");
  EXPECT_FALSE(has()) << "it was not told yet";
  session.push_secret("ROOTCA");
  xds::Request refusal{.type_url = std::string(type_url(ResourceType::secret)), .nonce = stream->sent.back().nonce};
  refusal.rejection = "no";
  ++answered;
  session.hear(refusal);
  EXPECT_FALSE(has());
  change("kubernetes://web", "a key");
  accept_all();
  EXPECT_FALSE(has()) << "that it has accepted another secret since says nothing of the roots";
  change("ROOTCA", "three roots");
  accept_all();
  EXPECT_TRUE(has());
}

// A gateway's bad credential must not hold up a change of the root.
TEST_F(Session, ARejectionOfAnotherSecretSaysNothingOfTheRoots) {
  connect();
  accept_all();
  secrets.secrets["ROOTCA"] = xds::make_resource("ROOTCA", "roots");
  secrets.secrets["kubernetes://web"] = xds::make_resource("kubernetes://web", "no key");
  ask(ResourceType::secret, {"ROOTCA", "kubernetes://web"});
  xds::Request refusal{.type_url = std::string(type_url(ResourceType::secret)), .nonce = stream->sent.back().nonce};
  refusal.rejection = "secret 'kubernetes://web': no certificate in PEM";
  session.hear(refusal);
  EXPECT_TRUE(session.roots_status(secrets.secrets["ROOTCA"]->version).accepted);
}

TEST_F(Session, AllSecretsCantBeAskedFor) {
  connect();
  accept_all();
  secrets.secrets["ROOTCA"] = xds::make_resource("ROOTCA", "roots");
  const auto sent = stream->sent.size();
  ask(ResourceType::secret);
  ask(ResourceType::secret, {"*"});
  for (size_t i = sent; i < stream->sent.size(); ++i) EXPECT_THAT(names_in(stream->sent[i]), IsEmpty());
}

TEST_F(Session, ASecretIsSentAgainWhenItIsAnother) {
  connect();
  accept_all();
  ask(ResourceType::secret, {"default"});  // it is not made yet
  accept_all();
  auto sent = stream->sent.size();
  secrets.secrets["default"] = xds::make_resource("default", "a key");
  session.push_secret("default");
  ASSERT_EQ(stream->sent.size(), sent + 1);
  EXPECT_THAT(names_in(stream->sent.back()), ElementsAre("default"));
  accept_all();
  session.push_secret("default");
  EXPECT_EQ(stream->sent.size(), sent + 1);
}

// What a proxy uses is not taken from it because its Secret was removed: TLS would end.
TEST_F(Session, ASecretThatIsGoneStaysWithTheProxy) {
  connect();
  accept_all();
  secrets.secrets["kubernetes://web"] = xds::make_resource("kubernetes://web", "a key");
  ask(ResourceType::secret, {"kubernetes://web"});
  accept_all();
  const auto sent = stream->sent.size();
  secrets.secrets.clear();
  session.push_secret("kubernetes://web");
  EXPECT_EQ(stream->sent.size(), sent);
}

}  // namespace
}  // namespace weft::control
