#include "control/apiserver/kubeconfig.h"

#include <fmt/format.h>

#include "control/ca/key_file.h"

namespace weft::control {

Result<void> write_kubeconfig(const std::string& path, uint16_t api_port, const std::string& token) {
  return write_private_file(path, fmt::format("apiVersion: v1\n"
                                              "kind: Config\n"
                                              "clusters:\n"
                                              "- name: weft\n"
                                              "  cluster: {{server: \"http://127.0.0.1:{}\"}}\n"
                                              "users:\n"
                                              "- name: admin\n"
                                              "  user: {{token: \"{}\"}}\n"
                                              "contexts:\n"
                                              "- name: weft\n"
                                              "  context: {{cluster: weft, user: admin}}\n"
                                              "current-context: weft\n",
                                              api_port, token));
}

}  // namespace weft::control
