// Counts what reaches operator new while two connections exchange messages: in steady state nothing does.
#include <gtest/gtest.h>

#include "http/h1/client_connection.h"
#include "http/h1/server_connection.h"
#include "net/memory_stream.h"
#include "runtime/counted_for_test.h"
#include "runtime/gate.h"

namespace weft::http::h1 {
namespace {

using runtime::Task;

Task<void> serve(ServerConnection& connection) {
  RequestHead request;
  ResponseHead response;
  response.headers.add("content-type", "application/json");
  response.headers.add("x-powered-by", "a server that is not real");
  for (;;) {
    const auto next = co_await connection.next_request(request);
    if (!next || !*next) co_return;
    for (BodyPiece piece; !piece.is_last();) piece = (co_await connection.read_body()).value();
    connection.start_response(response, BodyLength::chunked());
    EXPECT_TRUE(co_await connection.write_body("a body of more than sixteen bytes", Part::more));
    EXPECT_TRUE(co_await connection.write_body("and its end", Part::last));
  }
}

Task<void> exchange(ClientConnection& connection, const RequestHead& request, ResponseHead& response) {
  connection.start_request(request, BodyLength::known(5));
  EXPECT_TRUE(co_await connection.write_body("hello", Part::last));
  EXPECT_TRUE(co_await connection.read_head(response));
  for (BodyPiece piece; !piece.is_last();) piece = (co_await connection.read_body()).value();
  EXPECT_TRUE(connection.reusable());
}

Task<void> exchange_many(ClientConnection& connection, const RequestHead& request, int times) {
  ResponseHead response;
  for (int i = 0; i < 20; ++i) co_await exchange(connection, request, response);
  const uint64_t before = allocations;
  for (int i = 0; i < times; ++i) co_await exchange(connection, request, response);
  if (runtime::FramePool::kRecycles) EXPECT_EQ(allocations, before);
}

TEST(SteadyState, AllocatesNothing) {
  const SystemClock clock;
  runtime::Reactor reactor(clock);
  runtime::Gate gate(reactor);
  auto [near, far] = net::MemoryStream::connected(reactor);
  const ServerOptions server_options;
  const ClientOptions client_options;
  ServerConnection server(reactor, *far, server_options);
  ClientConnection client(*near, client_options);
  runtime::spawn(gate, serve(server));
  RequestHead request;
  request.method = "POST";
  request.path = "/a/path/that/is/longer/than/a/short/string?and=a&query=too";
  request.authority = "nodejs-api.nodejs-app.svc.cluster.local:3000";
  for (const char* name : {"user-agent", "accept", "x-request-id", "traceparent", "Cookie"}) {
    request.headers.add(name, "a value of some length, as they are in real requests");
  }
  reactor.run_until_done(exchange_many(client, request, 100));
  near.reset();
  reactor.run_until_done(gate.close());
}

}  // namespace
}  // namespace weft::http::h1
