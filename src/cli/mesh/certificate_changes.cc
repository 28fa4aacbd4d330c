#include "cli/mesh/certificate_changes.h"

#include <fmt/format.h>

#include "cli/mesh/certificates.h"
#include "cli/text/style.h"

namespace weft::cli {
namespace {

using api::Json;

constexpr auto kBetweenLooks = std::chrono::milliseconds(100);
// Of those that are waited for, the first are named.
constexpr size_t kShownMax = 10;

std::string indented_lines(const std::vector<std::string>& lines) {
  std::string text;
  for (size_t i = 0; i < std::min(lines.size(), kShownMax); ++i) text += "  " + lines[i] + "\n";
  if (lines.size() > kShownMax) text += fmt::format("  and {} more\n", lines.size() - kShownMax);
  return text;
}

std::vector<std::string> hindrance_lines(const Json& trust) {
  std::vector<std::string> lines;
  for (const Json& one : trust.value("hindrances", Json::array()))
    lines.push_back(one.value("pod", "") + " " + one.value("why", ""));
  return lines;
}

Failure not_ready_failure(Exit exit, const Json& trust, const ControlPlane& weftd) {
  return {.exit = exit,
          .what = fmt::format("the mesh is not ready for the step \"{}\" of the change of its root",
                              trust.value("nextStep", "")),
          .details = indented_lines(hindrance_lines(trust)),
          .hint = weftd.state().command("certs root rotate --wait")};
}

}  // namespace

Expected<bool> Patience::pause() {
  if (interrupts.came_within(kBetweenLooks)) return stop(Exit::interrupted, "interrupted; what was begun goes on");
  return clock.now() < deadline;
}

Expected<std::vector<Json>> certificates_in(const ControlPlane& weftd) {
  auto answer = weftd.get(kCertificatesPath);
  if (!answer) return stop(std::move(answer).error());
  return answer->value("items", std::vector<Json>());
}

Expected<std::vector<PodName>> pods_in(const ControlPlane& weftd) {
  const auto pods = weftd.list(*api::find_kind_by_word("pods"), {});
  if (!pods) return stop(pods.error());
  std::vector<PodName> names;
  for (const Json& pod : pods->items)
    names.push_back({pod["metadata"].value("namespace", ""), pod["metadata"].value("name", "")});
  return names;
}

Expected<bool> mark_and_wait(const ControlPlane& weftd, const std::vector<std::string>& serials, std::string_view state,
                             Patience& patience) {
  const auto marked = weftd.post(kCertificatesPath, {{"state", state}, {"serials", serials}});
  if (!marked) return stop(marked.error());
  while (true) {
    const auto now = certificates_in(weftd);
    if (!now) return stop(now.error());
    const auto pods = pods_in(weftd);  // those that have gone meanwhile will never follow
    if (!pods) return stop(pods.error());
    const auto waiting = still_using(serials, certificates_of(*pods, *now));
    if (waiting.empty()) return true;
    const auto goes_on = patience.pause();
    if (!goes_on) return stop(goes_on.error());
    if (*goes_on) continue;
    return stop(Failure{.exit = Exit::timed_out,
                        .what = counted(waiting.size(), "pod") + " did not ask for a new certificate in time",
                        .details = indented_lines(waiting),
                        .hint = weftd.state().command("ps")});
  }
}

Expected<Json> take_root_step(const ControlPlane& weftd, Readiness readiness, Patience& patience) {
  while (true) {
    const auto trust = weftd.get(kTrustPath);
    if (!trust) return stop(trust.error());
    const auto step = trust->value("nextStep", "");
    if (step.empty())
      return stop(Exit::failed, "an operator's authority is plugged in: its root is changed there",
                  weftd.state().command("certs root"));
    if (trust->value("hindrances", Json::array()).empty()) {
      auto done = weftd.post(kTrustPath, {{"step", step}});
      // Somebody may have become unready between the two calls.
      if (done || readiness == Readiness::demand || patience.clock.now() >= patience.deadline) return done;
    } else if (readiness == Readiness::demand) {
      return stop(not_ready_failure(Exit::failed, *trust, weftd));
    }
    const auto goes_on = patience.pause();
    if (!goes_on) return stop(goes_on.error());
    if (!*goes_on) return stop(not_ready_failure(Exit::timed_out, *trust, weftd));
  }
}

}  // namespace weft::cli
