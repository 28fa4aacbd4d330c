// The kubeconfig with which other machines call the API over TLS.
#pragma once

#include <string>

namespace weft::cli {

// What is in one. Texts are PEM but for the token; a caller has either a token, or a certificate with its key.
struct RemoteKubeconfig {
  std::string server;  // https://HOST:PORT
  std::string roots;
  std::string name;
  std::string token;
  std::string certificate;
  std::string key;
};

// As YAML. Pure.
std::string to_text(const RemoteKubeconfig& config);

}  // namespace weft::cli
