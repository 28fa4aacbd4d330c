// ApiServer: the API on its two doors: weftd.sock for those who may open it, and a TCP port on loopback for those with
// the admin's token.
#pragma once

#include <memory>
#include <string>

#include "control/apiserver/api_handler.h"

namespace weft::control {

// Owned by bin/weftd; control thread. start(), then close() before destruction.
class ApiServer {
 public:
  struct Options {
    std::string socket_path;      // weftd.sock
    std::string token_path;       // keys/admin.token, made when there is none
    std::string kubeconfig_path;  // written at every start
    uint16_t port = 7800;         // on 127.0.0.1; 0: any free one
  };

  ApiServer(ApiParts parts, Options options) : parts_(parts), options_(std::move(options)) {}

  // Fails when a door can't be opened; says which, and what to do about it.
  Result<> start();

  // Lets what is under way finish until the deadline; watches are asked to end.
  runtime::Task<void> close(Time deadline);

  uint16_t port() const { return tcp_->local_address().port(); }

 private:
  Result<> open_socket();
  Result<> open_port();

  ApiParts parts_;
  Options options_;
  std::unique_ptr<ApiHandler> local_handler_;
  std::unique_ptr<ApiHandler> tcp_handler_;
  std::unique_ptr<http::Server> local_;
  std::unique_ptr<http::Server> tcp_;
};

}  // namespace weft::control
