#include "proxy/admin/process_setup.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <google/protobuf/util/json_util.h>
#include <sys/resource.h>
#include <unistd.h>

namespace weft::proxy {

Result<envoy::config::core::v3::Node> make_node(const Options& options) {
  envoy::config::core::v3::Node node;
  node.set_id(options.node_id);
  node.set_cluster(options.node_cluster());
  node.set_user_agent_name("weft");
  const auto status = google::protobuf::util::JsonStringToMessage(options.node_metadata, node.mutable_metadata());
  if (!status.ok()) return fail(Reason::invalid, "--node-metadata: " + std::string(status.message()));
  return node;
}

std::unique_ptr<Resolver> make_resolver(runtime::Reactor& reactor, const Options& options) {
  if (options.resolver) return std::make_unique<DirectResolver>(reactor, *options.resolver, options.mark);
  if (options.broker) return std::make_unique<BrokerResolver>(reactor, *options.broker);
  std::ifstream file("/etc/resolv.conf");
  const std::string text(std::istreambuf_iterator<char>(file), {});
  return std::make_unique<DirectResolver>(reactor, first_nameserver(text), options.mark);
}

void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

uint32_t clients_max() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return UINT32_MAX;
  return static_cast<uint32_t>(std::clamp<rlim_t>(limit.rlim_cur / 2, 1, UINT32_MAX));
}

Result<int> open_access_log(const std::string& path) {
  if (path.empty()) return -1;
  if (path == "-") return STDOUT_FILENO;
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
  if (fd < 0) return fail(system_error("opening the access log " + path, errno));
  return fd;
}

}  // namespace weft::proxy
