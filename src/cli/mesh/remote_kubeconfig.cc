#include "cli/mesh/remote_kubeconfig.h"

#include <fmt/format.h>

#include "api/base64.h"

namespace weft::cli {

std::string to_text(const RemoteKubeconfig& config) {
  const std::string proof = config.token.empty()
                                ? fmt::format("client-certificate-data: {}, client-key-data: {}",
                                              api::encode_base64(config.certificate), api::encode_base64(config.key))
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
      config.server, api::encode_base64(config.roots), config.name, proof, config.name);
}

}  // namespace weft::cli
