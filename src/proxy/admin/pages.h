// Pages: the admin interface's answers by path, with Envoy's paths and formats where there is one.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "http/service/server.h"
#include "proxy/admin/inspection.h"

namespace weft::proxy {

// What /server_info tells of the process; fixed at the start.
struct ServerInfo {
  std::string node_id;
  std::string node_cluster;
  std::vector<std::pair<std::string, std::string>> options;  // flags as given
  uint32_t restart_epoch = 0;                                // how many processes this one follows by hot restart
};

// Serves the Unix socket and 127.0.0.1:15000. Main thread. GET reads, POST acts.
class AdminPages final : public http::Handler {
 public:
  // `inspection` and `clock` outlive it.
  AdminPages(Inspection& inspection, ServerInfo info, const Clock& clock)
      : inspection_(&inspection), info_(std::move(info)), clock_(&clock), started_(clock.now()) {}

  runtime::Task<void> handle(http::Exchange& exchange) override;

 private:
  // One answer of a page.
  struct Page {
    uint16_t status = 200;
    std::string content_type = "text/plain; charset=utf-8";
    std::string body;
  };
  runtime::Task<Page> read(std::string_view path, std::string_view query);
  Page act(std::string_view path, std::string_view query);

  Page drain_listeners(std::string_view query);
  Page ready() const;
  Page server_info() const;
  runtime::Task<Page> statistics(std::string_view query);
  Page listeners(std::string_view query) const;
  runtime::Task<Page> clusters();
  runtime::Task<Page> failures(std::string_view query);
  Page set_log_level(std::string_view query);

  Inspection* inspection_;
  ServerInfo info_;
  const Clock* clock_;
  Time started_;
};

// Serves 15021 (/healthz/ready) and 15090 (/stats/prometheus), which are open to the network of the pod: these pages
// and nothing else. Main thread.
class PublicPages final : public http::Handler {
 public:
  enum class Kind : uint8_t { health, metrics };
  PublicPages(Inspection& inspection, Kind kind) : inspection_(&inspection), kind_(kind) {}

  runtime::Task<void> handle(http::Exchange& exchange) override;

 private:
  Inspection* inspection_;
  Kind kind_;
};

}  // namespace weft::proxy
