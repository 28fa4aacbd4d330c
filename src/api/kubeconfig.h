// A kubeconfig: the file by which kubectl knows where the API is, whom to trust and what to show.
#pragma once

#include <string>

namespace weft::api {

// What is in one. Texts are PEM but for the token; a caller has either a token, or a certificate with its key.
struct Kubeconfig {
  std::string server;  // https://HOST:PORT
  std::string roots;
  std::string name;
  std::string token;
  std::string certificate;
  std::string key;
};

// As YAML. Pure.
std::string to_text(const Kubeconfig& config);

}  // namespace weft::api
