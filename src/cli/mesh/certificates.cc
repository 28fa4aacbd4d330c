#include "cli/mesh/certificates.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/base64.h"
#include "tls/certificate_words.h"

namespace weft::cli {
namespace {

using api::Json;

std::string certificate_pod(const Json& certificate) {
  return certificate.value("namespace", "") + "/" + certificate.value("pod", "");
}

std::vector<std::string> all_names(const tls::Certificate& certificate) {
  auto names = certificate.alternative_names();
  std::vector<std::string> all;
  for (auto& name : names.uris) all.push_back("URI:" + std::move(name));
  for (auto& name : names.dns_names) all.push_back("DNS:" + std::move(name));
  for (auto& name : names.emails) all.push_back("email:" + std::move(name));
  for (auto& name : names.addresses) all.push_back("IP:" + std::move(name));
  return all;
}

// The leaf is the first; a root signs itself.
std::string_view place_in_chain(const std::vector<tls::Certificate>& chain, size_t i) {
  if (i == 0) return "leaf";
  return chain[i].subject() == chain[i].issuer() ? "root" : "intermediate";
}

}  // namespace

Table certificates_table(const std::vector<Json>& certificates) {
  Table table{.headings = {"IDENTITY", "POD", "SERIAL", "ISSUED", "EXPIRES", "LEFT", "STATE"}, .rows = {}};
  for (const Json& one : certificates) {
    table.rows.push_back({one.value("identity", ""), certificate_pod(one), one.value("serial", ""),
                          one.value("issued", ""), one.value("expires", ""),
                          fmt::format("{}%", one.value("remainingPercent", 0)), one.value("state", "")});
  }
  return table;
}

std::string describe_chain(const std::vector<tls::Certificate>& chain) {
  std::string text;
  const auto line = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) text += fmt::format("  {:<13}{}\n", name, value);
  };
  for (size_t i = 0; i < chain.size(); ++i) {
    const tls::Certificate& one = chain[i];
    text += fmt::format("{}{}\n", i == 0 ? "" : "\n", place_in_chain(chain, i));
    line("Serial", one.serial());
    line("Subject", one.subject());
    line("Issuer", one.issuer());
    line("Names", fmt::format("{}", fmt::join(all_names(one), ", ")));
    line("Not before", time_text(one.validity().from));
    line("Not after", time_text(one.validity().until));
    line("Key", tls::key_words(one.public_key()));
    line("Usage", fmt::format("{}", fmt::join(tls::usage_words(one), ", ")));
    line("SHA-256", one.fingerprint());
  }
  return text;
}

Json chain_json(const std::vector<tls::Certificate>& chain) {
  Json list = Json::array();
  for (size_t i = 0; i < chain.size(); ++i) {
    const tls::Certificate& one = chain[i];
    list.push_back({{"place", place_in_chain(chain, i)},
                    {"serial", one.serial()},
                    {"subject", one.subject()},
                    {"issuer", one.issuer()},
                    {"names", all_names(one)},
                    {"notBefore", time_text(one.validity().from)},
                    {"notAfter", time_text(one.validity().until)},
                    {"key", tls::key_words(one.public_key())},
                    {"usage", tls::usage_words(one)},
                    {"fingerprint", one.fingerprint()},
                    {"pem", one.to_pem()}});
  }
  return list;
}

std::string describe_trust(const Json& trust) {
  Table table{.headings = {"ROOT", "FINGERPRINT", "EXPIRES", "CERTIFICATES", "ROLE"}, .rows = {}};
  for (const Json& root : trust.value("roots", Json::array())) {
    table.rows.push_back({root.value("subject", ""), root.value("fingerprint", "").substr(0, 16),
                          root.value("notAfter", ""), std::to_string(root.value("certificates", 0)),
                          root.value("issues", false) ? "issues" : "trusted"});
  }
  std::string text = render(table);
  if (!trust.contains("nextStep"))
    return text + "\nAn operator's authority is plugged in; its root is changed there.\n";
  text += fmt::format("\nPhase: {}. Next step: {}", trust.value("phase", ""), trust.value("nextStep", ""));
  const Json in_the_way = trust.value("hindrances", Json::array());
  text += in_the_way.empty() ? ".\n" : "; in its way:\n";
  for (const Json& one : in_the_way) text += fmt::format("  {} {}\n", one.value("pod", ""), one.value("why", ""));
  return text;
}

std::vector<Json> certificates_of(const std::vector<PodName>& pods, const std::vector<Json>& certificates) {
  std::vector<Json> found;
  for (const Json& one : certificates) {
    const PodName name{one.value("namespace", ""), one.value("pod", "")};
    if (std::ranges::find(pods, name) != pods.end()) found.push_back(one);
  }
  return found;
}

bool is_in_use(const Json& certificate) {
  const auto state = certificate.value("state", "");
  return state == "active" || state == "replacing";
}

std::vector<std::string> serials_of(const std::vector<Json>& certificates) {
  std::vector<std::string> serials;
  for (const Json& one : certificates) serials.push_back(one.value("serial", ""));
  return serials;
}

std::vector<tls::Certificate> shown_chain(const ProxyConfig& config) {
  const Json::json_pointer place("/tls_certificate/certificate_chain/inline_bytes");
  for (const Json& secret : config.secrets) {
    if (secret.value("name", "") != "default" || !secret.contains(place)) continue;
    const auto pem = api::decode_base64(secret[place].get<std::string>());
    return tls::read_certificates(pem.value_or("")).value_or(std::vector<tls::Certificate>());
  }
  return {};
}

std::vector<std::string> still_using(const std::vector<std::string>& serials, const std::vector<Json>& certificates) {
  std::vector<std::string> pods;
  for (const Json& one : certificates) {
    const bool is_asked = std::ranges::find(serials, one.value("serial", "")) != serials.end();
    if (!is_asked) continue;
    const bool has_newer = std::ranges::any_of(certificates, [&](const Json& other) {
      return is_in_use(other) && certificate_pod(other) == certificate_pod(one) &&
             std::ranges::find(serials, other.value("serial", "")) == serials.end();
    });
    if (!has_newer && std::ranges::find(pods, certificate_pod(one)) == pods.end()) pods.push_back(certificate_pod(one));
  }
  return pods;
}

}  // namespace weft::cli
