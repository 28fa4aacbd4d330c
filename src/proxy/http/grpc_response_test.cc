#include "proxy/http/grpc_response.h"

#include <gtest/gtest.h>

namespace weft::proxy {
namespace {

http::Headers of_type(const char* type) {
  http::Headers headers;
  headers.set(http::HeaderId::content_type, type);
  return headers;
}

TEST(IsGrpc, goes_by_the_content_type_and_its_suffixes) {
  EXPECT_TRUE(is_grpc(of_type("application/grpc")));
  EXPECT_TRUE(is_grpc(of_type("application/grpc+proto")));
  EXPECT_FALSE(is_grpc(of_type("application/grpc-web")));
  EXPECT_FALSE(is_grpc(of_type("application/json")));
  EXPECT_FALSE(is_grpc({}));
}

TEST(ToGrpcResponse, says_in_its_fields_what_the_status_said) {
  http::ResponseHead response;
  response.status = 503;
  to_grpc_response(response, "no healthy upstream", std::nullopt);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.get(http::HeaderId::content_type), "application/grpc");
  EXPECT_EQ(response.headers.get(http::HeaderId::grpc_status), "14");
  EXPECT_EQ(response.headers.get(http::HeaderId::grpc_message), "no healthy upstream");
}

TEST(ToGrpcResponse, keeps_the_status_that_was_asked_for_and_has_no_empty_message) {
  http::ResponseHead response;
  response.status = 403;
  to_grpc_response(response, "", 5);
  EXPECT_EQ(response.headers.get(http::HeaderId::grpc_status), "5");
  EXPECT_FALSE(response.headers.has(http::HeaderId::grpc_message));
}

// Percent-Encoded of gRPC over HTTP/2: "Responses".
TEST(ToGrpcResponse, encodes_what_a_field_may_not_hold) {
  http::ResponseHead response;
  to_grpc_response(response, "100%\n\xc3\xa4~", std::nullopt);
  EXPECT_EQ(response.headers.get(http::HeaderId::grpc_message), "100%25%0A%C3%A4~");
}

}  // namespace
}  // namespace weft::proxy
