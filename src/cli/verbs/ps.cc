#include <ostream>

#include "cli/mesh/control_plane.h"
#include "cli/text/output.h"
#include "cli/verbs/verbs.h"

namespace weft::cli {
namespace {

using api::Json;

constexpr const char* kTypes[] = {"CDS", "EDS", "LDS", "RDS", "NDS", "SDS"};

std::string state_of(const Json& proxy, const char* type) {
  if (!proxy.contains("types") || !proxy["types"].contains(type)) return "NOT SENT";
  return proxy["types"][type].value("state", "UNKNOWN");
}

Table table_of_proxies(const Json& proxies, WallTime now) {
  Table table{.headings = {"NAME", "KIND"}, .rows = {}};
  for (const auto* type : kTypes) table.headings.emplace_back(type);
  table.headings.emplace_back("CONNECTED");
  for (const auto& proxy : proxies) {
    auto& row = table.rows.emplace_back();
    row = {proxy.value("name", ""), proxy.value("kind", "")};
    for (const auto* type : kTypes) row.push_back(state_of(proxy, type));
    row.push_back(api::age(proxy.value("connectedAt", ""), now));
  }
  return table;
}

// What a proxy refused is the one thing nobody should have to look for.
void print_refusals(Session& session, const Json& proxies) {
  for (const auto& proxy : proxies) {
    for (const auto* type : kTypes) {
      if (state_of(proxy, type) != "NACKED") continue;
      session.screen.err << session.screen.err_style.paint(Tone::bad, "✖") << " " << proxy.value("name", "")
                         << " refused " << type << ": " << proxy["types"][type].value("error", "") << "\n";
    }
  }
}

Outcome run_ps(Session& session) {
  auto state = choose_state_folder(session);
  if (!state) return stop(std::move(state).error());
  const auto answer = ControlPlane(*std::move(state), session.clock).get("/apis/weft.dev/v1/proxies");
  if (!answer) return stop(answer.error());
  const Json proxies = answer->value("items", Json::array());
  const auto format = format_of(session.call.value_or("output", "table"));
  if (format != Format::table) {
    session.screen.out << print(proxies, format);
    return Exit::ok;
  }
  if (proxies.empty()) {
    session.screen.err << "No proxy is connected.\n";
    return Exit::ok;
  }
  session.screen.out << render(table_of_proxies(proxies, session.clock.wall_now())) << std::flush;
  print_refusals(session, proxies);
  return Exit::ok;
}

}  // namespace

Command ps_command() {
  return {.name = "ps",
          .group = "proxy",
          .summary = "List the proxies and whether each runs what weftd last sent it",
          .flags = {table_output_flag()},
          .examples = {{"all proxies", "weft ps"}},
          .aliases = {"proxy-status"},
          .run = run_ps};
}

}  // namespace weft::cli
