#include "proxy/detect/detect.h"

#include <cerrno>
#include <optional>
#include <utility>

#include <sys/socket.h>

#include "proxy/detect/client_hello.h"

namespace weft::proxy {
namespace {

Detected recognized(Protocol protocol) {
  Detected detected{.protocol = protocol};
  const std::string_view name = application_protocol(protocol);
  if (!name.empty()) detected.application_protocols.emplace_back(name);
  return detected;
}

// The verdict on the first bytes; nothing while more are needed.
Result<std::optional<Detected>> judge(std::string_view seen, Inspection inspection) {
  const Protocol protocol = inspection.for_http ? detect_protocol(seen) : detect_tls(seen);
  if (protocol == Protocol::undecided) return std::nullopt;
  if (protocol != Protocol::tls) return recognized(protocol);
  if (!inspection.for_tls) return Detected();
  WEFT_TRY(auto hello, read_client_hello(seen));
  if (!hello) return std::nullopt;
  return Detected{Protocol::tls, std::move(hello->server_name), std::move(hello->protocols)};
}

}  // namespace

runtime::Task<Result<Detected>> detect(net::Stream& client, Inspection inspection, Time deadline) {
  std::string bytes(1024, '\0');  // enough for nearly every request line and most hellos
  for (;;) {
    const auto waited = co_await client.readable(deadline);
    if (waited != runtime::Wait::ready) {
      client.readiness().mark_readable();  // whoever is next must not wait for an edge that has been
      co_return fail(net::wait_error(waited, "detecting the client's protocol"));
    }
    const bool has_hung_up = client.readiness().has_hung_up();
    const ssize_t size = recv(client.fd(), bytes.data(), bytes.size(), MSG_PEEK | MSG_DONTWAIT);
    if (size < 0 && errno != EAGAIN) co_return fail(system_error("detecting the client's protocol", errno));
    const std::string_view seen(bytes.data(), size > 0 ? static_cast<size_t>(size) : 0);
    WEFT_CO_TRY(auto verdict, judge(seen, inspection));
    if (verdict) co_return *std::move(verdict);
    if (seen.size() == bytes.size()) {
      bytes.resize(bytes.size() * 2);  // bounded: neither a line over 8 KiB nor a hello over 16 KiB is undecided
      continue;
    }
    if (size == 0 || has_hung_up) co_return Detected();
    // What was seen stays in the socket: wait for the edge that more bytes bring.
    client.readiness().clear_readable();
  }
}

}  // namespace weft::proxy
