#include "control/jwks/key_fetcher.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/log.h"
#include "control/jwks/key_documents.h"

namespace weft::control {
namespace {

constexpr Duration kRefreshAfter = std::chrono::minutes(20);  // istiod's
constexpr Duration kTimeout = std::chrono::seconds(5);        // JwtRule.timeout's default
constexpr Duration kTimeoutMax = std::chrono::minutes(1);
// After a failure: 1 s, 2 s, 4 s and so on; an issuer that is away is not asked more than once a minute.
constexpr Duration kBackOff = std::chrono::seconds(1);
constexpr Duration kBackOffMax = std::chrono::minutes(1);
constexpr int kDoublingsMax = 6;
// How long keys are believed that their issuer does not confirm.
constexpr Duration kKeptFor = std::chrono::hours(7 * 24);

Duration back_off(int failures) {
  return std::min<Duration>(kBackOff * (1 << std::min(failures - 1, kDoublingsMax)), kBackOffMax);
}

}  // namespace

KeyFetcher::KeyFetcher(runtime::Reactor& reactor, net::Address nameserver, KeptKeys kept, Changed changed)
    : reactor_(&reactor),
      surroundings_{.view = std::make_shared<const mesh::MeshView>(), .nameserver = std::move(nameserver)},
      kept_(kept),
      changed_(std::move(changed)),
      woken_(reactor),
      gate_(reactor) {}

void KeyFetcher::start() {
  runtime::spawn(gate_, run());
}

runtime::Task<void> KeyFetcher::close() {
  closed_ = true;
  woken_.set();
  co_await gate_.close();
}

void KeyFetcher::follow(const mesh::MeshViewPtr& view) {
  surroundings_.view = view;
  Entries wanted;
  for (const auto& policy : view->request_authentications().all()) {
    for (const auto& rule : policy->spec.jwt_rules) {
      if (!rule.jwks.empty()) continue;
      const auto source = mesh::key_source_of(rule);
      auto known = entries_.extract(source);
      const auto [at, is_new] = wanted.try_emplace(source);
      Entry& entry = at->second;
      if (known) {
        entry = std::move(known.mapped());
      } else if (is_new) {
        restore(source, entry);
      }
      entry.issuer = rule.issuer;
      entry.timeout = std::min(rule.timeout.value_or(kTimeout), kTimeoutMax);
    }
  }
  // What is left is wanted no more: the next policy that names it starts anew.
  for (const auto& [source, entry] : std::exchange(entries_, std::move(wanted))) {
    if (!entry.key_set.empty()) changed_(source, "");
  }
  woken_.set();
}

// Its issuer is asked at once, all the same.
void KeyFetcher::restore(const mesh::KeySource& source, Entry& entry) {
  auto kept = kept_.find(source);
  if (!kept || kept->age > kKeptFor) return;
  entry.fetched = reactor_->now() - kept->age;
  entry.key_set = std::move(kept->key_set);
  changed_(source, entry.key_set);
}

void KeyFetcher::note(const mesh::ObjectChange& change) {
  if (change.type != "/configmaps" || change.space != kOutsideSpace || change.name != kOutsideMap) return;
  surroundings_.outside = read_outside_hosts(change.json);
  for (auto& [source, entry] : entries_) {
    if (entry.failures > 0) entry.due = reactor_->now();
  }
  woken_.set();
}

// One after another: each is bounded by its time, and there are few issuers.
runtime::Task<void> KeyFetcher::run() {
  while (!closed_) {
    (void)co_await woken_.wait(next_due());
    if (closed_) co_return;
    woken_.reset();
    std::vector<mesh::KeySource> due;
    for (const auto& [source, entry] : entries_) {
      if (entry.due <= reactor_->now()) due.push_back(source);
    }
    for (const auto& source : due) {
      if (!closed_) co_await fetch(source);
    }
  }
}

Time KeyFetcher::next_due() const {
  Time next = runtime::kNever;
  for (const auto& [source, entry] : entries_) next = std::min(next, entry.due);
  return next;
}

runtime::Task<void> KeyFetcher::fetch(mesh::KeySource source) {
  const auto found = entries_.find(source);
  if (found == entries_.end()) co_return;
  const Time deadline = reactor_->now() + found->second.timeout;
  auto key_set = co_await key_set_of(source, found->second.issuer, deadline);
  take(source, key_set);
  if (key_set) co_await kept_.keep(std::move(source), *std::move(key_set));
}

runtime::Task<Result<std::string>> KeyFetcher::key_set_of(mesh::KeySource source, std::string issuer, Time deadline) {
  std::string place = source.url;
  if (source.kind == mesh::KeySource::Kind::discovery) {
    const auto url = parse_url(place);
    if (!url) co_return fail(Reason::invalid, "the issuer \"" + issuer + "\" is no URL where its keys could be found");
    WEFT_CO_TRY(const auto document, co_await fetch_document(*reactor_, *url, surroundings_, deadline));
    WEFT_CO_TRY(place, key_set_url(document, issuer));
  }
  const auto url = parse_url(place);
  if (!url) co_return fail(Reason::invalid, "\"" + place + "\" is no URL");
  WEFT_CO_TRY(const auto document, co_await fetch_document(*reactor_, *url, surroundings_, deadline));
  co_return public_key_set(document);
}

void KeyFetcher::take(const mesh::KeySource& source, Result<std::string> fetched) {
  const auto found = entries_.find(source);
  if (found == entries_.end()) return;  // nobody wants it any more
  Entry& entry = found->second;
  const Time now = reactor_->now();
  std::string key_set = entry.key_set;
  if (fetched) {
    entry.failures = 0;
    entry.fetched = now;
    entry.due = now + kRefreshAfter;
    key_set = *std::move(fetched);
  } else {
    entry.due = now + back_off(++entry.failures);
    if (entry.failures == 1) log::warn("jwks: {}: {}", source.url, fetched.error().detail);
    if (now - entry.fetched > kKeptFor) key_set.clear();
  }
  if (key_set == std::exchange(entry.key_set, key_set)) return;
  log::info("jwks: {}: {}", source.url, key_set.empty() ? "its keys are believed no more" : "new keys");
  changed_(source, key_set);
}

}  // namespace weft::control
