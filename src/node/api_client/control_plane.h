// ControlPlane: weftd's resource API as the agent uses it, over STATE/weftd.sock. weftd may be gone for a moment at any
// time: every caller tries again.
#pragma once

#include <string>

#include "api/tree.h"
#include "base/error.h"
#include "http/service/client.h"
#include "net/address.h"
#include "runtime/reactor.h"

namespace weft::node {

// Stateless but for the address. One reactor. Errors: `unavailable`, `refused` or `not_found` while weftd is away;
// not_found, conflict, already_exists, invalid as its Status says.
class ControlPlane {
 public:
  ControlPlane(runtime::Reactor& reactor, std::string socket_path)
      : reactor_(&reactor), address_(net::Address::unix_path(std::move(socket_path))) {}

  runtime::Task<Result<api::Json>> get(std::string path);
  runtime::Task<Result<api::Json>> create(std::string path, api::Json body);
  // RFC 7386.
  runtime::Task<Result<api::Json>> merge_patch(std::string path, api::Json patch);
  // With gracePeriodSeconds=0: the last word on a Pod whose processes are gone. `uid` guards a successor of the same
  // name.
  runtime::Task<Result<>> remove_now(std::string path, std::string uid);
  // An ordinary deletion, with the object's own grace.
  runtime::Task<Result<>> remove(std::string path);

  runtime::Reactor& reactor() const { return *reactor_; }
  const net::Address& address() const { return address_; }

 private:
  runtime::Task<Result<api::Json>> ask(http::Request request);

  runtime::Reactor* reactor_;
  net::Address address_;
};

// Whether the error says that weftd is away, as opposed to its having refused.
bool is_away(const Error& error);

// "/api/v1/namespaces/NS/pods/NAME"
std::string pod_path(std::string_view namespace_name, std::string_view name);

}  // namespace weft::node
