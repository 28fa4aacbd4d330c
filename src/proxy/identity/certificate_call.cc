#include "proxy/identity/certificate_call.h"

#include <istio/v1/auth/ca.pb.h>

#include "grpc/bidi_stream.h"
#include "net/socket_stream.h"
#include "runtime/gate.h"
#include "xds/client/bearer_token.h"

namespace weft::proxy {
namespace {

constexpr const char* kPath = "/istio.v1.auth.IstioCertificateService/CreateCertificate";

Result<grpc::Call> call_to(const CertificateAuthority& authority) {
  grpc::Call call{.path = kPath,
                  .authority = authority.server.is_unix() ? "localhost" : authority.server.to_string(),
                  .metadata = {}};
  if (authority.token_file.empty()) return call;
  WEFT_TRY(std::string authorization, xds::read_authorization(authority.token_file));
  call.metadata.emplace_back("authorization", std::move(authorization));
  return call;
}

runtime::Task<Result<std::string>> exchange(http::h2::ClientSession& session, const grpc::Call& call,
                                            std::string signing_request, Time deadline) {
  istio::v1::auth::IstioCertificateRequest request;
  request.set_csr(std::move(signing_request));
  WEFT_CO_TRY(auto stream, grpc::BidiStream::open(session, call));
  WEFT_CO_CHECK(co_await stream.send(request.SerializeAsString(), deadline));
  stream.finish();
  WEFT_CO_TRY(const auto message, co_await stream.receive(deadline));
  istio::v1::auth::IstioCertificateResponse response;
  if (!message || !response.ParseFromArray(message->data(), static_cast<int>(message->size())))
    co_return fail(Reason::malformed, "an answer that is no certificate", Side::endpoint);
  std::string chain;
  for (const auto& part : response.cert_chain()) chain += part;
  co_return chain;
}

runtime::Task<void> run_session(http::h2::ClientSession& session) {
  (void)co_await session.run();
}

}  // namespace

runtime::Task<Result<std::string>> request_certificate(runtime::Reactor& reactor, const CertificateAuthority& authority,
                                                       std::string signing_request) {
  const Time deadline = reactor.now() + authority.timeout;
  WEFT_CO_TRY(const auto call, call_to(authority));
  WEFT_CO_TRY(auto connection, co_await net::dial(reactor, authority.server, {.deadline = deadline}));
  runtime::Gate gate(reactor);
  http::h2::ClientSession session(reactor, std::move(connection), {});
  runtime::spawn(gate, run_session(session));
  auto chain = co_await exchange(session, call, std::move(signing_request), deadline);
  co_await session.close();
  co_await gate.close();
  co_return chain;
}

}  // namespace weft::proxy
