#include "control/apiserver/kubeconfig.h"

#include <fmt/format.h>

#include "control/ca/key_file.h"

namespace weft::control {

// The token stands in the server's URL, since kubectl sends what stands under `users` over TLS only; from the URL it
// makes basic credentials. It is there, too, for clients that do not mind plain loopback.
Result<void> write_kubeconfig(const std::string& path, uint16_t api_port, const std::string& token) {
  return write_private_file(path, fmt::format("apiVersion: v1\n"
                                              "kind: Config\n"
                                              "clusters:\n"
                                              "- name: weft\n"
                                              "  cluster: {{server: \"http://admin:{1}@127.0.0.1:{0}\"}}\n"
                                              "users:\n"
                                              "- name: admin\n"
                                              "  user: {{token: \"{1}\"}}\n"
                                              "contexts:\n"
                                              "- name: weft\n"
                                              "  context: {{cluster: weft, user: admin}}\n"
                                              "current-context: weft\n",
                                              api_port, token));
}

}  // namespace weft::control
