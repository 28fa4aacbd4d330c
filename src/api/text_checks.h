// What names, labels, hosts and the like may look like: Kubernetes' and Istio's rules. Each returns the end of a
// sentence that begins with the text ("must be ..."), or nothing when the text is fine. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weft::api {

using Complaint = std::optional<std::string>;

Complaint check_dns_label(std::string_view text);     // RFC 1123 label: a namespace, a subset
Complaint check_dns_name(std::string_view text);      // RFC 1123 subdomain: the name of most objects
Complaint check_service_name(std::string_view text);  // RFC 1035 label: a Service
Complaint check_label_key(std::string_view text);     // [prefix/]name
Complaint check_label_value(std::string_view text);
Complaint check_port_name(std::string_view text);  // an IANA service name: 15 characters, a letter at least

Complaint check_host(std::string_view text);              // a name, an IP, or a wildcard as the first label
Complaint check_destination_host(std::string_view text);  // as check_host, but not "*" alone
Complaint check_gateway_name(std::string_view text);      // "mesh", name, namespace/name
Complaint check_export_to(std::string_view text);         // ".", "*" or a namespace
Complaint check_protocol(std::string_view text);          // Istio's names of protocols, in any case
Complaint check_subnet(std::string_view text);            // an address or a CIDR

Complaint check_header_name(std::string_view text);    // RFC 9110 token, or a pseudo-header
Complaint check_header_value(std::string_view text);   // no control characters, percent signs paired
Complaint check_header_format(std::string_view text);  // a header value with operators that proxies know: %PROTOCOL%
Complaint check_authority(std::string_view text);      // what may stand in Host: no blanks, no control characters
Complaint check_no_controls(std::string_view text);
Complaint check_regex(std::string_view text);  // RE2, up to 1024 bytes, as Istio
Complaint check_not_empty(std::string_view text);

}  // namespace weft::api
