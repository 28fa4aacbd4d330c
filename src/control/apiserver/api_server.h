// ApiServer: the API on its doors: weftd.sock for those who may open it, a TCP port on loopback, with TLS or without,
// and, where it is asked for, one with TLS for other machines.
#pragma once

#include <memory>
#include <string>

#include "control/apiserver/api_handler.h"
#include "control/apiserver/kubeconfig_file.h"
#include "control/apiserver/secure_door.h"
#include "http/service/network_door.h"

namespace weft::control {

// Owned by bin/weftd; control thread. start(), then close() before destruction.
class ApiServer {
 public:
  // Where its doors are and what is kept beside them; paths are in the state folder. A value.
  struct Options {
    std::string socket_path;      // weftd.sock
    std::string token_path;       // keys/admin.token, made when there is none
    std::string kubeconfig_path;  // written at every start and with every change of the roots
    uint16_t port = 7800;         // on 127.0.0.1; 0: any free one
    http::NetworkDoor network;
  };

  ApiServer(ApiParts parts, Options options) : parts_(std::move(parts)), options_(std::move(options)) {}

  // Fails when a door can't be opened; says which, and what to do about it.
  Result<> start();

  // Lets what is under way finish until the deadline; watches are asked to end.
  runtime::Task<void> close(Time deadline);

  uint16_t port() const { return tcp_->local_address().port(); }

 private:
  Result<> open_socket();
  Result<> open_port();
  Result<> open_network();
  Result<std::string> client_roots() const;

  ApiParts parts_;
  Options options_;
  std::unique_ptr<ApiHandler> local_handler_;
  std::string admin_token_;
  std::unique_ptr<SecureDoor> loopback_door_;
  std::unique_ptr<ApiHandler> tcp_handler_;
  std::unique_ptr<http::Server> local_;
  std::unique_ptr<http::Server> tcp_;
  std::unique_ptr<KubeconfigFile> kubeconfig_;
  std::unique_ptr<SecureDoor> network_door_;
  std::unique_ptr<ApiHandler> network_handler_;
  std::unique_ptr<http::Server> network_;  // null: there is none
};

}  // namespace weft::control
