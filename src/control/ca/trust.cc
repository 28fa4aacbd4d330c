#include "control/ca/trust.h"

#include <fmt/format.h>

#include "control/store/json_access.h"

namespace weft::control {
namespace {

using api::Json;
using tls::Issuer;

// As long as Istio's. A year of 365 days.
constexpr auto kRootLifetime = std::chrono::hours(10 * 365 * 24);

Result<Issuer> make_root(WallTime now) {
  WEFT_TRY(const auto key, tls::PrivateKey::make(tls::KeyKind::ecdsa_p256));
  // Roots must differ by name; the day is for people.
  const auto day = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
  const std::string name = fmt::format("Weft root {}", day);
  WEFT_TRY(auto certificate, tls::issue_root(key, name, {now - tls::kBackdating, now + kRootLifetime}));
  return Issuer{std::move(certificate), key};
}

Result<Issuer> read_root(const Json& entry) {
  WEFT_TRY(auto certificate, tls::Certificate::from_pem(text_at(entry, "certificate")));
  WEFT_TRY(auto key, tls::PrivateKey::from_pem(text_at(entry, "key")));
  if (!(certificate.public_key() == key.public_key()))
    return fail(Reason::malformed, "a root's key is not that of its certificate");
  return Issuer{std::move(certificate), std::move(key)};
}

std::optional<RotationPhase> phase_of(std::string_view word) {
  for (const auto phase : {RotationPhase::steady, RotationPhase::introduced, RotationPhase::switched})
    if (to_string(phase) == word) return phase;
  return std::nullopt;
}

}  // namespace

std::string_view to_string(RotationPhase phase) {
  switch (phase) {
    case RotationPhase::steady:
      return "steady";
    case RotationPhase::introduced:
      return "introduced";
    case RotationPhase::switched:
      return "switched";
  }
  return "steady";
}

std::optional<RotationStep> rotation_step_of(std::string_view word) {
  if (word == "introduce") return RotationStep::introduce;
  if (word == "switch") return RotationStep::switch_over;
  if (word == "retire") return RotationStep::retire;
  return std::nullopt;
}

Result<Trust> Trust::begin(WallTime now) {
  WEFT_TRY(Issuer root, make_root(now));
  return Trust(RotationPhase::steady, {std::move(root)});
}

Result<Trust> Trust::read(std::string_view text) {
  const Json body = Json::parse(text, nullptr, false);
  const auto phase = phase_of(text_at(body, "phase"));
  const auto& entries = list_at(body, "roots");
  const size_t due = phase == RotationPhase::steady ? 1 : 2;
  if (!phase || entries.size() != due) return fail(Reason::malformed, "the mesh's roots in the store do not parse");
  std::vector<Issuer> roots;
  for (const Json& entry : entries) {
    WEFT_TRY(Issuer root, read_root(entry));
    roots.push_back(std::move(root));
  }
  return Trust(*phase, std::move(roots));
}

Result<std::string> Trust::write() const {
  Json entries = Json::array();
  for (const Issuer& root : roots_) {
    WEFT_TRY(std::string key, root.key.to_pem());
    entries.push_back({{"certificate", root.certificate.to_pem()}, {"key", std::move(key)}});
  }
  return Json{{"phase", to_string(phase_)}, {"roots", std::move(entries)}}.dump();
}

std::vector<tls::Certificate> Trust::bundle() const {
  std::vector<tls::Certificate> bundle;
  for (const Issuer& root : roots_) bundle.push_back(root.certificate);
  return bundle;
}

Result<Trust> Trust::after(RotationStep step, WallTime now) const {
  switch (step) {
    case RotationStep::introduce: {
      if (phase_ != RotationPhase::steady)
        return fail(Reason::conflict, "a new root is on its way already", Side::client);
      WEFT_TRY(Issuer next, make_root(now));
      return Trust(RotationPhase::introduced, {roots_.front(), std::move(next)});
    }
    case RotationStep::switch_over:
      if (phase_ != RotationPhase::introduced)
        return fail(Reason::conflict, "there is no new root to switch to: introduce one first", Side::client);
      return Trust(RotationPhase::switched, {roots_[1], roots_[0]});
    case RotationStep::retire:
      if (phase_ != RotationPhase::switched)
        return fail(Reason::conflict, "there is no old root to retire: switch to a new one first", Side::client);
      return Trust(RotationPhase::steady, {roots_.front()});
  }
  return fail(Reason::internal, "an unknown step");
}

}  // namespace weft::control
