// API tokens: who may call the API's TCP ports, and what each may do there. Made for people and programs by name; the
// token itself is told once and kept as a digest alone, a client certificate by its fingerprint.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "control/store/store.h"
#include "runtime/task.h"
#include "tls/certificate.h"

namespace weft::control {

// Each may do what the one before may, and more: look at everything but secrets; change workloads and policies; change
// who is trusted.
enum class Role : uint8_t { viewer, editor, admin };
std::string_view to_string(Role role);
std::optional<Role> role_of_word(std::string_view word);
// Before a role's word, it is the organisation of who has that role.
inline constexpr std::string_view kRolePrefix = "weft:";

// By what a caller shows who it is.
enum class Proof : uint8_t { token, certificate };
std::string_view to_string(Proof proof);

// One token, or one client certificate, without its text. A value.
struct ApiToken {
  std::string name;
  Role role = Role::viewer;
  Proof proof = Proof::token;
  WallTime created;
  WallTime expires;
};

// Kept in the store. Control thread. Owned by bin/weftd; the store outlives it.
class ApiTokens {
 public:
  ApiTokens(Store& store, const Clock& clock) : store_(&store), clock_(&clock) {}

  // Makes one and answers its text. Fails with conflict when the name is taken, or overflow when there are a thousand.
  runtime::Task<Result<std::string>> create(std::string name, Role role, Duration lifetime);
  // The same for a certificate that was made for somebody: it holds as long as this says so.
  runtime::Task<Result<>> record(std::string name, Role role, tls::Certificate certificate);
  // Fails with not_found.
  runtime::Task<Result<>> remove(std::string name);

  // Those that have not expired, by name.
  std::vector<ApiToken> list() const;
  // What a text stands for; nothing when it is no token of ours, or has expired.
  std::optional<ApiToken> find(std::string_view text) const;
  // The same for a certificate, whose chain is good.
  std::optional<ApiToken> find(const tls::Certificate& certificate) const;

  const Clock& clock() const { return *clock_; }

 private:
  runtime::Task<Result<>> add(ApiToken token, std::string key);
  std::optional<ApiToken> find_by_key(std::string key) const;

  Store* store_;
  const Clock* clock_;
};

// The type under which the store keeps them, by the digests of their texts: of no kind that the API serves.
inline constexpr std::string_view kApiTokensType = "weft.dev/api-tokens";

}  // namespace weft::control
