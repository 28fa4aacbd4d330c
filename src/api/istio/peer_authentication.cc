// The tables of PeerAuthentication, and what must hold between its fields (Istio's admission rules).
#include "api/istio/peer_authentication.h"

#include "api/describe.h"
#include "api/istio/choices.h"
#include "api/text_checks.h"
#include "base/strings.h"

namespace weft::api::istio {
namespace {

Complaint check_port_key(std::string_view text) {
  constexpr uint64_t kPortMax = 65535;
  const auto port = parse_unsigned(text);
  if (port && *port > 0 && *port <= kPortMax) return std::nullopt;
  return "is no port: 1 to 65535";
}

void check_peer_authentication(const Place& place, PeerAuthentication& policy) {
  const Place ports = place.at("portLevelMtls");
  if (place.has("portLevelMtls") && ports.node().entries.empty()) {
    ports.error(Code::required, "portLevelMtls is empty");
  } else if (!policy.port_level_mtls.empty() && !policy.has_selector()) {
    ports.error(Code::conflicting_fields, "portLevelMtls needs a selector",
                "name the workloads whose ports these are: selector: {matchLabels: {...}}");
  }
  const Place selector = place.at("selector");
  if (policy.selector && !selector.has("matchLabels")) {
    selector.warn(Code::required, "the selector has no labels: it takes every workload", "leave it out");
  }
}

}  // namespace

std::string_view to_string(MutualTlsMode mode) {
  for (const auto& choice : choices_of(mode)) {
    if (choice.value == mode) return choice.name;
  }
  return {};
}

const FieldTable& MutualTls::fields() {
  static const FieldTable table =
      Describe<MutualTls>("PeerAuthentication.MutualTLS", "What a scope's workloads take.")
          .field(
              "mode", &MutualTls::mode,
              "STRICT: mutual TLS of the mesh alone. PERMISSIVE: plain text, too. DISABLE: TLS is the application's.")
          .by_default("UNSET: that of the wider scope");
  return table;
}

// The narrowest scope that says something decides: port, workload, namespace, mesh. Of several policies at one scope
// the oldest holds; those with a selector in the root namespace hold for nobody.
const FieldTable& PeerAuthentication::fields() {
  static const FieldTable table =
      Describe<PeerAuthentication>("PeerAuthentication", "Whether workloads take connections without mutual TLS.")
          .field("selector", &PeerAuthentication::selector, "The workloads of the namespace it is for.")
          .by_default("every workload of the namespace; in the root namespace: of the mesh")
          .field("mtls", &PeerAuthentication::mtls, "What they take.")
          .by_default("PERMISSIVE, where no scope says more")
          .field("portLevelMtls", &PeerAuthentication::port_level_mtls,
                 "What single ports take, by the workload's own port. Needs a selector.")
          .check_keys(check_port_key)
          .finish(check_peer_authentication);
  return table;
}

}  // namespace weft::api::istio
