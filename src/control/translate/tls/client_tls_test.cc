// TLS towards a cluster's endpoints by what a DestinationRule says: whom it shows, whom it trusts, which names count.
#include "control/translate/tls/client_tls.h"

#include <envoy/config/cluster/v3/cluster.pb.h>
#include <envoy/extensions/transport_sockets/tls/v3/tls.pb.h>
#include <gtest/gtest.h>

#include "control/mesh/mesh_builder.h"

namespace weft::control::translate {
namespace {

using api::istio::ClientTls;
using api::istio::TlsMode;
using envoy::config::cluster::v3::Cluster;
using envoy::extensions::transport_sockets::tls::v3::UpstreamTlsContext;
using mesh::Protocol;

class ClientTlsTest : public testing::Test {
 protected:
  ClientTlsTest() { service_.host = "api.shop.svc.cluster.local"; }

  Cluster applied(const ClientTls& tls, Protocol protocol = Protocol::http, std::string_view subset = "") {
    const mesh::ServicePort port{.name = "p", .number = 80, .protocol = protocol};
    const EffectivePolicy policy{.tls = &tls};
    Cluster cluster;
    apply_tls({*builder_.view(), service_, port, subset}, policy, cluster);
    return cluster;
  }
  UpstreamTlsContext context(const ClientTls& tls, Protocol protocol = Protocol::http, std::string_view subset = "") {
    UpstreamTlsContext read;
    const Cluster cluster = applied(tls, protocol, subset);
    EXPECT_EQ(cluster.transport_socket().name(), "envoy.transport_sockets.tls");
    EXPECT_TRUE(cluster.transport_socket().typed_config().UnpackTo(&read));
    return read;
  }
  std::string protocols(TlsMode mode, Protocol protocol) {
    std::string all;
    for (const auto& name : context({.mode = mode}, protocol).common_tls_context().alpn_protocols()) all += name + " ";
    return all;
  }

  mesh::MeshBuilder builder_;
  mesh::Service service_;
};

TEST_F(ClientTlsTest, DisableIsPlainTextAlsoWhereEndpointsTakeTheMeshs) {
  const Cluster cluster = applied({.mode = TlsMode::disable, .sni = "x"});
  EXPECT_FALSE(cluster.has_transport_socket());
  EXPECT_EQ(cluster.transport_socket_matches_size(), 0);
}

TEST_F(ClientTlsTest, TheMeshsIsAskedForByTheNameOfTheCluster) {
  EXPECT_EQ(context({.mode = TlsMode::istio_mutual}).sni(), "outbound_.80_._.api.shop.svc.cluster.local");
  EXPECT_EQ(context({.mode = TlsMode::istio_mutual}, Protocol::tcp, "v1").sni(),
            "outbound_.80_.v1_.api.shop.svc.cluster.local");
  EXPECT_EQ(context({.mode = TlsMode::istio_mutual, .sni = "own.test"}).sni(), "own.test");
}

TEST_F(ClientTlsTest, TheMeshsSaysWhatIsInside) {
  const auto offered = [&](Protocol protocol) { return protocols(TlsMode::istio_mutual, protocol); };
  EXPECT_EQ(offered(Protocol::tcp), "istio ");
  EXPECT_EQ(offered(Protocol::tls), "istio ");
  EXPECT_EQ(offered(Protocol::sniffed), "istio ");
  EXPECT_EQ(offered(Protocol::http), "istio-http/1.1 istio http/1.1 ");
  EXPECT_EQ(offered(Protocol::grpc), "istio-h2 istio h2 ");
}

TEST_F(ClientTlsTest, OfOthersOnlyHttp2IsNamed) {
  for (const TlsMode mode : {TlsMode::simple, TlsMode::mutual}) {
    EXPECT_EQ(protocols(mode, Protocol::http2), "h2 ");
    EXPECT_EQ(protocols(mode, Protocol::http), "");
    EXPECT_EQ(protocols(mode, Protocol::tcp), "");
  }
}

TEST_F(ClientTlsTest, AuthoritiesAreTheRulesElseTheSystems) {
  const auto roots = [&](const ClientTls& tls) {
    return context(tls).common_tls_context().validation_context().trusted_ca().filename();
  };
  EXPECT_EQ(roots({.mode = TlsMode::simple, .ca_certificates = "/ca.pem"}), "/ca.pem");
  EXPECT_EQ(roots({.mode = TlsMode::simple}), "/etc/ssl/certs/ca-certificates.crt");
  EXPECT_EQ(context({.mode = TlsMode::simple, .ca_crl = "/crl.pem"})
                .common_tls_context()
                .validation_context()
                .crl()
                .filename(),
            "/crl.pem");
}

TEST_F(ClientTlsTest, WhoVerifiesNothingTrustsNoFileAndNoSecret) {
  for (const char* credential : {"", "c"}) {
    const auto common = context({.mode = TlsMode::simple,
                                 .ca_certificates = "/ca.pem",
                                 .credential_name = credential,
                                 .subject_alt_names = {"a.test"},
                                 .insecure_skip_verify = true})
                            .common_tls_context();
    EXPECT_EQ(common.validation_context_type_case(),
              envoy::extensions::transport_sockets::tls::v3::CommonTlsContext::VALIDATION_CONTEXT_TYPE_NOT_SET)
        << credential;
  }
}

TEST_F(ClientTlsTest, OnlyMutualShowsACertificate) {
  const ClientTls files{.mode = TlsMode::mutual, .client_certificate = "/c.pem", .private_key = "/k.pem"};
  const auto shown = context(files).common_tls_context();
  ASSERT_EQ(shown.tls_certificates_size(), 1);
  EXPECT_EQ(shown.tls_certificates(0).certificate_chain().filename(), "/c.pem");
  EXPECT_EQ(shown.tls_certificates(0).private_key().filename(), "/k.pem");
  const auto simple = context({.mode = TlsMode::simple, .client_certificate = "/c.pem", .private_key = "/k.pem"});
  EXPECT_EQ(simple.common_tls_context().tls_certificates_size(), 0);
}

TEST_F(ClientTlsTest, ASecretGoesBeforeFiles) {
  for (const TlsMode mode : {TlsMode::simple, TlsMode::mutual}) {
    const auto common =
        context({.mode = mode, .client_certificate = "/c", .ca_certificates = "/ca", .credential_name = "c"})
            .common_tls_context();
    EXPECT_EQ(common.tls_certificates_size(), 0);
    ASSERT_EQ(common.tls_certificate_sds_secret_configs_size(), mode == TlsMode::mutual ? 1 : 0);
    if (mode == TlsMode::mutual) EXPECT_EQ(common.tls_certificate_sds_secret_configs(0).name(), "kubernetes://c");
    EXPECT_EQ(common.combined_validation_context().validation_context_sds_secret_config().name(),
              "kubernetes://c-cacert");
  }
}

TEST_F(ClientTlsTest, NamesThatCountAreTheRulesElseTheServiceEntrys) {
  const auto names = [&](const ClientTls& tls) {
    std::string all;
    const auto read = context(tls);
    const auto& common = read.common_tls_context();
    const auto& validation = tls.credential_name.empty()
                                 ? common.validation_context()
                                 : common.combined_validation_context().default_validation_context();
    for (const auto& one : validation.match_typed_subject_alt_names()) all += one.matcher().exact() + " ";
    return all;
  };
  service_.subject_alt_names = {"entry.test"};
  for (const char* credential : {"", "c"}) {
    EXPECT_EQ(names({.mode = TlsMode::simple, .credential_name = credential}), "entry.test ");
    EXPECT_EQ(names({.mode = TlsMode::simple, .credential_name = credential, .subject_alt_names = {"rule.test"}}),
              "rule.test ");
  }
}

// An identity of whoever is behind the service, which is nobody yet, must not become "anybody at all".
TEST_F(ClientTlsTest, TheMeshsPeersAreAlwaysNamed) {
  const auto peers = [&](const ClientTls& tls) {
    const auto read = context(tls);
    const auto& all = read.common_tls_context()
                          .combined_validation_context()
                          .default_validation_context()
                          .match_typed_subject_alt_names();
    return all.empty() ? "nobody" : all.at(0).matcher().exact() + all.at(0).matcher().prefix();
  };
  EXPECT_EQ(peers({.mode = TlsMode::istio_mutual}), "spiffe://cluster.local/");
  EXPECT_EQ(peers({.mode = TlsMode::istio_mutual, .subject_alt_names = {"spiffe://cluster.local/ns/a/sa/b"}}),
            "spiffe://cluster.local/ns/a/sa/b");
}

}  // namespace
}  // namespace weft::control::translate
