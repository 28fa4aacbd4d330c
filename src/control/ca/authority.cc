#include "control/ca/authority.h"

#include <algorithm>

#include "base/log.h"
#include "control/ca/intermediate.h"

namespace weft::control {
namespace {

using tls::Certificate;

// Nobody gains by less, and a client would ask without pause.
constexpr Duration kLeafLifetimeMin = std::chrono::seconds(10);
// How often an intermediate's age is looked at.
constexpr Duration kLookAgain = std::chrono::hours(1);

bool is_among(const Certificate& one, const std::vector<Certificate>& list) {
  return std::ranges::any_of(list, [&](const auto& other) { return other.fingerprint() == one.fingerprint(); });
}

}  // namespace

Key trust_key() {
  return {"weft.dev/trust", "", "roots"};
}

Key plugged_key() {
  return {"/secrets", "istio-system", "cacerts"};
}

runtime::Task<Result<std::unique_ptr<Authority>>> Authority::open(Store& store, const Clock& clock, Options options) {
  std::unique_ptr<Authority> authority(new Authority(store, clock, std::move(options)));
  WEFT_CO_TRY(const auto files, plugged_files(authority->options_.folder));
  const bool is_plugged = files || store.get(plugged_key()) != nullptr;
  if (!is_plugged && store.get(trust_key()) == nullptr) {
    WEFT_CO_TRY(const Trust trust, Trust::begin(clock.wall_now()));
    WEFT_CO_TRY(std::string text, trust.write());
    Batch batch;
    batch.push_back({trust_key(), Revision{}, std::move(text)});
    const auto done = co_await store.commit(std::move(batch));
    if (!done && done.error().reason != Reason::conflict) co_return fail(done.error());
    log::info("ca: the mesh has a new root");
  }
  WEFT_CO_CHECK(authority->refresh());
  co_return authority;
}

// Where what is in the store can't be used, what was used before stays trusted, and the reason is the answer.
Result<> Authority::refresh() {
  const ObjectPtr trust = store_->get(trust_key());
  const ObjectPtr plugged = store_->get(plugged_key());
  const WallTime now = clock_->wall_now();
  if (signing_ && trust == read_trust_ && plugged == read_plugged_ && now < renew_after_) return {};
  WEFT_TRY(Signing signing, signing_now());
  trust_own_roots(signing.roots);
  signing_ = std::move(signing);
  read_trust_ = trust;
  read_plugged_ = plugged;
  renew_after_ = now + kLookAgain;
  return {};
}

// Files come before the Secret, and both before what the mesh makes itself.
Result<Signing> Authority::signing_now() const {
  WEFT_TRY(const auto files, plugged_files(options_.folder));
  if (files) return read_plugged(*files, clock_->wall_now());
  if (const ObjectPtr secret = store_->get(plugged_key())) {
    WEFT_TRY(const PluggedTexts texts, plugged_secret(*secret));
    return read_plugged(texts, clock_->wall_now());
  }
  const ObjectPtr trust = store_->get(trust_key());
  if (trust == nullptr)
    return fail(Reason::unavailable, "the authority that was plugged in is gone, and the mesh has no root of its own");
  return own_signing(*trust);
}

Result<Signing> Authority::own_signing(const Object& object) const {
  WEFT_TRY(const Trust trust, Trust::read(object.json));
  WEFT_TRY(auto intermediate,
           load_or_make_intermediate(options_.folder + "/keys/intermediate.pem", trust.active(), clock_->wall_now()));
  std::vector<Certificate> above = {intermediate.certificate};
  return Signing{std::move(intermediate), std::move(above), trust.active().certificate, trust.bundle()};
}

std::optional<Trust> Authority::own_trust() const {
  const ObjectPtr object = store_->get(trust_key());
  if (object == nullptr) return std::nullopt;
  auto trust = Trust::read(object->json);
  return trust ? std::optional(*std::move(trust)) : std::nullopt;
}

// Certificates of the mesh's own root live on when an authority is plugged in above them.
void Authority::trust_own_roots(std::vector<Certificate>& roots) const {
  const auto trust = own_trust();
  if (!trust) return;
  for (const Certificate& root : trust->bundle())
    if (!is_among(root, roots)) roots.push_back(root);
}

Result<> Authority::prepare_to_issue() {
  auto fresh = refresh();
  if (fresh) return {};
  log::error("ca: nothing can be issued: {}", fresh.error().detail);
  return fail(Reason::unavailable, "the mesh's authority can't issue at present");
}

std::vector<Certificate> Authority::chain_of(Certificate leaf) const {
  std::vector<Certificate> chain = {std::move(leaf)};
  chain.insert(chain.end(), signing_->above.begin(), signing_->above.end());
  chain.push_back(signing_->root);
  return chain;
}

Result<std::vector<Certificate>> Authority::issue(const tls::SpiffeId& id, const tls::PublicKey& key,
                                                  Duration lifetime) {
  WEFT_CHECK(prepare_to_issue());
  const Duration length =
      lifetime <= Duration::zero()
          ? options_.leaf_lifetime
          : std::clamp(lifetime, std::min(kLeafLifetimeMin, options_.leaf_lifetime), options_.leaf_lifetime);
  const WallTime now = clock_->wall_now();
  WEFT_TRY(auto leaf, tls::issue_leaf(signing_->issuer, key, id, {now - tls::kBackdating, now + length}));
  return chain_of(std::move(leaf));
}

Result<std::vector<Certificate>> Authority::issue_server(const std::vector<std::string>& names,
                                                         const tls::PublicKey& key) {
  WEFT_CHECK(prepare_to_issue());
  const WallTime now = clock_->wall_now();
  WEFT_TRY(auto leaf,
           tls::issue_server(signing_->issuer, key, names, {now - tls::kBackdating, now + options_.leaf_lifetime}));
  return chain_of(std::move(leaf));
}

Result<std::vector<Certificate>> Authority::issue_client(const tls::Caller& caller, const tls::PublicKey& key,
                                                         Duration lifetime) {
  WEFT_CHECK(prepare_to_issue());
  const WallTime now = clock_->wall_now();
  WEFT_TRY(auto leaf, tls::issue_client(signing_->issuer, key, caller, {now - tls::kBackdating, now + lifetime}));
  return chain_of(std::move(leaf));
}

const std::vector<Certificate>& Authority::roots() {
  if (auto fresh = refresh(); !fresh) log::error("ca: the roots stay as they were: {}", fresh.error().detail);
  return signing_->roots;
}

const Certificate& Authority::issuing_root() {
  (void)roots();
  return signing_->root;
}

std::optional<RotationPhase> Authority::phase() {
  const bool is_plugged = store_->get(plugged_key()) != nullptr || !own_trust() ||
                          plugged_files(options_.folder).value_or(PluggedTexts{}).has_value();
  if (is_plugged) return std::nullopt;
  return own_trust()->phase();
}

runtime::Task<Result<>> Authority::rotate(RotationStep step) {
  if (!phase())
    co_return fail(Reason::unsupported,
                   "the authority is plugged in: put the old and the new root into root-cert.pem, then change "
                   "ca-cert.pem, then take the old root out",
                   Side::client);
  const ObjectPtr before = store_->get(trust_key());
  WEFT_CO_TRY(const Trust trust, Trust::read(before->json));
  WEFT_CO_TRY(const Trust next, trust.after(step, clock_->wall_now()));
  WEFT_CO_TRY(std::string text, next.write());
  Batch batch;
  batch.push_back({trust_key(), before->revision, std::move(text)});
  WEFT_CO_TRY(const Revision revision, co_await store_->commit(std::move(batch)));
  log::info("ca: the change of the root is now: {} (revision {})", to_string(next.phase()), revision.value());
  co_return refresh();
}

}  // namespace weft::control
