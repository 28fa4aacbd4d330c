#include "proxy/connect/trouble.h"

#include <cerrno>

#include <gtest/gtest.h>

#include "tls/engine.h"

namespace weft::proxy {
namespace {

Error dialled(int error_number) {
  Error error = system_error("connecting to 10.0.0.1:80", error_number);
  error.side = Side::endpoint;
  error.retry = Retry::safe;
  return error;
}

TEST(Trouble, TellsARefusalFromNoWayAndFromSilence) {
  EXPECT_EQ(trouble_connecting(dialled(ECONNREFUSED)), Trouble::connect_refused);
  EXPECT_EQ(trouble_connecting(dialled(ENOENT)), Trouble::connect_refused);
  EXPECT_EQ(trouble_connecting(dialled(EHOSTUNREACH)), Trouble::unreachable);
  EXPECT_EQ(trouble_connecting(dialled(EPERM)), Trouble::unreachable);
  EXPECT_EQ(trouble_connecting(dialled(ETIMEDOUT)), Trouble::connect_timeout);
}

TEST(Trouble, TellsAFullQueueFromDescriptorsThatHaveRunOut) {
  EXPECT_EQ(trouble_connecting({Reason::overflow, "too many", Side::us, Retry::safe}), Trouble::pending_limit);
  EXPECT_EQ(trouble_connecting(system_error("opening a socket", EMFILE)), Trouble::none);
}

TEST(Trouble, HasANameOfItsOwnForEachKind) {
  EXPECT_EQ(name_of(Trouble::none), "");
  EXPECT_EQ(name_of(Trouble::connect_refused), "connect_refused");
  EXPECT_EQ(name_of(Trouble::tls_not_ready), "tls_not_ready");
  EXPECT_EQ(name_of(Trouble::closed_midway), "closed_midway");
  EXPECT_EQ(name_of(Trouble::refused_by_peer), "refused_by_peer");
}

TEST(TransportFailure, IsInEnvoysWordsWithoutSpaces) {
  EXPECT_EQ(transport_failure(dialled(ECONNREFUSED)), "delayed_connect_error:_Connection_refused");
  EXPECT_EQ(transport_failure({Reason::unavailable, "TLS to a: no certificate"}),
            "TLS_error:_Secret_is_not_supplied_by_SDS");
}

TEST(TransportFailure, IsEmptyWhereTimeOrALimitEndedTheAttempt) {
  EXPECT_EQ(transport_failure(dialled(ETIMEDOUT)), "");
  EXPECT_EQ(transport_failure({Reason::overflow, "too many", Side::us, Retry::safe}), "");
}

// What a server that is no such thing answers to a client's hello.
std::string failure_by(std::string_view answer, bool ends = false) {
  const auto context = tls::make_context({.role = tls::Role::client, .verifies_chain = false});
  tls::Engine client(*context, tls::ServerName{});
  client.handshake();
  client.put(answer);
  if (ends) client.end_input();
  client.handshake();
  return tls_failure(client, {.reason = Reason::denied, .detail = client.problem()});
}

TEST(TlsFailure, SaysThatTheEndpointSpeaksPlainText) {
  const auto text = failure_by("HTTP/1.1 400 Bad Request\r\n\r\n");
  EXPECT_EQ(text, "TLS_error:|plain_text:wrong version number:TLS_error_end");
  EXPECT_EQ(trouble_connecting({.reason = Reason::denied, .detail = text}), Trouble::tls_failed);
  EXPECT_EQ(transport_failure({.reason = Reason::denied, .detail = text}),
            "TLS_error:|plain_text:wrong_version_number:TLS_error_end");
}

TEST(TlsFailure, SaysThatTheEndpointLeft) {
  EXPECT_TRUE(failure_by("", true).starts_with("TLS_error:|closed:")) << failure_by("", true);
}

TEST(TlsFailure, SaysThatTheEndpointDoesNotAcceptUs) {
  constexpr std::string_view kBadCertificate("\x15\x03\x03\x00\x02\x02\x2a", 7);  // RFC 8446 6: fatal, bad_certificate
  EXPECT_TRUE(failure_by(kBadCertificate).starts_with("TLS_error:|alert:")) << failure_by(kBadCertificate);
}

TEST(TlsFailure, SaysThatTimeWasUp) {
  const auto context = tls::make_context({.role = tls::Role::client, .verifies_chain = false});
  const tls::Engine client(*context, tls::ServerName{});
  EXPECT_EQ(tls_failure(client, {.reason = Reason::timed_out, .detail = "TLS handshake: timed out"}),
            "TLS_error:|timed_out:TLS handshake: timed out:TLS_error_end");
}

}  // namespace
}  // namespace weft::proxy
