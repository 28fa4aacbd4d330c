// Connection: one HTTP/1.1 connection to an endpoint, from the dial to the close, over many requests.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "http/h1/client_connection.h"
#include "net/stream.h"
#include "proxy/balance/cluster_state.h"
#include "proxy/balance/endpoint.h"
#include "proxy/connect/proven.h"

namespace weft::proxy {

// A place among the connections that cluster and endpoint may have; given back by destruction.
class ConnectionSlot {
 public:
  ConnectionSlot(EndpointRef endpoint, uint32_t& of_endpoint)
      : endpoint_(std::move(endpoint)), of_endpoint_(&of_endpoint) {
    endpoint_->cluster->count_connection();
    ++*of_endpoint_;
  }
  ConnectionSlot(ConnectionSlot&& other) noexcept
      : endpoint_(std::move(other.endpoint_)), of_endpoint_(std::exchange(other.of_endpoint_, nullptr)) {}
  ConnectionSlot& operator=(ConnectionSlot&&) = delete;
  ~ConnectionSlot() {
    if (of_endpoint_ == nullptr) return;
    --endpoint_->cluster->in_use.connections;
    --*of_endpoint_;
  }

  const EndpointRef& endpoint() const { return endpoint_; }

 private:
  EndpointRef endpoint_;
  uint32_t* of_endpoint_;
};

// By what a connection is told to be of no use any more.
struct ConnectionAge {
  Time opened;
  uint32_t requests = 0;                             // begun on it, the present one included
  std::optional<decide::TlsContextId> encrypted_by;  // nothing: plain text
  std::unique_ptr<ProvenConnection> proven;          // null: plain text
};

// Owned by the pool while idle, by a Lease while in use. One shard.
struct Connection {
  // `options` outlives the connection.
  Connection(std::unique_ptr<net::Stream> connected, ConnectionSlot taken, const http::h1::ClientOptions& options,
             ConnectionAge its_age)
      : slot(std::move(taken)), stream(std::move(connected)), http(*stream, options), age(std::move(its_age)) {}

  ConnectionSlot slot;
  std::unique_ptr<net::Stream> stream;
  http::h1::ClientConnection http;
  ConnectionAge age;
  Time idle_since{};
};

}  // namespace weft::proxy
