// ControlPlane: weftd as the CLI sees it: objects by kind and name, whole applies, watches, the sync state of proxies.
// Every call blocks; every failure says why and which exit code it means.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "api/kinds.h"
#include "api/tree.h"
#include "cli/exit.h"
#include "cli/mesh/local_http.h"
#include "cli/mesh/state_folder.h"

namespace weft::cli {

// Which objects a list is about. Empty members do not restrict.
struct Selection {
  std::string namespace_name;
  std::string labels;
  std::string name;
};

// What became of one object of an apply.
struct AppliedObject {
  std::string slug;    // "virtualservice.networking.istio.io/nodejs-api"
  std::string result;  // "created", "configured", "unchanged"
};

// One commit.
struct Applied {
  std::vector<AppliedObject> objects;
  std::string revision;
  std::vector<std::string> warnings;
  api::Json answer;
};

enum class DryRun : uint8_t { no, yes };

// Talks over STATE/weftd.sock, one connection a call. Holds no connection between calls, so weftd may restart
// meanwhile.
class ControlPlane {
 public:
  ControlPlane(StateFolder state, const Clock& clock) : state_(std::move(state)), clock_(clock) {}

  // Whether weftd answers and is ready.
  bool is_ready() const;

  Expected<api::Json> get(std::string_view path) const;
  Expected<api::Json> post(std::string_view path, const api::Json& body) const;
  Expected<api::Json> object(const api::Kind& kind, const std::string& namespace_name, const std::string& name) const;
  // The items of a list; each gets its kind and apiVersion, as a single object has them. `revision` is where a watch
  // goes on.
  struct List {
    std::vector<api::Json> items;
    std::string revision;
  };
  Expected<List> list(const api::Kind& kind, const Selection& selection) const;
  Expected<api::Json> remove(std::string_view path) const;
  Expected<api::Json> remove(const api::Kind& kind, const std::string& namespace_name, const std::string& name) const;

  // Three-way apply of all objects in one commit.
  Expected<Applied> apply(const std::vector<api::Json>& objects, DryRun dry_run) const;

  // Blocks until every connected proxy that sees the revision has answered, or the time is over (Exit::timed_out).
  Expected<api::Json> wait_for_proxies(const std::string& revision, Duration longest) const;

  // Calls `on_event` with each {"type", "object"} since the revision until it says stop or `longest` is over (which is
  // no failure). The stream is resumed when weftd ends it.
  using OnEvent = std::function<Follow(const api::Json& event)>;
  Expected<bool> watch(const api::Kind& kind, const Selection& selection, std::string revision, Duration longest,
                       const OnEvent& on_event) const;

  const StateFolder& state() const { return state_; }

 private:
  Expected<api::Json> exchange(const LocalRequest& request) const;
  Failure unreachable(const Error& error) const;

  StateFolder state_;
  const Clock& clock_;
};

// "/api/v1/namespaces/x/pods", "/apis/apps/v1/deployments": where objects of the kind live.
std::string collection_path(const api::Kind& kind, const std::string& namespace_name);

// `text` as part of a query: everything but unreserved characters is escaped (RFC 3986 2.1).
std::string escape(std::string_view text);

// A Kubernetes Status as a Failure: 401 and 403 are "not allowed", 400, 413 and 422 "invalid", 504 "timed out", with
// every cause on a line of its own.
Failure failure_of(int status, const api::Json& body);

}  // namespace weft::cli
