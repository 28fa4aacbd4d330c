#include "proxy/connect/trouble.h"

#include <cerrno>

#include <gtest/gtest.h>

#include "tls/engine.h"

namespace weft::proxy {
namespace {

ConnectError dialled(int error_number) {
  return of_dialling({system_error("connecting to 10.0.0.1:80", error_number), error_number});
}

TEST(Trouble, TellsARefusalFromNoWayAndFromSilence) {
  EXPECT_EQ(dialled(ECONNREFUSED).trouble, Trouble::connect_refused);
  EXPECT_EQ(dialled(ENOENT).trouble, Trouble::connect_refused);
  EXPECT_EQ(dialled(EHOSTUNREACH).trouble, Trouble::unreachable);
  EXPECT_EQ(dialled(EPERM).trouble, Trouble::unreachable);
  EXPECT_EQ(dialled(ETIMEDOUT).trouble, Trouble::connect_timeout);
  EXPECT_EQ(of_dialling(Error{Reason::timed_out, "time was up"}).trouble, Trouble::connect_timeout);
}

TEST(Trouble, IsNoneOfTheEndpointsWhereDescriptorsHaveRunOut) {
  EXPECT_EQ(dialled(EMFILE).trouble, Trouble::none);
  EXPECT_EQ(dialled(EMFILE).transport_failure, "");
}

TEST(Trouble, IsTheSameWhateverTheSentence) {
  EXPECT_EQ(of_dialling({{Reason::refused, "TLS_error:|x: Connection refused"}, EHOSTUNREACH}).trouble,
            Trouble::unreachable);
}

TEST(Trouble, HasANameOfItsOwnForEachKind) {
  EXPECT_EQ(name_of(Trouble::none), "");
  EXPECT_EQ(name_of(Trouble::connect_refused), "connect_refused");
  EXPECT_EQ(name_of(Trouble::tls_not_ready), "tls_not_ready");
  EXPECT_EQ(name_of(Trouble::closed_midway), "closed_midway");
  EXPECT_EQ(name_of(Trouble::refused_by_peer), "refused_by_peer");
}

TEST(TransportFailure, IsInEnvoysWordsWithoutSpaces) {
  EXPECT_EQ(dialled(ECONNREFUSED).transport_failure, "delayed_connect_error:_Connection_refused");
}

TEST(TransportFailure, IsEmptyWhereTimeEndedTheAttempt) {
  EXPECT_EQ(dialled(ETIMEDOUT).transport_failure, "");
}

// What a server that is no such thing answers to a client's hello.
ConnectError failure_by(std::string_view answer, bool ends = false) {
  const auto context = tls::make_context({.role = tls::Role::client, .verifies_chain = false});
  tls::Engine client(*context, tls::ServerName{});
  client.handshake();
  client.put(answer);
  if (ends) client.end_input();
  client.handshake();
  return of_handshake(client, {.reason = Reason::denied, .detail = client.problem()});
}

TEST(TlsFailure, SaysThatTheEndpointSpeaksPlainText) {
  const auto error = failure_by("HTTP/1.1 400 Bad Request\r\n\r\n");
  EXPECT_EQ(error.detail, "TLS_error:|plain_text:wrong version number:TLS_error_end");
  EXPECT_EQ(error.trouble, Trouble::tls_failed);
  EXPECT_EQ(error.transport_failure, "TLS_error:|plain_text:wrong_version_number:TLS_error_end");
}

TEST(TlsFailure, SaysThatTheEndpointLeft) {
  const auto error = failure_by("", true);
  EXPECT_TRUE(error.detail.starts_with("TLS_error:|closed:")) << error.detail;
}

TEST(TlsFailure, SaysThatTheEndpointDoesNotAcceptUs) {
  constexpr std::string_view kBadCertificate("\x15\x03\x03\x00\x02\x02\x2a", 7);  // RFC 8446 6: fatal, bad_certificate
  const auto error = failure_by(kBadCertificate);
  EXPECT_TRUE(error.detail.starts_with("TLS_error:|alert:")) << error.detail;
}

TEST(TlsFailure, SaysThatTimeWasUp) {
  const auto context = tls::make_context({.role = tls::Role::client, .verifies_chain = false});
  const tls::Engine client(*context, tls::ServerName{});
  const auto error = of_handshake(client, {.reason = Reason::timed_out, .detail = "TLS handshake: timed out"});
  EXPECT_EQ(error.detail, "TLS_error:|timed_out:TLS handshake: timed out:TLS_error_end");
  EXPECT_EQ(error.reason, Reason::timed_out);
}

}  // namespace
}  // namespace weft::proxy
