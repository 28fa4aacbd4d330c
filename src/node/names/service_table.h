// ServiceTable: the Services of the mesh and the endpoints behind them, as pods without a sidecar need them: rules for
// nft and answers for DNS. Fed by watches; pure otherwise.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "api/kubernetes/endpoint_slice.h"
#include "api/kubernetes/service.h"
#include "api/metadata.h"
#include "node/capture/ruleset.h"

namespace weft::node {

// The answer to a name's question. Not known: the name is of the cluster's domain and does not exist; foreign: not of
// it. Where the name is that of an ExternalName Service, all of it is of the name it stands for.
struct NameAnswer {
  enum class Kind : uint8_t { known, unknown, foreign };
  Kind kind = Kind::foreign;
  std::vector<net::IpAddress> addresses;
  std::string alias_of;  // empty: the name stands for itself
};

// Objects by "namespace/name". Slices of one Service are told by their label kubernetes.io/service-name.
class ServiceTable {
 public:
  void put(const api::Metadata& metadata, const api::kubernetes::Service& service);
  void put(const api::Metadata& metadata, const api::kubernetes::EndpointSlice& slice);
  void remove_service(const std::string& key) { services_.erase(key); }
  void remove_slice(const std::string& key) { slices_.erase(key); }

  // Every port of every Service that has an address, sorted, with the ready endpoints.
  std::vector<ServiceTarget> targets() const;

  // `name` in lower case without a final dot: SERVICE.NAMESPACE.svc.cluster.local, or an endpoint's
  // HOSTNAME.SERVICE.NAMESPACE.svc.cluster.local of a headless Service.
  NameAnswer look_up(std::string_view name) const;

 private:
  // The same for a name that stands for itself.
  NameAnswer look_up_itself(std::string_view name) const;
  // The externalName behind a name, in lower case without a final dot; empty: it is not an ExternalName Service's.
  std::string external_name_of(std::string_view name) const;

  // Some of a Service's endpoints.
  struct Slice {
    std::string service;  // "namespace/name"
    api::kubernetes::EndpointSlice value;
  };

  std::vector<net::Address> endpoints_of(const std::string& service, const api::kubernetes::ServicePort& port) const;
  std::vector<net::IpAddress> addresses_of(const std::string& service, std::string_view hostname) const;

  std::map<std::string, api::kubernetes::Service, std::less<>> services_;
  std::map<std::string, Slice> slices_;
};

// "namespace/name"
std::string key_of(const api::Metadata& metadata);

}  // namespace weft::node
