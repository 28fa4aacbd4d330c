#include "control/apiserver/certificates.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/log.h"
#include "control/ca/authority.h"
#include "control/ca/issued.h"
#include "control/store/json_access.h"
#include "control/workloads/timestamp.h"

namespace weft::control {
namespace {

using api::Json;
using State = IssuedCertificate::State;

constexpr size_t kMarksSizeMax = 1 << 20;

// Whether the next one in the list was issued to the same pod: then this one is not shown to anybody any more.
bool is_succeeded(const std::vector<IssuedCertificate>& list, size_t i) {
  if (i + 1 == list.size()) return false;
  const IssuedCertificate& next = list[i + 1];
  return next.identity == list[i].identity && next.space == list[i].space && next.pod == list[i].pod;
}

std::string_view state_word(const IssuedCertificate& one, bool is_succeeded, WallTime now) {
  if (one.state == State::revoked) return "revoked";
  if (one.expires <= now) return "expired";
  if (is_succeeded) return "replaced";
  return one.state == State::to_be_replaced ? "replacing" : "active";
}

int64_t percent_left(const IssuedCertificate& one, WallTime now) {
  const auto left = std::max(one.expires - now, Duration::zero());
  const auto life = std::max(one.expires - one.issued, Duration(1));
  return std::min<int64_t>(100, left / std::max(life / 100, Duration(1)));
}

Json certificate_json(const IssuedCertificate& one, std::string_view state, WallTime now) {
  return {{"serial", one.serial},
          {"identity", one.identity},
          {"namespace", one.space},
          {"pod", one.pod},
          {"root", one.root},
          {"issued", timestamp(one.issued)},
          {"expires", timestamp(one.expires)},
          {"remainingPercent", percent_left(one, now)},
          {"state", state}};
}

Reply<std::set<std::string>> read_serials(const Json& body) {
  std::set<std::string> serials;
  for (const Json& entry : list_at(body, "serials")) {
    if (!entry.is_string()) return refuse(bad_request("serials must be a list of texts"));
    serials.insert(entry.get<std::string>());
  }
  if (serials.empty()) return refuse(bad_request("serials must name at least one certificate"));
  return serials;
}

// None of them is unknown.
Reply<> check_known(const IssuedCertificates& issued, const std::set<std::string>& serials) {
  std::set<std::string> unknown = serials;
  for (const auto& one : issued.list()) unknown.erase(one.serial);
  if (unknown.empty()) return {};
  return refuse({404, "NotFound",
                 fmt::format("no certificate of the serial {} holds at present; nothing was changed", *unknown.begin()),
                 Json::object()});
}

}  // namespace

Answer certificate_list(const Identities& identities) {
  const WallTime now = identities.clock->wall_now();
  const auto recorded = identities.ca.issued->recorded();
  Json items = Json::array();
  for (size_t i = 0; i < recorded.size(); ++i)
    items.push_back(certificate_json(recorded[i], state_word(recorded[i], is_succeeded(recorded, i), now), now));
  return answer_with(Json{{"kind", "CertificateList"}, {"apiVersion", "weft.dev/v1"}, {"items", std::move(items)}});
}

Reply<Answer> show_certificate(const Identities& identities, const std::string& serial) {
  const WallTime now = identities.clock->wall_now();
  const auto recorded = identities.ca.issued->recorded();
  const auto found = std::ranges::find(recorded, serial, &IssuedCertificate::serial);
  const auto chain = identities.ca.issued->chain_of(serial);
  if (found == recorded.end()) return refuse(certificate_refusal(chain ? Error{} : chain.error()));
  if (!chain) return refuse(certificate_refusal(chain.error()));
  const auto at = static_cast<size_t>(found - recorded.begin());
  Json body = certificate_json(*found, state_word(*found, is_succeeded(recorded, at), now), now);
  body["chain"] = tls::to_pem(*chain);
  body["kind"] = "Certificate";
  body["apiVersion"] = "weft.dev/v1";
  return answer_with(body);
}

runtime::Task<Reply<Answer>> mark_certificates(Identities identities, const Call& call) {
  WEFT_CO_TRY(const Json body, body_json(call, kMarksSizeMax));
  const std::string word = text_at(body, "state");
  if (word != to_string(State::to_be_replaced) && word != to_string(State::revoked))
    co_return refuse(bad_request("state must be \"replace\" or \"revoked\""));
  const State state = word == to_string(State::revoked) ? State::revoked : State::to_be_replaced;
  WEFT_CO_TRY(const std::set<std::string> serials, read_serials(body));
  WEFT_CO_CHECK(check_known(*identities.ca.issued, serials));
  const auto is_meant = [&serials](const IssuedCertificate& one) { return serials.contains(one.serial); };
  const auto marked = co_await identities.ca.issued->mark(is_meant, state);
  if (!marked) co_return refuse(certificate_refusal(marked.error()));
  log::info("ca: {} certificates are marked: {}", *marked, word);
  co_return answer_with(Json{{"kind", "CertificateMarks"}, {"apiVersion", "weft.dev/v1"}, {"marked", *marked}});
}

}  // namespace weft::control
