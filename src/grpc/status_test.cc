#include "grpc/status.h"

#include <gtest/gtest.h>

namespace weft::grpc {
namespace {

TEST(GrpcStatus, IsReadFromTrailers) {
  http::Headers trailers;
  trailers.add("grpc-status", "14");
  trailers.add("grpc-message", "caches%20not synced");
  const auto status = status_of(trailers);
  ASSERT_TRUE(status);
  EXPECT_EQ(status->code, Code::unavailable);
  EXPECT_EQ(status->message, "caches not synced");
}

TEST(GrpcStatus, IsAbsentWithoutItsTrailer) {
  EXPECT_FALSE(status_of(http::Headers()));
}

TEST(GrpcStatus, IsUnknownForNumbersThatGrpcDoesNotKnow) {
  for (const char* number : {"17", "-1", "", "x", "99999999999999999999"}) {
    http::Headers trailers;
    trailers.add("grpc-status", number);
    EXPECT_EQ(status_of(trailers)->code, Code::unknown) << number;
  }
}

TEST(GrpcStatus, OfHttpStatusFollowsTheMappingOfGrpc) {
  EXPECT_EQ(status_of_http(401).code, Code::unauthenticated);
  EXPECT_EQ(status_of_http(403).code, Code::permission_denied);
  EXPECT_EQ(status_of_http(404).code, Code::unimplemented);
  EXPECT_EQ(status_of_http(503).code, Code::unavailable);
  EXPECT_EQ(status_of_http(500).code, Code::unknown);
}

TEST(GrpcStatus, BecomesAnErrorThatNamesIt) {
  const Error error = error_of({Code::unauthenticated, "no token"});
  EXPECT_EQ(error.reason, Reason::denied);
  EXPECT_EQ(error.detail, "gRPC status UNAUTHENTICATED: no token");
}

TEST(GrpcMessage, KeepsBrokenEscapesAsTheyAre) {
  EXPECT_EQ(decode_message("100%"), "100%");
  EXPECT_EQ(decode_message("%4"), "%4");
  EXPECT_EQ(decode_message("%zz%41"), "%zzA");
}

TEST(GrpcMessage, SurvivesTheRoundTrip) {
  const std::string text = "gr\xc3\xbc\xc3\x9f\x65 100%\n\t~";
  EXPECT_EQ(encode_message(text), "gr%C3%BC%C3%9Fe 100%25%0A%09~");
  EXPECT_EQ(decode_message(encode_message(text)), text);
}

}  // namespace
}  // namespace weft::grpc
