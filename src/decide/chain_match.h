// ChainMatch and ChainIndex: which filter chain of a listener takes a connection
// (envoy.config.listener.v3.FilterChainMatch). Criteria are looked at one after the other, each keeping only the most
// specific candidates; there is no going back.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "decide/address.h"

namespace weft::decide {

// What is known of a connection when its chain is chosen. Its texts belong to the connection.
struct ConnectionFacts {
  SocketAddress source;
  SocketAddress destination;            // the original one, where the connection was captured
  std::string_view server_name;         // SNI
  std::string_view transport_protocol;  // "raw_buffer" or "tls"
  // ALPN in the client's order of preference, or what was recognized in plain text: "http/1.1", "h2c".
  std::span<const std::string> application_protocols;
};

enum class SourceType : uint8_t { any, same_machine, external };

// One chain's criteria. Empty lists and values accept everything.
struct ChainMatch {
  std::optional<uint16_t> destination_port;
  std::vector<IpRange> destinations;
  std::vector<std::string> server_names;  // lower-case; "*.x" as "*.x"
  std::string transport_protocol;
  std::vector<std::string> application_protocols;
  std::vector<IpRange> direct_sources;
  SourceType source_type = SourceType::any;
  std::vector<IpRange> sources;
  std::vector<uint16_t> source_ports;

  friend bool operator==(const ChainMatch&, const ChainMatch&) = default;
};

// The criteria of a listener's chains, grouped by destination port. Holds pointers to nothing: positions only.
class ChainIndex {
 public:
  // Fails when two chains have equal criteria.
  Result<> add(const ChainMatch& match, uint32_t position);

  std::optional<uint32_t> find(const ConnectionFacts& facts) const;

 private:
  // A chain's criteria, and where it stands in its listener.
  struct Candidate {
    ChainMatch match;
    uint32_t position;
  };
  using Candidates = std::vector<Candidate>;

  static std::optional<uint32_t> choose(const Candidates& candidates, const ConnectionFacts& facts);

  std::unordered_map<uint16_t, Candidates> by_port_;
  Candidates any_port_;
};

}  // namespace weft::decide
