#include "control/ca/root_change.h"

#include <map>
#include <utility>

namespace weft::control {
namespace {

using Pod = std::pair<std::string, std::string>;

// From its issue until a proxy surely shows it: it has been answered, made into contexts, and handshakes that began
// before have ended.
constexpr auto kTakeover = std::chrono::seconds(3);

// What a living pod has that still proves something.
struct Holding {
  const IssuedCertificate* newest = nullptr;
  bool has_old = false;  // one of the old root
};

std::map<Pod, Holding> holders(const RootChange& change) {
  std::map<Pod, Holding> found;
  for (const IssuedCertificate& one : change.issued) {
    const bool holds = change.now < one.expires && one.state != IssuedCertificate::State::revoked;
    if (!holds || !change.exists(one.space, one.pod)) continue;
    Holding& holding = found[{one.space, one.pod}];
    if (holding.newest == nullptr || holding.newest->issued <= one.issued) holding.newest = &one;
    holding.has_old = holding.has_old || one.root == change.old_root;
  }
  return found;
}

// Before the next root issues, all must trust it: also those whose connection to us is away for a moment, since their
// peers would show them certificates that they know nothing of.
std::vector<Hindrance> not_trusting(const RootChange& change) {
  std::map<Pod, std::string> why;
  for (const Pod& pod : change.waiting) why[pod] = "has not accepted the new root yet";
  for (const auto& [pod, holding] : holders(change)) {
    const RootsAt at = change.roots_at(pod.first, pod.second);
    if (at == RootsAt::unknown) why[pod] = "has a certificate, but its proxy is not connected";
    if (at == RootsAt::not_yet) why[pod] = "has not accepted the new root yet";
  }
  std::vector<Hindrance> found;
  for (auto& [pod, text] : why) found.push_back({pod.first, pod.second, std::move(text)});
  return found;
}

// Before the old root goes, nobody may show a certificate of it.
std::vector<Hindrance> of_old_root(const RootChange& change) {
  std::vector<Hindrance> found;
  for (const auto& [pod, holding] : holders(change)) {
    const auto [newest, has_old] = holding;
    if (!has_old) continue;
    if (newest->root == change.old_root) {
      found.push_back({pod.first, pod.second, "still has certificate " + newest->serial + " of the old root"});
    } else if (change.now < newest->issued + kTakeover) {
      found.push_back({pod.first, pod.second, "has been given certificate " + newest->serial + " only just now"});
    }
  }
  return found;
}

}  // namespace

RotationStep next_step(RotationPhase phase) {
  switch (phase) {
    case RotationPhase::steady:
      return RotationStep::introduce;
    case RotationPhase::introduced:
      return RotationStep::switch_over;
    case RotationPhase::switched:
      return RotationStep::retire;
  }
  return RotationStep::introduce;
}

std::string_view to_string(RotationStep step) {
  switch (step) {
    case RotationStep::introduce:
      return "introduce";
    case RotationStep::switch_over:
      return "switch";
    case RotationStep::retire:
      return "retire";
  }
  return "introduce";
}

std::vector<Hindrance> hindrances(const RootChange& change) {
  switch (change.phase) {
    case RotationPhase::steady:
      return {};
    case RotationPhase::introduced:
      return not_trusting(change);
    case RotationPhase::switched:
      return of_old_root(change);
  }
  return {};
}

}  // namespace weft::control
