#include "control/ca/issued.h"

#include <algorithm>
#include <tuple>

#include "control/store/json_access.h"

namespace weft::control {
namespace {

using api::Json;
using State = IssuedCertificate::State;

int64_t seconds_of(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

WallTime record_time(const Json& body, const char* name) {
  return WallTime{} + std::chrono::seconds(number_at(body, name).value_or(0));
}

State record_state_of(std::string_view word) {
  if (word == to_string(State::revoked)) return State::revoked;
  return word == to_string(State::to_be_replaced) ? State::to_be_replaced : State::good;
}

std::string write_record(const IssuedCertificate& one) {
  return Json{{"identity", one.identity},
              {"namespace", one.space},
              {"pod", one.pod},
              {"root", one.root},
              {"issued", seconds_of(one.issued)},
              {"expires", seconds_of(one.expires)},
              {"state", to_string(one.state)}}
      .dump();
}

IssuedCertificate read_record(const Object& object) {
  const Json body = Json::parse(object.json, nullptr, false);
  return {.serial = object.key.name,
          .identity = text_at(body, "identity"),
          .space = text_at(body, "namespace"),
          .pod = text_at(body, "pod"),
          .root = text_at(body, "root"),
          .issued = record_time(body, "issued"),
          .expires = record_time(body, "expires"),
          .state = record_state_of(text_at(body, "state"))};
}

Key record_key(std::string_view serial) {
  return {std::string(kIssuedType), "", std::string(serial)};
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

std::vector<IssuedCertificate> IssuedCertificates::list() const {
  std::vector<IssuedCertificate> found;
  for (const ObjectPtr& object : store_->list(kIssuedType).objects) {
    auto one = read_record(*object);
    if (clock_->wall_now() < one.expires) found.push_back(std::move(one));
  }
  std::ranges::sort(found, {}, [](const IssuedCertificate& one) {
    return std::tie(one.identity, one.space, one.pod, one.issued, one.serial);
  });
  return found;
}

runtime::Task<Result<>> IssuedCertificates::add(IssuedCertificate certificate) {
  Batch batch;
  for (const ObjectPtr& object : store_->list(kIssuedType).objects)
    if (read_record(*object).expires <= clock_->wall_now()) batch.push_back({object->key, object->revision, ""});
  batch.push_back({record_key(certificate.serial), Revision{}, write_record(certificate)});
  auto done = co_await store_->commit(std::move(batch));
  if (!done && done.error().reason == Reason::conflict) {
    // Another commit dropped what had expired; the record alone meets nobody.
    Batch alone;
    alone.push_back({record_key(certificate.serial), Revision{}, write_record(certificate)});
    done = co_await store_->commit(std::move(alone));
  }
  if (!done) co_return fail(done.error());
  co_return Result<>();
}

runtime::Task<Result<size_t>> IssuedCertificates::mark(std::function<bool(const IssuedCertificate&)> selects,
                                                       State state) {
  Batch batch;
  for (const ObjectPtr& object : store_->list(kIssuedType).objects) {
    auto one = read_record(*object);
    if (one.expires <= clock_->wall_now() || one.state == State::revoked || one.state == state || !selects(one))
      continue;
    one.state = state;
    batch.push_back({object->key, object->revision, write_record(one)});
  }
  const size_t count = batch.size();
  if (count == 0) co_return 0;
  WEFT_CO_TRY(const Revision revision, co_await store_->commit(std::move(batch)));
  (void)revision;
  co_return count;
}

}  // namespace weft::control
