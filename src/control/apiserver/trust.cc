#include "control/apiserver/trust.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "control/ca/authority.h"
#include "control/ca/issued.h"
#include "control/ca/root_change.h"
#include "control/store/json_access.h"
#include "control/workloads/timestamp.h"

namespace weft::control {
namespace {

using api::Json;

constexpr size_t kStepSizeMax = 4096;

// Of what is in the way the first few are said in the sentence; the causes have all.
constexpr size_t kNamedMax = 3;

RootChange root_change(const Identities& identities, RotationPhase phase) {
  std::map<std::pair<std::string, std::string>, RootsAt> proxies;
  RootChange change{.phase = phase, .issued = identities.ca.issued->list(), .now = identities.clock->wall_now()};
  for (const RootsStatus& one : identities.serving->trust().proxies) {
    proxies[{one.space, one.pod}] = one.accepted ? RootsAt::accepted : RootsAt::not_yet;
    if (one.wants && !one.accepted) change.waiting.emplace_back(one.space, one.pod);
  }
  if (phase == RotationPhase::switched) {
    const std::string active = identities.ca.authority->issuing_root().fingerprint();
    for (const auto& root : identities.ca.authority->roots())
      if (root.fingerprint() != active) change.old_root = root.fingerprint();
  }
  change.exists = [world = identities.world](std::string_view space, std::string_view pod) {
    return world->find({std::string(kPods), std::string(space), std::string(pod)}) != nullptr;
  };
  change.roots_at = [proxies = std::move(proxies)](std::string_view space, std::string_view pod) {
    const auto found = proxies.find({std::string(space), std::string(pod)});
    return found == proxies.end() ? RootsAt::unknown : found->second;
  };
  return change;
}

Json root_json(const tls::Certificate& root, bool issues, const std::vector<IssuedCertificate>& issued) {
  const std::string fingerprint = root.fingerprint();
  return {{"subject", root.subject()},
          {"fingerprint", fingerprint},
          {"notBefore", timestamp(root.validity().from)},
          {"notAfter", timestamp(root.validity().until)},
          {"issues", issues},
          {"certificates", std::ranges::count(issued, fingerprint, &IssuedCertificate::root)},
          {"pem", root.to_pem()}};
}

Json hindrances_json(const std::vector<Hindrance>& found) {
  Json list = Json::array();
  for (const Hindrance& one : found) list.push_back({{"pod", one.space + "/" + one.pod}, {"why", one.why}});
  return list;
}

Refusal not_ready(RotationStep step, const std::vector<Hindrance>& found) {
  std::string names;
  Json causes = Json::array();
  for (size_t i = 0; i < found.size(); ++i) {
    const std::string pod = found[i].space + "/" + found[i].pod;
    causes.push_back({{"field", pod}, {"message", found[i].why}});
    if (i < kNamedMax) names += fmt::format("{}{} {}", i == 0 ? "" : "; ", pod, found[i].why);
  }
  if (found.size() > kNamedMax) names += fmt::format("; and {} more", found.size() - kNamedMax);
  return {409, "Conflict", fmt::format("the mesh is not ready for the step \"{}\": {}", to_string(step), names),
          Json{{"causes", std::move(causes)}}};
}

}  // namespace

Answer trust_status(const Identities& identities) {
  const auto phase = identities.ca.authority->phase();
  const auto issued = identities.ca.issued->list();
  Json roots = Json::array();
  const std::string active = identities.ca.authority->issuing_root().fingerprint();
  for (const auto& root : identities.ca.authority->roots())
    roots.push_back(root_json(root, root.fingerprint() == active, issued));
  Json body{{"kind", "Trust"},
            {"apiVersion", "weft.dev/v1"},
            {"phase", phase ? to_string(*phase) : "plugged"},
            {"trustDomains", identities.serving->trust().trust_domains},
            {"roots", std::move(roots)}};
  if (phase) {
    body["nextStep"] = to_string(next_step(*phase));
    body["hindrances"] = hindrances_json(hindrances(root_change(identities, *phase)));
  }
  return answer_with(body);
}

runtime::Task<Reply<Answer>> change_root(Identities identities, const Call& call) {
  WEFT_CO_TRY(const Json body, body_json(call, kStepSizeMax));
  const auto step = rotation_step_of(text_at(body, "step"));
  if (!step) co_return refuse(bad_request("step must be \"introduce\", \"switch\" or \"retire\""));
  const auto phase = identities.ca.authority->phase();
  if (phase && next_step(*phase) == *step) {
    const auto found = hindrances(root_change(identities, *phase));
    if (!found.empty()) co_return refuse(not_ready(*step, found));
  }
  if (const auto done = co_await identities.ca.authority->rotate(*step); !done)
    co_return refuse(certificate_refusal(done.error()));
  if (*step == RotationStep::switch_over) {
    const std::string root = identities.ca.authority->issuing_root().fingerprint();
    const auto is_of_old = [&root](const IssuedCertificate& one) { return one.root != root; };
    const auto marked = co_await identities.ca.issued->mark(is_of_old, IssuedCertificate::State::to_be_replaced);
    if (!marked) co_return refuse(certificate_refusal(marked.error()));
  }
  co_return trust_status(identities);
}

}  // namespace weft::control
