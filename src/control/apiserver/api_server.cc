#include "control/apiserver/api_server.h"

#include <fmt/format.h>

#include "control/apiserver/kubeconfig.h"
#include "control/ca/key_file.h"

namespace weft::control {
namespace {

// 43 letters of base64url carry 258 bits.
constexpr size_t kTokenSize = 43;

}  // namespace

Result<> ApiServer::start() {
  WEFT_CHECK(open_socket());
  WEFT_CHECK(open_port());
  local_->start();
  tcp_->start();
  return {};
}

Result<> ApiServer::open_socket() {
  auto listener = net::Listener::bind(*parts_.reactor, net::Address::unix_path(options_.socket_path));
  if (!listener) return fail(std::move(listener).error().during("listening on " + options_.socket_path));
  local_handler_ = std::make_unique<ApiHandler>(parts_, Access::unrestricted());
  local_ = std::make_unique<http::Server>(*parts_.reactor, *std::move(listener), *local_handler_);
  return {};
}

Result<> ApiServer::open_port() {
  const net::Address address(net::IpAddress::v4(0x7f000001), options_.port);
  auto listener = net::Listener::bind(*parts_.reactor, address);
  if (!listener)
    return fail(std::move(listener).error().during(
        fmt::format("listening on {} for the API (choose another port with --api-port)", address.to_string())));
  WEFT_TRY(std::string token, load_or_make_secret(options_.token_path, kTokenSize, SecretForm::text));
  tcp_handler_ = std::make_unique<ApiHandler>(parts_, Access::with_tokens(token, *parts_.api_tokens));
  tcp_ = std::make_unique<http::Server>(*parts_.reactor, *std::move(listener), *tcp_handler_);
  return write_kubeconfig(options_.kubeconfig_path, port(), token);
}

runtime::Task<void> ApiServer::close(Time deadline) {
  co_await runtime::both(*parts_.reactor, local_->close(deadline), tcp_->close(deadline));
}

}  // namespace weft::control
