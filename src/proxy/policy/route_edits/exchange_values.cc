#include "proxy/policy/route_edits/exchange_values.h"

#include <array>
#include <cstdlib>

#include <unistd.h>

#include "proxy/policy/route_edits/time_text.h"

namespace weft::proxy {
namespace {

using decide::Operator;

// A pod's is its name. It does not change while a process runs.
const std::string& host_name() {
  static const std::string name = [] {
    std::array<char, 256> text{};
    return std::string(gethostname(text.data(), text.size() - 1) == 0 ? text.data() : "");
  }();
  return name;
}

}  // namespace

std::string_view ExchangeValues::value_of(Operator what, std::string_view argument) const {
  switch (what) {
    case Operator::request_header:
    case Operator::path_alone:
    case Operator::protocol:
    case Operator::request_id:
    case Operator::received_bytes:
    case Operator::route_name:
    case Operator::start_time:
      return of_request(what, argument);
    case Operator::client_address:
    case Operator::client_ip:
    case Operator::client_port:
    case Operator::direct_address:
    case Operator::direct_ip:
    case Operator::direct_port:
    case Operator::local_address:
    case Operator::local_ip:
    case Operator::local_port:
    case Operator::server_name:
      return of_client(what);
    case Operator::peer_uri:
    case Operator::peer_dns:
    case Operator::peer_subject:
    case Operator::peer_serial:
    case Operator::peer_fingerprint:
      return of_peer(what);
    case Operator::environment:
    case Operator::host_name:
      return of_process(what, std::string(argument));
    default:
      return of_answer(what, argument);
  }
}

std::string_view ExchangeValues::of_request(Operator what, std::string_view argument) const {
  switch (what) {
    case Operator::request_header:
      return request_header(argument);
    case Operator::path_alone: {
      const std::string_view value = request_header(argument);
      return value.substr(0, value.find('?'));
    }
    case Operator::protocol:
      return http::to_string(exchange_->request.version);
    case Operator::request_id:
      return exchange_->request.headers.get(http::HeaderId::x_request_id).value_or("");
    case Operator::received_bytes:
      return keep(std::to_string(exchange_->record.received_bytes));
    case Operator::start_time:
      return keep(time_text(exchange_->record.started_at, argument));
    default:
      return exchange_->route->name;
  }
}

std::string_view ExchangeValues::of_client(Operator what) const {
  const ClientFacts& client = exchange_->client;
  // The port at the other end of what a PROXY header came by is not kept.
  const decide::SocketAddress direct{client.direct_ip(), client.relayed_by ? uint16_t{0} : client.address.port};
  switch (what) {
    case Operator::client_address:
      return keep(exchange_->origin.to_string());
    case Operator::client_ip:
      return keep(exchange_->origin.ip.to_string());
    case Operator::client_port:
      return keep(std::to_string(exchange_->origin.port));
    case Operator::direct_address:
      return keep(direct.to_string());
    case Operator::direct_ip:
      return keep(direct.ip.to_string());
    case Operator::direct_port:
      return keep(std::to_string(direct.port));
    case Operator::local_address:
      return keep(client.destination.to_string());
    case Operator::local_ip:
      return keep(client.destination.ip.to_string());
    case Operator::local_port:
      return keep(std::to_string(client.destination.port));
    default:
      return client.server_name;
  }
}

std::string_view ExchangeValues::of_peer(Operator what) const {
  const decide::Peer* const peer = exchange_->client.peer;
  if (peer == nullptr) return "";
  switch (what) {
    case Operator::peer_uri:
      return peer->uri;
    case Operator::peer_subject:
      return peer->subject;
    case Operator::peer_serial:
      return peer->serial;
    case Operator::peer_fingerprint:
      return peer->fingerprint;
    default: {
      std::string names;
      for (const std::string& name : peer->dns_names) names += (names.empty() ? "" : ",") + name;
      return keep(std::move(names));
    }
  }
}

std::string_view ExchangeValues::of_answer(Operator what, std::string_view argument) const {
  const RequestRecord& record = exchange_->record;
  switch (what) {
    case Operator::response_header:
      return exchange_->response.headers.get(argument).value_or("");
    case Operator::endpoint_address:
      return record.endpoint ? std::string_view(record.endpoint->text) : "";
    case Operator::endpoint_ip:
      return record.endpoint ? keep(record.endpoint->address.ip.to_string()) : "";
    case Operator::endpoint_port:
      return record.endpoint ? keep(std::to_string(record.endpoint->address.port)) : "";
    case Operator::response_code:
      return keep(std::to_string(exchange_->response.status));
    case Operator::response_details:
      return record.details;
    case Operator::response_flags:
      return keep(to_string(record.flags));
    case Operator::cluster_name:
      return record.cluster != nullptr ? std::string_view(record.cluster->name) : "";
    default:
      return "";
  }
}

// A variable that there is not is "-", as in Envoy.
std::string_view ExchangeValues::of_process(Operator what, const std::string& argument) const {
  if (what == Operator::host_name) return host_name();
  const char* const value = std::getenv(argument.c_str());
  return value == nullptr ? "-" : value;
}

std::string_view ExchangeValues::request_header(std::string_view name) const {
  if (name == ":method") return exchange_->request.method;
  if (name == ":authority" || name == "host") return exchange_->request.authority;
  if (name == ":path") return exchange_->request.path;
  if (name == ":scheme") return exchange_->request.scheme;
  return exchange_->request.headers.get(name).value_or("");
}

std::string_view ExchangeValues::keep(std::string text) const {
  scratch_ = std::move(text);
  return scratch_;
}

}  // namespace weft::proxy
