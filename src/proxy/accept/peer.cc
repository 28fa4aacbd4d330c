#include "proxy/accept/peer.h"

namespace weft::proxy {
namespace {

bool is_plain(char letter) {
  const bool is_digit = letter >= '0' && letter <= '9';
  const bool is_letter = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
  return is_digit || is_letter || std::string_view("-_.~").contains(letter);
}

// Everything else as %XX: a PEM text has line ends, and the header's own signs are among base64's.
std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if (is_plain(letter)) {
      encoded += letter;
    } else {
      ((encoded += '%') += kDigits[byte >> 4]) += kDigits[byte & 15];
    }
  }
  return encoded;
}

// A name from a certificate, which may be any bytes: no sign that could end the element, the field or the line.
std::string plain_name(std::string_view name) {
  std::string clean;
  for (const char letter : name) {
    const bool is_harmless = letter > ' ' && letter < '\x7f' && !std::string_view(",;\"\\").contains(letter);
    clean += is_harmless ? std::string(1, letter) : percent_encoded({&letter, 1});
  }
  return clean;
}

std::string quoted(std::string_view text) {
  std::string all = "\"";
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') all += '\\';
    all += letter >= ' ' && letter != '\x7f' ? letter : '?';
  }
  return all + '"';
}

// One element, its keys in Envoy's order.
std::string forwarded_text(const tls::Engine& engine, const decide::Peer& peer, const decide::ClientCertParts& parts) {
  std::string text;
  if (!engine.context().own_uri().empty()) text += "By=" + engine.context().own_uri() + ";";
  text += "Hash=" + peer.fingerprint;
  if (parts.cert) text += ";Cert=\"" + percent_encoded(engine.peer_certificate()->to_pem()) + '"';
  if (parts.chain) text += ";Chain=\"" + percent_encoded(tls::to_pem(engine.peer_chain())) + '"';
  if (parts.subject) text += ";Subject=" + quoted(peer.subject);
  if (parts.uri) text += ";URI=" + plain_name(peer.uri);
  if (!parts.dns) return text;
  for (const auto& name : peer.dns_names) text += ";DNS=" + plain_name(name);
  return text;
}

}  // namespace

decide::ClientCertParts certificate_parts(const decide::FilterChain& chain) {
  const auto* http = std::get_if<decide::HttpChain>(&chain.action);
  return http == nullptr ? decide::ClientCertParts() : http->client_cert_parts;
}

std::optional<decide::Peer> peer_of(const tls::Engine& engine, const decide::ClientCertParts& parts) {
  const auto certificate = engine.peer_certificate();
  if (!certificate) return std::nullopt;
  auto names = certificate->alternative_names();
  decide::Peer peer{.uri = names.uris.empty() ? "" : std::move(names.uris.front()),
                    .dns_names = std::move(names.dns_names),
                    .subject = certificate->subject(),
                    .fingerprint = certificate->fingerprint(),
                    .serial = certificate->serial()};
  peer.forwarded = forwarded_text(engine, peer, parts);
  return peer;
}

}  // namespace weft::proxy
