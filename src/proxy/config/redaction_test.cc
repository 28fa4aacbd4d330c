#include "proxy/config/redaction.h"

#include <envoy/config/listener/v3/listener.pb.h>
#include <envoy/extensions/transport_sockets/tls/v3/tls.pb.h>
#include <gtest/gtest.h>

namespace weft::proxy {
namespace {

namespace tls = envoy::extensions::transport_sockets::tls::v3;

TEST(Redaction, hides_keys_however_deep_they_lie) {
  tls::DownstreamTlsContext context;
  auto& certificate = *context.mutable_common_tls_context()->add_tls_certificates();
  certificate.mutable_certificate_chain()->set_inline_string("public");
  certificate.mutable_private_key()->set_inline_bytes("very secret");
  context.mutable_session_ticket_keys()->add_keys()->set_inline_string("very secret");
  envoy::config::listener::v3::Listener listener;
  auto& socket = *listener.add_filter_chains()->mutable_transport_socket();
  socket.mutable_typed_config()->PackFrom(context);
  redact(listener);
  ASSERT_TRUE(listener.filter_chains(0).transport_socket().typed_config().UnpackTo(&context));
  EXPECT_EQ(context.ShortDebugString().find("very secret"), std::string::npos);
  const auto& shown = context.common_tls_context().tls_certificates(0);
  EXPECT_EQ(shown.private_key().inline_string(), "[redacted]");
  EXPECT_EQ(shown.certificate_chain().inline_string(), "public");
}

TEST(Redaction, leaves_names_of_files_and_types_that_it_does_not_know) {
  tls::TlsCertificate certificate;
  certificate.mutable_private_key()->set_filename("/etc/key.pem");
  redact(certificate);
  EXPECT_EQ(certificate.private_key().filename(), "/etc/key.pem");
  google::protobuf::Any unknown;
  unknown.set_type_url("type.googleapis.com/no.such.Type");
  unknown.set_value("bytes");
  redact(unknown);
  EXPECT_EQ(unknown.value(), "bytes");
}

}  // namespace
}  // namespace weft::proxy
