#include "control/apiserver/api_server.h"

#include <fmt/format.h>

#include "base/log.h"
#include "base/read_file.h"
#include "control/ca/key_file.h"

namespace weft::control {
namespace {

// 43 letters of base64url carry 258 bits.
constexpr size_t kTokenSize = 43;
constexpr size_t kRootsMax = 1 << 20;  // the certificates of all authorities that browsers trust are a fifth of it

}  // namespace

Result<> ApiServer::start() {
  WEFT_CHECK(open_socket());
  WEFT_CHECK(open_port());
  WEFT_CHECK(open_network());
  WEFT_CHECK(kubeconfig_->start());
  local_->start();
  tcp_->start();
  if (network_) network_->start();
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
  WEFT_TRY(admin_token_, load_or_make_secret(options_.token_path, kTokenSize, SecretForm::text));
  loopback_door_ = std::make_unique<SecureDoor>(
      *parts_.reactor, *parts_.certification.authority,
      SecureDoor::Options{.names = {"127.0.0.1", "localhost"}, .client_roots = {}, .plain_text = PlainText::served});
  WEFT_CHECK(loopback_door_->open());
  tcp_handler_ = std::make_unique<ApiHandler>(parts_, Access::on_loopback(admin_token_, *parts_.api_tokens));
  tcp_ = std::make_unique<http::Server>(*parts_.reactor, *std::move(listener), *tcp_handler_,
                                        http::ServerLimits{.doorkeeper = loopback_door_.get()});
  kubeconfig_ =
      std::make_unique<KubeconfigFile>(*parts_.reactor, *parts_.domain.store, *parts_.certification.authority,
                                       KubeconfigFile::Options{options_.kubeconfig_path, port(), admin_token_});
  return {};
}

Result<std::string> ApiServer::client_roots() const {
  const std::string& path = options_.network.client_roots_path;
  if (path.empty()) return "";
  WEFT_TRY(auto roots, read_file(path, kRootsMax));
  if (auto good = tls::read_certificates(roots); !good) return fail(std::move(good.error()).during(path));
  return roots;
}

Result<> ApiServer::open_network() {
  const http::NetworkDoor& wanted = options_.network;
  if (!wanted.address) return {};
  WEFT_TRY(auto roots, client_roots());
  const auto by = roots.empty() ? CertificateRoles::by_record : CertificateRoles::by_organization;
  network_door_ = std::make_unique<SecureDoor>(*parts_.reactor, *parts_.certification.authority,
                                               SecureDoor::Options{wanted.names, std::move(roots)});
  WEFT_CHECK(network_door_->open());
  auto listener = net::Listener::bind(*parts_.reactor, *wanted.address);
  if (!listener)
    return fail(std::move(listener).error().during(
        fmt::format("listening on {} for the API (--api-listen)", wanted.address->to_string())));
  network_handler_ = std::make_unique<ApiHandler>(parts_, Access::on_network(admin_token_, *parts_.api_tokens, by));
  network_ = std::make_unique<http::Server>(*parts_.reactor, *std::move(listener), *network_handler_,
                                            http::ServerLimits{.doorkeeper = network_door_.get()});
  log::info("api: also on https://{}", network_->local_address().to_string());
  return {};
}

runtime::Task<void> ApiServer::close(Time deadline) {
  co_await kubeconfig_->close();
  auto on_this_machine = runtime::both(*parts_.reactor, local_->close(deadline), tcp_->close(deadline));
  if (!network_) co_return co_await std::move(on_this_machine);
  co_await runtime::both(*parts_.reactor, std::move(on_this_machine), network_->close(deadline));
}

}  // namespace weft::control
