#include "proxy/connect/client_tls.h"

#include <algorithm>

namespace weft::proxy {
namespace {

bool fits(const decide::SocketLabels& wanted, const decide::SocketLabels* labels) {
  if (wanted.empty()) return true;
  if (labels == nullptr) return false;
  return std::ranges::all_of(wanted, [&](const auto& label) {
    const auto found = labels->find(label.first);
    return found != labels->end() && found->second == label.second;
  });
}

// Between Istio's proxies ALPN says two things: that this is the mesh's own TLS, by which the server chooses its filter
// chain, and which version of HTTP is inside.
std::vector<std::string> protocols_for(const decide::ClientTls& settings, Carries carries) {
  const bool is_mesh = std::ranges::find(settings.protocols, "istio") != settings.protocols.end();
  switch (carries) {
    case Carries::http2:
      return is_mesh ? std::vector<std::string>{"istio-h2", "istio", "h2"} : std::vector<std::string>{"h2"};
    case Carries::http1:
      if (is_mesh) return {"istio-http/1.1", "istio", "http/1.1"};
      break;
    case Carries::bytes:
      break;
  }
  return {};  // the context's own
}

}  // namespace

const decide::ClientTls* client_tls_for(const decide::Cluster& cluster, const decide::SocketLabels* labels) {
  for (const auto& match : cluster.tls_matches) {
    if (fits(match.labels, labels)) return match.tls.get();
  }
  return cluster.tls.get();
}

tls::ServerName server_name_for(const decide::Cluster& cluster, const decide::ClientTls& settings, Carries carries,
                                std::shared_ptr<tls::Tickets> tickets) {
  tls::ServerName server{
      .name = settings.server_name, .protocols = protocols_for(settings, carries), .tickets = std::move(tickets)};
  const bool has_host = !cluster.service_host.empty() && !cluster.service_host.starts_with('*');
  if (server.name.empty() && cluster.names_server_by_host && has_host) server.name = cluster.service_host;
  return server;
}

runtime::Task<Connected<std::unique_ptr<tls::Stream>>> secure(std::unique_ptr<net::Stream> plain,
                                                              tls::ContextPtr context, tls::ServerName server,
                                                              HandshakeCounts& counts, Time deadline) {
  auto stream = std::make_unique<tls::Stream>(std::move(plain), std::move(context), std::move(server));
  auto shaken = co_await stream->handshake(deadline);
  if (!shaken) {
    counts.count_failed(stream->engine());
    co_return std::unexpected(of_handshake(stream->engine(), std::move(shaken).error()));
  }
  counts.count_done(stream->engine());
  co_return stream;
}

}  // namespace weft::proxy
