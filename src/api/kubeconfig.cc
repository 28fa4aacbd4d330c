#include "api/kubeconfig.h"

#include <fmt/format.h>

#include "api/base64.h"

namespace weft::api {

std::string to_text(const Kubeconfig& config) {
  const std::string proof = config.token.empty()
                                ? fmt::format("client-certificate-data: {}, client-key-data: {}",
                                              encode_base64(config.certificate), encode_base64(config.key))
                                : fmt::format("token: \"{}\"", config.token);
  return fmt::format(
      "apiVersion: v1\n"
      "kind: Config\n"
      "clusters:\n"
      "- name: weft\n"
      "  cluster: {{server: \"{}\", certificate-authority-data: {}}}\n"
      "users:\n"
      "- name: {}\n"
      "  user: {{{}}}\n"
      "contexts:\n"
      "- name: weft\n"
      "  context: {{cluster: weft, user: {}}}\n"
      "current-context: weft\n",
      config.server, encode_base64(config.roots), config.name, proof, config.name);
}

}  // namespace weft::api
