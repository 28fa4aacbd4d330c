#include "api/text_checks.h"

#include <algorithm>
#include <array>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <re2/re2.h>

#include "base/strings.h"
#include "model/header_operators.h"
#include "model/host_name.h"

namespace weft::api {
namespace {

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_alphanumeric(char c) {
  return is_lower(c) || is_digit(c) || (c >= 'A' && c <= 'Z');
}

constexpr size_t kLabelMax = 63;    // RFC 1035 2.3.4
constexpr size_t kNameMax = 253;    // RFC 1035 2.3.4, without the final dot and length bytes
constexpr size_t kRegexMax = 1024;  // Istio's limit; RE2 is linear, its program is not free

bool is_dns_label(std::string_view text) {
  return !text.empty() && text.size() <= kLabelMax && text.front() != '-' && text.back() != '-' &&
         std::ranges::all_of(text, [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

// Kubernetes' qualified names and label values: [A-Za-z0-9] at both ends, "-_." within.
bool is_qualified(std::string_view text) {
  return !text.empty() && text.size() <= kLabelMax && is_alphanumeric(text.front()) && is_alphanumeric(text.back()) &&
         std::ranges::all_of(text, [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

bool is_host_label(std::string_view label) {
  return !label.empty() && label.size() <= kLabelMax && label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(label, [](char c) { return is_alphanumeric(c) || c == '-' || c == '_'; });
}

bool is_token_character(char c) {
  return is_alphanumeric(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;  // RFC 9110 5.6.2
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

// Istio hands header values to the proxy's formatter: a lone percent sign would begin an operator.
bool has_paired_percents(std::string_view text) {
  return std::ranges::count(text, '%') % 2 == 0;
}

}  // namespace

Complaint check_dns_label(std::string_view text) {
  if (is_dns_label(text)) return std::nullopt;
  return "must be a DNS label: up to 63 of a-z, 0-9 and '-', beginning and ending with a letter or digit";
}

Complaint check_dns_name(std::string_view text) {
  const auto labels = split(text, '.');
  if (text.size() <= kNameMax && std::ranges::all_of(labels, is_dns_label)) return std::nullopt;
  return "must be a DNS name: a-z, 0-9, '-' and '.', beginning and ending with a letter or digit";
}

Complaint check_service_name(std::string_view text) {
  if (is_dns_label(text) && is_lower(text.front())) return std::nullopt;
  return "must be a DNS label that begins with a letter: up to 63 of a-z, 0-9 and '-'";
}

// The prefix is a DNS name, up to 253 characters; the name itself up to 63.
Complaint check_label_key(std::string_view text) {
  const size_t slash = text.find('/');
  const std::string_view prefix = slash == std::string_view::npos ? std::string_view() : text.substr(0, slash);
  const std::string_view name = slash == std::string_view::npos ? text : text.substr(slash + 1);
  if ((slash != std::string_view::npos && check_dns_name(prefix)) || !is_qualified(name)) {
    return "is no label key: a name of up to 63 letters, digits, '-', '_' or '.', with a DNS prefix and '/' if any";
  }
  return std::nullopt;
}

Complaint check_label_value(std::string_view text) {
  if (text.empty() || is_qualified(text)) return std::nullopt;
  return "is no label value: up to 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit";
}

Complaint check_port_name(std::string_view text) {
  const bool letters = std::ranges::any_of(text, is_lower);
  if (is_dns_label(text) && text.size() <= 15 && letters && text.find("--") == std::string_view::npos)
    return std::nullopt;
  return "is no port name: up to 15 of a-z, 0-9 and '-', with a letter at least";  // RFC 6335 5.1
}

// Underscores are no DNS, yet Istio lets them pass, and names of Compose files have them.
Complaint check_host(std::string_view text) {
  if (text.empty()) return "is empty";
  if (text == "*" || model::is_ip_address(text)) return std::nullopt;
  if (text.size() > 255) return "is longer than 255 characters";
  const auto labels = split(text.ends_with('.') ? text.substr(0, text.size() - 1) : text, '.');
  for (size_t i = 0; i < labels.size(); ++i) {
    if (i == 0 && labels[i] == "*") continue;
    if (labels[i].find('*') != std::string_view::npos) return "has a '*' that is not the whole first label";
    if (!is_host_label(labels[i])) return fmt::format("is no host name: the label \"{}\" is not valid", labels[i]);
  }
  if (std::ranges::all_of(labels.back(), is_digit)) return "is no host name: its last label is a number";
  return std::nullopt;
}

Complaint check_destination_host(std::string_view text) {
  if (text == "*") return "is no single destination";
  return check_host(text);
}

Complaint check_gateway_name(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return check_dns_name(text);
  const std::string_view name_space = text.substr(0, slash);
  if (name_space != "." && !is_dns_label(name_space)) return "must be NAME or NAMESPACE/NAME";
  return check_dns_name(text.substr(slash + 1));
}

// "~" (nobody) is for ServiceEntry and Service only.
Complaint check_export_to(std::string_view text) {
  if (text == "." || text == "*" || is_dns_label(text)) return std::nullopt;
  return "must be \".\" (this namespace), \"*\" (all) or the name of a namespace";
}

Complaint check_protocol(std::string_view text) {
  for (const std::string_view known :
       {"HTTP", "HTTPS", "HTTP2", "GRPC", "GRPC-WEB", "HTTP_PROXY", "TCP", "TLS", "UDP", "MONGO", "REDIS", "MYSQL"}) {
    if (equal_ignoring_case(text, known)) return std::nullopt;
  }
  return "is no protocol; there are HTTP, HTTP2, GRPC, GRPC-WEB, HTTPS, TLS, TCP, MONGO, REDIS, MYSQL";
}

Complaint check_subnet(std::string_view text) {
  const size_t slash = text.find('/');
  const std::string_view address = text.substr(0, slash);
  const bool sound = model::is_ip_address(address);
  if (sound && slash == std::string_view::npos) return std::nullopt;
  const auto bits = slash == std::string_view::npos ? std::nullopt : parse_unsigned(text.substr(slash + 1));
  const uint64_t most = address.find(':') == std::string_view::npos ? 32 : 128;
  if (sound && bits && *bits <= most) return std::nullopt;
  return "is neither an IP address nor a subnet such as 10.0.0.0/8";
}

Complaint check_header_name(std::string_view text) {
  if (text.starts_with("@request.auth.")) return std::nullopt;  // a JWT claim, Istio's HTTPMatchRequest.headers
  if (text.starts_with(':')) text.remove_prefix(1);
  if (!text.empty() && std::ranges::all_of(text, is_token_character)) return std::nullopt;
  return "is no header name";
}

Complaint check_header_value(std::string_view text) {
  if (std::ranges::any_of(text, [](char c) { return is_control(c) && c != '\t'; }))
    return "contains control characters";
  if (!has_paired_percents(text)) return "has a lone percent sign; a literal one is written %%";
  return std::nullopt;
}

// Of an operator that a proxy does not know it would refuse the whole route configuration, other objects' rules with
// it.
Complaint check_header_format(std::string_view text) {
  if (std::ranges::any_of(text, [](char c) { return is_control(c) && c != '\t'; }))
    return "contains control characters";
  for (size_t at = text.find('%'); at != text.npos; at = text.find('%', at)) {
    if (text.substr(at).starts_with("%%")) {
      at += 2;
      continue;
    }
    const auto inside = model::header_operator_at(text.substr(at + 1));
    if (inside.empty()) return "has a lone percent sign; a literal one is written %%";
    if (!model::read_header_operator(inside))
      return fmt::format("has \"%{}%\", which no proxy fills in; a literal percent sign is written %%", inside);
    at += inside.size() + 2;
  }
  return std::nullopt;
}

Complaint check_authority(std::string_view text) {
  if (std::ranges::none_of(text, [](char c) { return is_control(c) || c == ' '; })) return std::nullopt;
  return "has blanks or control characters, which no host has";
}

Complaint check_no_controls(std::string_view text) {
  if (std::ranges::none_of(text, is_control)) return std::nullopt;
  return "contains control characters";
}

// RE2, as the proxy compiles it: no lookahead, no backreferences, linear in the text.
Complaint check_regex(std::string_view text) {
  if (text.empty()) return "is an empty regular expression";
  if (text.size() > kRegexMax) return fmt::format("is longer than {} bytes", kRegexMax);
  RE2::Options options;
  options.set_log_errors(false);
  const RE2 regex(re2::StringPiece(text.data(), text.size()), options);
  if (regex.ok()) return std::nullopt;
  return fmt::format("is no regular expression (RE2): {}", regex.error());
}

Complaint check_not_empty(std::string_view text) {
  if (!text.empty()) return std::nullopt;
  return "may not be empty";
}

}  // namespace weft::api
