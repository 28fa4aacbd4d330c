// What weftd says of certificates and roots (/apis/weft.dev/v1/certificates and .../trust), as tables and text. Pure.
#pragma once

#include <string>
#include <vector>

#include "api/tree.h"
#include "cli/input/pod_words.h"
#include "cli/mesh/proxy_config.h"
#include "cli/text/table.h"
#include "tls/certificate.h"

namespace weft::cli {

inline constexpr const char* kCertificatesPath = "/apis/weft.dev/v1/certificates";
inline constexpr const char* kTrustPath = "/apis/weft.dev/v1/trust";

Table certificates_table(const std::vector<api::Json>& certificates);

// One chain, certificate by certificate: names, serial, dates, key, usage, fingerprint.
std::string describe_chain(const std::vector<tls::Certificate>& chain);
api::Json chain_json(const std::vector<tls::Certificate>& chain);

// The roots, which of them issues, and where a change of them stands.
std::string describe_trust(const api::Json& trust);

// Those of `certificates` that were issued to one of the pods.
std::vector<api::Json> certificates_of(const std::vector<PodName>& pods, const std::vector<api::Json>& certificates);

// Whether it is shown to peers now: neither replaced, revoked nor expired.
bool is_in_use(const api::Json& certificate);

std::vector<std::string> serials_of(const std::vector<api::Json>& certificates);

// What a proxy shows to its peers, the leaf first; empty when it has nothing to show.
std::vector<tls::Certificate> shown_chain(const ProxyConfig& config);

// Pods, as "NAMESPACE/POD", that still have one of these serials in use, or nothing newer yet.
std::vector<std::string> still_using(const std::vector<std::string>& serials,
                                     const std::vector<api::Json>& certificates);

}  // namespace weft::cli
