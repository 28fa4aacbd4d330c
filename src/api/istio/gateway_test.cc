// Istio's admission rules for Gateway, each with an object that breaks it, and servers that get in each other's way.
#include "api/istio/gateway.h"

#include "api/check_cases.h"

namespace weft::api {
namespace {

std::string gateway(const std::string& spec) {
  return "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: x}\nspec:\n" + spec;
}
// One server, whose port and hosts stand in lines 6 and 7.
std::string server(const std::string& port, const std::string& hosts, const std::string& rest = "") {
  return gateway("  servers:\n  - port: {" + port + "}\n    hosts: [" + hosts + "]\n" + rest);
}
std::string http(const std::string& hosts) {
  return server("number: 80, name: http, protocol: HTTP", hosts);
}
// A server whose tls block stands in line 8.
std::string tls(const std::string& block, const std::string& protocol = "HTTPS") {
  return server("number: 443, name: https, protocol: " + protocol, "a.com", "    tls: {" + block + "}\n");
}

TEST(GatewayCheck, LooksAtHosts) {
  expect_findings({
      {"all forms", http("a.com, \"*\", \"*.b.com\", ns/c.com, ./d.com, \"*/e.com\", \"ns/*\", 10.0.0.1"), ""},
      {"short", http("a"),
       "7:13 error hosts \"a\" is a short name; a gateway serves full names, as clients write them\n"},
      {"partial wildcard", http("a.*.com"),
       "7:13 error hosts \"a.*.com\" has a '*' that is not the whole first label\n"},
      {"no namespace", http("N_S/a.com"), "7:13 error hosts \"N_S/a.com\" must be NAME or NAMESPACE/NAME\n"},
      {"none", http(""), "7:5 error hosts is empty\n"},
      {"no key", gateway("  servers: [{port: {number: 80, name: h, protocol: HTTP}}]\n"),
       "5:13 error hosts is missing\n"},
  });
}

TEST(GatewayCheck, LooksAtPorts) {
  expect_findings({
      {"no servers", gateway("  servers: []\n"), "5:3 error servers is empty\n"},
      {"in any case", server("number: 80, name: h, protocol: http2", "a.com"), ""},
      {"unknown protocol", server("number: 80, name: h, protocol: HTPP", "a.com"),
       "6:43 error protocol \"HTPP\" is no protocol; there are HTTP, HTTP2, GRPC, GRPC-WEB, HTTPS, TLS, TCP, MONGO, "
       "REDIS, MYSQL\n"},
      {"UDP", server("number: 80, name: h, protocol: UDP", "a.com"), "6:43 error gateways carry TCP only, not UDP\n"},
      {"no name", server("number: 80, protocol: TCP", "a.com"), "6:5 error name is missing\n"},
      {"no number", server("name: h, protocol: TCP", "a.com"), "6:5 error the port's number is missing: 1 to 65535\n"},
      {"targetPort", server("number: 80, name: h, protocol: TCP, targetPort: 8080", "a.com"),
       "6:60 error targetPort means nothing in a Gateway [the gateway's Service says to which port its traffic "
       "goes]\n"},
      {"a name twice",
       gateway("  servers:\n  - {port: {number: 80, name: h, protocol: HTTP}, hosts: [\"*\"]}\n"
               "  - {port: {number: 81, name: h, protocol: HTTP}, hosts: [\"*\"]}\n"),
       "7:31 error the port name \"h\" stands twice\n"},
      {"bound to a name", server("number: 80, name: h, protocol: TCP", "a.com", "    bind: localhost\n"),
       "8:11 error \"localhost\" is neither an IP address nor unix:PATH\n"},
      {"a socket file with a port", server("number: 80, name: h, protocol: TCP", "a.com", "    bind: unix:/x\n"),
       "8:11 error a socket file has no port: port.number must be 0\n"
       "8:11 warning accepted, not yet in force: socket files\n"},
      {"a name with a dot",
       "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: a.b}\nspec:\n"
       "  servers: [{port: {number: 80, name: h, protocol: HTTP}, hosts: [\"*\"]}]\n",
       "3:18 error the name \"a.b\" must be a DNS label: up to 63 of a-z, 0-9 and '-', beginning and ending with a "
       "letter "
       "or digit\n"},
  });
}

TEST(GatewayCheck, LooksAtTls) {
  expect_in_force({
      {"passed through", tls("mode: PASSTHROUGH"), ""},
      {"no mode", tls("", "TLS"), ""},
      {"no block", server("number: 443, name: h, protocol: HTTPS", "a.com"),
       "6:5 error HTTPS and TLS need a tls block [add tls: {mode: ...}]\n"},
      {"redirect", tls("httpsRedirect: true", "HTTP"), ""},
      {"redirect of TLS", tls("httpsRedirect: true"),
       "8:26 warning httpsRedirect is for plaintext HTTP ports; it has no effect\n"},
      {"TLS on HTTP", tls("mode: SIMPLE, credentialName: c", "HTTP"),
       "8:5 error a plaintext HTTP port has no TLS, only httpsRedirect [write protocol: HTTPS to end TLS here]\n"},
      {"TLS on TCP", tls("mode: PASSTHROUGH", "TCP"), "8:5 error a TCP port has no TLS; its protocol would be TLS\n"},
      {"SIMPLE without files", tls("mode: SIMPLE"),
       "8:5 error a server that ends TLS needs privateKey\n8:5 error a server that ends TLS needs serverCertificate\n"},
      {"SIMPLE with half a pair", tls("mode: SIMPLE, tlsCertificates: [{serverCertificate: /c}]"),
       "8:43 error a server that ends TLS needs privateKey\n"},
      {"MUTUAL without authorities", tls("mode: MUTUAL, serverCertificate: /c, privateKey: /k"),
       "8:5 error a mode that asks clients for certificates needs caCertificates\n"},
      {"MUTUAL by a Secret", tls("mode: MUTUAL, credentialName: c"), ""},
      {"two sources", tls("mode: SIMPLE, credentialName: c, credentialNames: [d]"),
       "8:5 error credentialName, credentialNames, tlsCertificates and serverCertificate exclude each other [keep one "
       "source of certificates]\n"},
      {"ISTIO_MUTUAL with a Secret", tls("mode: ISTIO_MUTUAL, credentialName: c"),
       "8:47 error mode ISTIO_MUTUAL excludes credentialName\n"},
      {"ISTIO_MUTUAL with a list", tls("mode: ISTIO_MUTUAL, caCrl: /r"),
       "8:38 warning mode ISTIO_MUTUAL takes no lists; caCrl is ignored [weft certs revoke takes a workload's "
       "certificate back]\n"},
      {"passthrough with a Secret", tls("mode: PASSTHROUGH, credentialName: c"),
       "8:17 warning TLS that is passed through needs no certificates; they are ignored [leave them out, or name a "
       "mode that ends TLS]\n"},
      {"revocation with SIMPLE", tls("mode: SIMPLE, credentialName: c, caCrl: /r"),
       "8:51 error credentialName excludes caCrl: the Secret carries the list\n"
       "8:51 error mode SIMPLE excludes caCrl: clients show no certificates\n"},
      {"ciphers", tls("mode: SIMPLE, credentialName: c, cipherSuites: [AES128-SHA, X, AES128-SHA]"),
       "8:71 warning the cipher suite \"X\" is not known; it is ignored\n"
       "8:74 warning \"AES128-SHA\" stands twice\n"},
      {"old versions", tls("mode: SIMPLE, credentialName: c, minProtocolVersion: TLSV1_1"),
       "8:64 warning TLS below 1.2 needs cipherSuites: the default ones don't fit it [name the suites, or leave "
       "minProtocolVersion out]\n"},
  });
}

TEST(GatewayCheck, TakesServersThatEndTls) {
  for (const std::string mode : {"SIMPLE, credentialName: c", "MUTUAL, credentialName: c", "ISTIO_MUTUAL"})
    EXPECT_EQ(complaints(check_text(tls("mode: " + mode)).findings), "") << mode;
}

TEST(GatewayCheck, WarnsOfServersThatCannotShareAPort) {
  const auto two = [](const std::string& first, const std::string& second) {
    return gateway("  servers:\n  - " + first + "\n  - " + second + "\n");
  };
  const std::string web = "{port: {number: 80, name: a, protocol: HTTP}, hosts: [a.com]}";
  const std::string raw = "{port: {number: 80, name: b, protocol: TCP}, hosts: [\"*\"]}";
  const auto sni = [](const std::string& name, const std::string& host, const std::string& rest = "") {
    return "{port: {number: 443, name: " + name + ", protocol: TLS}, hosts: [" + host + "], tls: {}" + rest + "}";
  };
  expect_findings({
      {"HTTP twice", two(web, "{port: {number: 80, name: b, protocol: HTTP2}, hosts: [a.com]}"), ""},
      {"HTTP and TCP", two(web, raw), "7:6 warning port 80 carries another protocol already; this server is skipped\n"},
      {"elsewhere bound", two(web, "{bind: 10.0.0.1, " + raw.substr(1)), ""},
      {"TCP twice", two(raw, "{port: {number: 80, name: c, protocol: MONGO}, hosts: [\"*\"]}"),
       "7:6 warning port 80 is an opaque TCP port of another server already; this server is skipped\n"},
      {"TLS by name", two(sni("a", "a.com"), sni("b", "b.com")), ""},
      {"one name twice", two(sni("a", "a.com"), sni("b", "A.com")),
       "7:6 warning port 443 has a server for the host A.com already; this server is skipped\n"},
  });
}

TEST(GatewayServer, IsOfOneKind) {
  const auto kind = [](const std::string& protocol, bool has_tls) {
    istio::GatewayServer server;
    server.port.protocol = protocol;
    if (has_tls) server.tls.emplace();
    return server.kind();
  };
  EXPECT_EQ(kind("grpc-web", false), istio::ServerKind::http);
  EXPECT_EQ(kind("HTTP", true), istio::ServerKind::http) << "the block is for the redirect";
  EXPECT_EQ(kind("HTTPS", true), istio::ServerKind::tls);
  EXPECT_EQ(kind("TLS", true), istio::ServerKind::tls);
  EXPECT_EQ(kind("MySQL", false), istio::ServerKind::tcp);
}

TEST(GatewayNames, AreReadInEverySpelling) {
  using istio::full_gateway_name;
  EXPECT_EQ(full_gateway_name("mesh", "shop"), "mesh");
  EXPECT_EQ(full_gateway_name("edge", "shop"), "shop/edge");
  EXPECT_EQ(full_gateway_name("./edge", "shop"), "shop/edge");
  EXPECT_EQ(full_gateway_name("infra/edge", "shop"), "infra/edge");
  EXPECT_EQ(full_gateway_name("edge.infra.svc.cluster.local", "shop"), "infra/edge");
  using istio::GatewayHost;
  EXPECT_EQ(istio::read_gateway_host("A.com", "shop"), (GatewayHost{"", "a.com"}));
  EXPECT_EQ(istio::read_gateway_host("*/a.com", "shop"), (GatewayHost{"", "a.com"}));
  EXPECT_EQ(istio::read_gateway_host("./a.com", "shop"), (GatewayHost{"shop", "a.com"}));
  EXPECT_EQ(istio::read_gateway_host("ns/*", "shop"), (GatewayHost{"ns", "*"}));
}

TEST(GatewayCheck, RefusesWhatProxiesWould) {
  const std::string key(43, 'A');
  const std::string hex(64, 'a');
  const auto pins = [](const std::string& pin) { return tls("mode: MUTUAL, credentialName: c, " + pin); };
  std::string colons = "aB";
  for (int i = 1; i < 32; ++i) colons += ":0f";
  expect_findings({
      {"pins",
       pins("verifyCertificateSpki: [\"" + key + "=\"], verifyCertificateHash: [" + hex + ", \"" + colons + "\"]"), ""},
      {"half a key pin", pins("verifyCertificateSpki: [\"" + key + "\"]"),
       "8:68 error verifyCertificateSpki \"" + key + "\" is no SHA-256 in base64, which has 44 characters\n"},
      {"letters that are no digits", pins("verifyCertificateHash: [" + std::string(64, 'g') + "]"),
       "8:68 error verifyCertificateHash \"" + std::string(64, 'g') + "\" is no SHA-256 in hex, which has 64 digits\n"},
      {"an empty pin", pins("verifyCertificateHash: [\"\"]"),
       "8:68 error verifyCertificateHash \"\" is no SHA-256 in hex, which has 64 digits\n"},
      {"versions upside down",
       tls("mode: SIMPLE, credentialName: c, minProtocolVersion: TLSV1_3, maxProtocolVersion: TLSV1_2"),
       "8:93 error maxProtocolVersion is below minProtocolVersion\n"},
      {"a newest version below the oldest there is",
       tls("mode: SIMPLE, credentialName: c, maxProtocolVersion: TLSV1_1"),
       "8:64 error maxProtocolVersion is below the oldest version by default, TLSV1_2\n"},
      {"one version", tls("mode: SIMPLE, credentialName: c, minProtocolVersion: TLSV1_2, maxProtocolVersion: TLSV1_2"),
       ""},
      {"a Secret without a name", tls("mode: SIMPLE, credentialNames: [c, \"\"]"),
       "8:46 error credentialNames \"\" may not be empty\n"},
  });
}

TEST(GatewayCheck, EveryAddressIsTheSameWhetherWrittenOrNot) {
  expect_findings({
      {"another protocol",
       gateway("  servers:\n  - {port: {number: 80, name: a, protocol: HTTP}, hosts: [a.com]}\n"
               "  - {port: {number: 80, name: b, protocol: TCP}, hosts: [b.com], bind: 0.0.0.0}\n"),
       "7:6 warning port 80 carries another protocol already; this server is skipped\n"},
  });
}

}  // namespace
}  // namespace weft::api
