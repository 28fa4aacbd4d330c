#include "node/pods/identity.h"

#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <unistd.h>

#include "base/log.h"
#include "net/fd.h"

namespace weft::node {
namespace {

using api::Json;

constexpr int kTokenSeconds = 3600;
constexpr Duration kTokenRetry = std::chrono::seconds(5);

Json token_request(const api::Metadata& pod) {
  const Json bound = {{"apiVersion", "v1"}, {"kind", "Pod"}, {"name", pod.name}, {"uid", pod.uid}};
  return {{"apiVersion", "authentication.k8s.io/v1"},
          {"kind", "TokenRequest"},
          {"spec", {{"expirationSeconds", kTokenSeconds}, {"boundObjectRef", bound}}}};
}

}  // namespace

Result<> write_file(const std::string& path, std::string_view text) {
  const std::string fresh = path + ".new";
  {
    const net::Fd file(open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!file.is_open()) return fail(system_error("writing " + path, errno));
    if (write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
      return fail(system_error("writing " + path, errno));
    }
  }
  if (std::rename(fresh.c_str(), path.c_str()) != 0) return fail(system_error("writing " + path, errno));
  return {};
}

runtime::Task<Result<Duration>> fetch_token(ControlPlane& control_plane, const api::Metadata& pod,
                                            std::string service_account, std::string file) {
  const std::string path =
      "/api/v1/namespaces/" + pod.namespace_name + "/serviceaccounts/" + service_account + "/token";
  WEFT_CO_TRY(const auto answer, co_await control_plane.create(path, token_request(pod)));
  const Json::json_pointer token("/status/token");
  if (!answer.contains(token) || !answer[token].is_string()) co_return fail(Reason::internal, "weftd gave no token");
  WEFT_CO_CHECK(write_file(file, answer[token].get<std::string>()));
  co_return std::chrono::seconds(kTokenSeconds);
}

runtime::Task<void> keep_token(ControlPlane& control_plane, const api::Metadata& pod, std::string service_account,
                               std::string file, Duration first_life, runtime::Signal& stopping) {
  Duration pause = first_life * 4 / 5;
  while (co_await stopping.wait(control_plane.reactor().now() + pause) == runtime::Wait::timed_out) {
    const auto life = co_await fetch_token(control_plane, pod, service_account, file);
    if (!life && !stopping.is_set()) log::warn("renewing the token of {}: {}", pod.name, life.error().detail);
    pause = life ? *life * 4 / 5 : kTokenRetry;
  }
}

}  // namespace weft::node
