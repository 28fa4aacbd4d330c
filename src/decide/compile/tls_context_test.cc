#include "decide/compile/tls_context.h"

#include <envoy/extensions/transport_sockets/tls/v3/tls.pb.h>
#include <gtest/gtest.h>

#include "decide/compile/json_for_test.h"

namespace weft::decide {
namespace {

// A server that asks clients for certificates, by this JSON of a CertificateValidationContext.
Result<ServerTlsPtr> server_with(const std::string& validation) {
  Ids ids;
  envoy::config::core::v3::TransportSocket socket;
  socket.ParseFromString(bytes_of<envoy::config::core::v3::TransportSocket>(
      "{'name':'tls','typedConfig':{'@type':'type.googleapis.com/"
      "envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext','commonTlsContext':{"
      "'tlsCertificates':[{'certificateChain':{'filename':'/c'},'privateKey':{'filename':'/k'}}]," +
      validation + "}}}"));
  return compile_server_tls(socket, ids);
}

TEST(TlsContext, takes_lists_of_revoked_certificates_beside_the_roots) {
  const auto files = server_with("'validationContext':{'trustedCa':{'filename':'/ca'},'crl':{'filename':'/crl'}}");
  ASSERT_TRUE(files) << files.error().detail;
  EXPECT_EQ((*files)->peer.revocations->kind, SecretSource::Kind::files);
  EXPECT_EQ((*files)->peer.revocations->certificate, "/crl");
  EXPECT_EQ((*files)->peer.revocation_scope, RevocationScope::chain);
  const auto merged = server_with(
      "'combinedValidationContext':{'validationContextSdsSecretConfig':{'name':'a'},'defaultValidationContext':{"
      "'crl':{'inlineString':'text'},'onlyVerifyLeafCertCrl':true}}");
  ASSERT_TRUE(merged) << merged.error().detail;
  EXPECT_EQ((*merged)->peer.revocations->certificate, "text");
  EXPECT_EQ((*merged)->peer.revocation_scope, RevocationScope::leaf);
}

TEST(TlsContext, refuses_lists_without_roots) {
  EXPECT_EQ(server_with("'validationContext':{'crl':{'filename':'/crl'}}").error().detail, "crl without trusted_ca");
}

}  // namespace
}  // namespace weft::decide
