// Trust: the roots that the mesh makes for itself, and how far a change from one to the next has come. A value; the
// store keeps its text, so that all weftds of a mesh work from the same one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "tls/certificate_issue.h"

namespace weft::control {

// A root is changed in three steps, each of which is only open after the one before: while certificates of both roots
// are about, everybody trusts both.
enum class RotationPhase : uint8_t {
  steady,      // one root
  introduced,  // the next root is trusted, the present one still issues
  switched,    // the next root issues, the old one is still trusted
};
std::string_view to_string(RotationPhase phase);

enum class RotationStep : uint8_t { introduce, switch_over, retire };
// "introduce", "switch" and "retire"; nothing for other words.
std::optional<RotationStep> rotation_step_of(std::string_view word);

// Immutable.
class Trust {
 public:
  // A mesh's first root: ECDSA P-256, ten years.
  static Result<Trust> begin(WallTime now);

  static Result<Trust> read(std::string_view text);
  // With the private keys in it.
  Result<std::string> write() const;

  RotationPhase phase() const { return phase_; }
  // The root that issues.
  const tls::Issuer& active() const { return roots_.front(); }
  // Every root that is trusted; the one that issues is the first.
  std::vector<tls::Certificate> bundle() const;

  // What the step makes of it; fails with conflict where another step is due. Whether the mesh is ready for it is the
  // caller's to know.
  Result<Trust> after(RotationStep step, WallTime now) const;

 private:
  Trust(RotationPhase phase, std::vector<tls::Issuer> roots) : phase_(phase), roots_(std::move(roots)) {}

  RotationPhase phase_;
  std::vector<tls::Issuer> roots_;  // the active one, then the one that comes or goes
};

}  // namespace weft::control
