#include "proxy/secrets/notice.h"

#include <nlohmann/json.hpp>

namespace weft::proxy {
namespace {

using nlohmann::json;

Result<Serials> read_serials(const json& notice, const char* name) {
  Serials serials;
  const auto found = notice.find(name);
  if (found == notice.end()) return serials;
  if (!found->is_array()) return fail(Reason::malformed, std::string("'") + name + "' is no list");
  for (const auto& serial : *found) {
    if (!serial.is_string()) return fail(Reason::malformed, std::string("'") + name + "' has what is no serial number");
    serials.insert(serial.get<std::string>());
  }
  return serials;
}

}  // namespace

Result<CertificateNotice> read_notice(std::string_view text) {
  const auto parsed = json::parse(text, nullptr, false);
  if (!parsed.is_object()) return fail(Reason::malformed, "a notice about certificates that is no JSON object");
  CertificateNotice notice;
  WEFT_TRY(notice.replace, read_serials(parsed, "replace"));
  WEFT_TRY(notice.revoked, read_serials(parsed, "revoked"));
  return notice;
}

}  // namespace weft::proxy
