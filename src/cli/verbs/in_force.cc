#include "cli/verbs/in_force.h"

#include <ostream>

#include <fmt/format.h>

#include "cli/mesh/submit.h"
#include "cli/verbs/verbs.h"

namespace weft::cli {

Outcome wait_until_in_force(Session& session, const ControlPlane& weftd, const Applied& applied, Time began) {
  const auto longest = timeout_of(session.call, std::chrono::seconds(30));
  if (!longest) return stop(longest.error());
  const auto sync = weftd.wait_for_proxies(applied.revision, *longest);
  if (!sync) return stop(sync.error());
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(session.clock.now() - began).count();
  const auto refused = describe_refusals(*sync);
  auto& style = session.screen.err_style;
  session.screen.err << style.paint(refused.empty() ? Tone::good : Tone::bad, refused.empty() ? "✔" : "✖")
                     << fmt::format(" in force at {} of {} proxies in {} ms\n", sync->value("acked", 0),
                                    sync->value("proxies", 0), took);
  if (refused.empty()) return Exit::ok;
  Failure failure{.exit = Exit::failed, .what = "a proxy refused the new configuration and keeps the old one"};
  failure.details = refused;
  failure.hint = weftd.state().command("ps");
  return stop(std::move(failure));
}

}  // namespace weft::cli
