#include "control/ca/issued.h"

#include <algorithm>
#include <tuple>

#include "control/store/json_access.h"
#include "control/store/stored_time.h"

namespace weft::control {
namespace {

using api::Json;
using State = IssuedCertificate::State;

// When it was issued is kept so finely: which of two of one pod is the newer one follows from it.
using Fine = std::chrono::microseconds;

State record_state_of(std::string_view word) {
  if (word == to_string(State::revoked)) return State::revoked;
  return word == to_string(State::to_be_replaced) ? State::to_be_replaced : State::good;
}

// `issuer`: the fingerprint under which the rest of its chain is kept, once for all.
std::string write_record(const IssuedCertificate& one, std::string_view leaf, std::string_view issuer) {
  return Json{{"identity", one.identity},
              {"namespace", one.space},
              {"pod", one.pod},
              {"root", one.root},
              {"issuedMicros", to_stored<Fine>(one.issued)},
              {"expires", to_stored(one.expires)},
              {"state", to_string(one.state)},
              {"leaf", leaf},
              {"issuer", issuer}}
      .dump();
}

IssuedCertificate read_record(const Object& object) {
  const Json body = Json::parse(object.json, nullptr, false);
  return {.serial = object.key.name,
          .identity = text_at(body, "identity"),
          .space = text_at(body, "namespace"),
          .pod = text_at(body, "pod"),
          .root = text_at(body, "root"),
          .issued = stored_time_at<Fine>(body, "issuedMicros"),
          .expires = stored_time_at(body, "expires"),
          .state = record_state_of(text_at(body, "state"))};
}

Key record_key(std::string_view serial) {
  return {std::string(kIssuedType), "", std::string(serial)};
}

Key issuer_key(std::string_view fingerprint) {
  return {std::string(kIssuersType), "", std::string(fingerprint)};
}

std::string pem_in(const Object& object, const char* name) {
  return text_at(Json::parse(object.json, nullptr, false), name);
}

// Those that have ended issued nothing that still holds. There are as many as weftds, and a few more.
void drop_ended_issuers(const Store& store, WallTime now, Batch& batch) {
  for (const ObjectPtr& object : store.list(kIssuersType).objects) {
    const auto chain = tls::read_certificates(pem_in(*object, "chain"));
    if (!chain || chain->front().validity().until < now) batch.push_back({object->key, object->revision, ""});
  }
}

}  // namespace

std::string_view to_string(State state) {
  switch (state) {
    case State::good:
      return "good";
    case State::to_be_replaced:
      return "replace";
    case State::revoked:
      return "revoked";
  }
  return "good";
}

IssuedCertificates::IssuedCertificates(Store& store, const Clock& clock) : store_(&store), clock_(&clock) {
  read_all();
}

void IssuedCertificates::read_all() const {
  by_serial_.clear();
  by_end_.clear();
  marked_.clear();
  const Listing listing = store_->list(kIssuedType);
  for (const ObjectPtr& object : listing.objects) put(*object);
  seen_ = listing.revision;
}

void IssuedCertificates::follow() const {
  while (seen_ < store_->revision()) {
    const auto changes = store_->changes_after(seen_);
    if (!changes) return read_all();  // more has changed than the store remembers
    for (const Change& change : *changes) {
      seen_ = change.object->revision;
      if (change.object->key.type != kIssuedType) continue;
      if (change.kind == Change::Kind::removed) {
        drop(change.object->key.name);
      } else {
        put(*change.object);
      }
    }
  }
}

void IssuedCertificates::put(const Object& object) const {
  drop(object.key.name);
  IssuedCertificate one = read_record(object);
  by_end_.emplace(one.expires, one.serial);
  if (one.state != State::good) marked_.insert(one.serial);
  by_serial_.insert_or_assign(object.key.name, std::move(one));
}

void IssuedCertificates::drop(const std::string& serial) const {
  const auto found = by_serial_.find(serial);
  if (found == by_serial_.end()) return;
  by_end_.erase({found->second.expires, serial});
  marked_.erase(serial);
  by_serial_.erase(found);
}

std::vector<IssuedCertificate> IssuedCertificates::recorded() const {
  follow();
  std::vector<IssuedCertificate> found;
  found.reserve(by_serial_.size());
  for (const auto& [serial, one] : by_serial_) found.push_back(one);
  std::ranges::sort(found, {}, [](const IssuedCertificate& one) {
    return std::tie(one.identity, one.space, one.pod, one.issued, one.serial);
  });
  return found;
}

std::vector<IssuedCertificate> IssuedCertificates::list() const {
  auto found = recorded();
  std::erase_if(found, [now = clock_->wall_now()](const IssuedCertificate& one) { return one.expires <= now; });
  return found;
}

std::vector<IssuedCertificate> IssuedCertificates::marked() const {
  follow();
  std::vector<IssuedCertificate> found;
  for (const std::string& serial : marked_) {
    const IssuedCertificate& one = by_serial_.at(serial);
    if (clock_->wall_now() < one.expires) found.push_back(one);
  }
  return found;
}

Result<std::vector<tls::Certificate>> IssuedCertificates::chain_of(std::string_view serial) const {
  const ObjectPtr record = store_->get(record_key(serial));
  if (record == nullptr)
    return fail(Reason::not_found, "no certificate of the serial " + std::string(serial) + " is on record");
  const ObjectPtr issuer = store_->get(issuer_key(pem_in(*record, "issuer")));
  return tls::read_certificates(pem_in(*record, "leaf") + (issuer ? pem_in(*issuer, "chain") : ""));
}

// What has expired goes, the new one and, if it is the first of its issuer, the rest of its chain come.
Batch IssuedCertificates::writes_for(const IssuedCertificate& certificate,
                                     const std::vector<tls::Certificate>& chain) const {
  follow();
  const WallTime now = clock_->wall_now();
  Batch batch;
  for (const auto& [end, serial] : by_end_) {
    if (now < end) break;
    const ObjectPtr object = store_->get(record_key(serial));
    if (object != nullptr) batch.push_back({object->key, object->revision, ""});
  }
  const std::string issuer = chain.size() > 1 ? chain[1].fingerprint() : "";
  if (chain.size() > 1 && store_->get(issuer_key(issuer)) == nullptr) {
    drop_ended_issuers(*store_, now, batch);
    const Json body{{"chain", tls::to_pem({chain.begin() + 1, chain.end()})}};
    batch.push_back({issuer_key(issuer), Revision{}, body.dump()});
  }
  batch.push_back(
      {record_key(certificate.serial), Revision{}, write_record(certificate, chain.front().to_pem(), issuer)});
  return batch;
}

// A commit that meets another one only meets it over what that has dropped or brought as well.
runtime::Task<Result<>> IssuedCertificates::add(IssuedCertificate certificate, std::vector<tls::Certificate> chain) {
  constexpr int kAttempts = 3;
  for (int attempt = 1;; ++attempt) {
    const auto done = co_await store_->commit(writes_for(certificate, chain));
    if (done) co_return Result<>();
    if (done.error().reason != Reason::conflict || attempt == kAttempts) co_return fail(done.error());
  }
}

runtime::Task<Result<size_t>> IssuedCertificates::mark(std::function<bool(const IssuedCertificate&)> selects,
                                                       State state) {
  Batch batch;
  for (auto& one : list()) {
    if (one.state == State::revoked || one.state == state || !selects(one)) continue;
    const ObjectPtr object = store_->get(record_key(one.serial));
    Json body = Json::parse(object->json, nullptr, false);
    body["state"] = to_string(state);
    batch.push_back({object->key, object->revision, body.dump()});
  }
  const size_t count = batch.size();
  if (count == 0) co_return 0;
  WEFT_CO_TRY(const Revision revision, co_await store_->commit(std::move(batch)));
  (void)revision;
  co_return count;
}

}  // namespace weft::control
