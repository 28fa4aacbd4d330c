// Istio's admission rules for Sidecar, each with an object that breaks it.
#include "api/istio/sidecar.h"

#include "api/check_cases.h"

namespace weft::api {
namespace {

std::string sidecar(const std::string& spec) {
  return "apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: x}\nspec:\n" + spec;
}
// One listener, in line 6 from column 6 on.
std::string ingress(const std::string& fields) {
  return sidecar("  ingress:\n  - {" + fields + "}\n");
}
std::string egress(const std::string& fields) {
  return sidecar("  egress:\n  - {" + fields + "}\n");
}

TEST(SidecarCheck, TakesEveryField) {
  expect_in_force({
      {"all",
       sidecar("  workloadSelector: {labels: {app: a}}\n"
               "  ingress: [{port: {number: 80, protocol: HTTP, name: web}, bind: 0.0.0.0, captureMode: IPTABLES,\n"
               "    defaultEndpoint: \"127.0.0.1:8080\", connectionPool: {tcp: {maxConnections: 1}}}]\n"
               "  egress:\n  - {port: {number: 9000, protocol: HTTP}, bind: 127.0.0.1, captureMode: NONE, hosts: "
               "[\"./*\"]}\n  - hosts: [\"ns/a.ns.svc.cluster.local\", \"*/*.com\", \"~ns/*.x.com\", \"~/*\"]\n"
               "  inboundConnectionPool: {http: {http2MaxRequests: 1}}\n"
               "  outboundTrafficPolicy: {mode: REGISTRY_ONLY}\n"),
       ""},
      {"nothing", sidecar("  workloadSelector: {labels: {app: a}}\n"),
       "4:1 error the Sidecar says nothing [set egress, ingress, outboundTrafficPolicy or inboundConnectionPool]\n"},
  });
}

TEST(SidecarCheck, Ingress) {
  expect_in_force({
      {"no port", ingress("bind: 0.0.0.0"), "6:5 error port is missing\n"},
      {"no number", ingress("port: {name: a}"), "6:6 error the port's number is missing: 1 to 65535\n"},
      {"targetPort", ingress("port: {number: 80, targetPort: 81}"),
       "6:37 error targetPort means nothing in a Sidecar [use defaultEndpoint]\n"},
      {"port twice", sidecar("  ingress: [{port: {number: 80}}, {port: {number: 80}}]\n"),
       "5:51 error the port 80 stands twice\n"},
      {"bind", ingress("port: {number: 80}, bind: localhost"), "6:32 error bind \"localhost\" is no IP address\n"},
      {"any address", ingress("port: {number: 80}, defaultEndpoint: \"0.0.0.0:81\""), ""},
      {"no address", ingress("port: {number: 80}, defaultEndpoint: \":81\""), ""},
      {"elsewhere", ingress("port: {number: 80}, defaultEndpoint: \"10.0.0.1:81\""),
       "6:43 error \"10.0.0.1:81\" is no endpoint of the pod [write 127.0.0.1:PORT, 0.0.0.0:PORT, [::1]:PORT, "
       "[::]:PORT or unix://PATH]\n"},
      {"no port of the endpoint", ingress("port: {number: 80}, defaultEndpoint: \"127.0.0.1:x\""),
       "6:43 error \"127.0.0.1:x\" is no endpoint of the pod [write 127.0.0.1:PORT, 0.0.0.0:PORT, [::1]:PORT, "
       "[::]:PORT or unix://PATH]\n"},
      {"empty pool", ingress("port: {number: 80}, connectionPool: {}"),
       "6:26 error connectionPool has neither tcp nor http\n"},
      {"tls on plain text",
       ingress("port: {number: 80, protocol: HTTP}, tls: {mode: SIMPLE, serverCertificate: /c, "
               "privateKey: /k}"),
       "6:42 error tls needs a port of protocol HTTPS or TLS\n"},
      {"tls by a Secret", ingress("port: {number: 80, protocol: HTTPS}, tls: {mode: SIMPLE, credentialName: c}"),
       "6:79 error a sidecar's tls takes no credentialName\n"},
      {"tls of the mesh", ingress("port: {number: 80, protocol: HTTPS}, tls: {mode: ISTIO_MUTUAL}"),
       "6:55 error this mode is for gateways only\n"},
  });
}

TEST(SidecarCheck, SaysWhatIsNotYetInForce) {
  expect_findings({
      {"tls",
       ingress("port: {number: 80, protocol: HTTPS}, tls: {mode: SIMPLE, serverCertificate: /c, privateKey: /k}"),
       "6:43 warning accepted, not yet in force: spec.ingress[0].tls\n"},
  });
}

TEST(SidecarCheck, Egress) {
  expect_in_force({
      {"no hosts", egress("bind: 127.0.0.1"), "6:5 error hosts is missing\n"},
      {"empty hosts", egress("hosts: []"), "6:6 error hosts is empty\n"},
      {"no namespace", egress("hosts: [a.com]"),
       "6:14 error hosts \"a.com\" must be NAMESPACE/NAME; \"*/NAME\" is for every namespace\n"},
      {"bad namespace", egress("hosts: [A/a.com]"),
       "6:14 error hosts \"A/a.com\" must begin with a namespace, \"*\", \".\" or \"~\"\n"},
      {"short name", egress("hosts: [./a]"),
       "6:14 error hosts \"./a\" has a short name; write NAME.NAMESPACE.svc.cluster.local\n"},
      {"inner wildcard", egress("hosts: [\"./a.*.com\"]"),
       "6:14 error hosts \"./a.*.com\" has a '*' that is not the whole first label\n"},
      {"twice", egress("hosts: [./a.com, ./a.com]"), "6:23 warning \"./a.com\" stands twice\n"},
      {"beside everything", egress("hosts: [\"*/*\", ./a.com, ~b/c.com]"),
       "6:21 warning \"*/*\" has \"./a.com\" already\n"},
      {"port-less first", sidecar("  egress: [{hosts: [./*]}, {port: {number: 1}, hosts: [./*]}]\n"),
       "5:12 error a listener without a port stands last\n"},
      {"port-less twice", sidecar("  egress: [{hosts: [./*]}, {hosts: [./*]}]\n"),
       "5:12 error a listener without a port stands last\n"},
      {"port twice", sidecar("  egress: [{port: {number: 1}, hosts: [./*]}, {port: {number: 1}, hosts: [./*]}]\n"),
       "5:63 error the port 1 stands twice\n"},
      {"no number", egress("port: {name: a}, hosts: [./*]"),
       "6:6 error the port's number is missing [0 is for a bind of unix://PATH]\n"},
      {"bind", egress("port: {number: 1}, bind: localhost, hosts: [./*]"),
       "6:31 error \"localhost\" is neither an IP address nor unix://PATH\n"},
      {"socket", egress("port: {number: 0, protocol: HTTP}, bind: unix:///a, hosts: [./*]"), ""},
      {"abstract socket", egress("port: {number: 0}, bind: unix://@a, captureMode: NONE, hosts: [./*]"), ""},
      {"socket with a port", egress("port: {number: 1}, bind: unix:///a, hosts: [./*]"),
       "6:31 error a socket has no port [write port: {number: 0, ...}]\n"},
      {"socket for every port", egress("bind: unix:///a, hosts: [./*]"),
       "6:12 warning a socket needs a port that says what is spoken there [add port: {number: 0, protocol: HTTP}]\n"},
      {"long socket", egress("port: {number: 0}, bind: unix:///" + std::string(107, 'a') + ", hosts: [./*]"),
       "6:31 error a socket is unix:///PATH, which is no folder, or unix://@NAME\n"},
      {"redirected socket", egress("port: {number: 0}, bind: unix:///a, captureMode: IPTABLES, hosts: [./*]"),
       "6:55 error nothing is redirected to a socket file\n"},
  });
}

TEST(SidecarCheck, OutboundTrafficPolicy) {
  expect_in_force({
      {"proxy and REGISTRY_ONLY",
       sidecar("  outboundTrafficPolicy: {egressProxy: {host: a.com, port: {number: 80}}}\n"),
       "5:27 error egressProxy goes with mode ALLOW_ANY only\n"},
      {"proxy without port", sidecar("  outboundTrafficPolicy: {mode: ALLOW_ANY, egressProxy: {host: a.com}}\n"),
       "5:44 error egressProxy needs a port\n"},
      {"a mode of the mesh", sidecar("  outboundTrafficPolicy: {mode: ALLOW_ANY_DYNAMIC_DNS}\n"),
       "5:33 error \"ALLOW_ANY_DYNAMIC_DNS\" is none of: REGISTRY_ONLY, ALLOW_ANY\n"},
  });
}

std::optional<std::string> own_address(istio::CaptureMode mode, const std::string& bind, const std::string& endpoint) {
  istio::IngressListener listener{.port = istio::SidecarPort{.number = 80}, .bind = bind, .capture_mode = mode};
  listener.default_endpoint = endpoint;
  return istio::own_address_of(listener);
}

TEST(OwnAddress, IsWhereTheProxyListensForClientsInThePod) {
  constexpr auto kNone = istio::CaptureMode::none;
  EXPECT_EQ(own_address(kNone, "", "127.0.0.1:81"), "127.0.0.1");
  EXPECT_EQ(own_address(kNone, "0.0.0.0", "127.0.0.1:81"), "127.0.0.1") << "others come by redirection";
  EXPECT_EQ(own_address(kNone, "127.0.0.9", "127.0.0.1:80"), "127.0.0.9");
  EXPECT_EQ(own_address(istio::CaptureMode::by_default, "127.0.0.9", "127.0.0.1:81"), std::nullopt);
}

TEST(OwnAddress, IsNowhereThatTheApplicationWouldHaveToListen) {
  constexpr auto kNone = istio::CaptureMode::none;
  EXPECT_EQ(own_address(kNone, "", ""), std::nullopt);
  EXPECT_EQ(own_address(kNone, "", "127.0.0.1:80"), std::nullopt);
  EXPECT_EQ(own_address(kNone, "10.0.0.1", "0.0.0.0:80"), std::nullopt);
  expect_in_force({
      {"said", ingress("port: {number: 80}, captureMode: NONE"),
       "6:39 warning the proxy does not listen at the port, where the application would have to [say in "
       "defaultEndpoint at which other port the application listens]\n"},
      {"good", ingress("port: {number: 80}, captureMode: NONE, defaultEndpoint: \"127.0.0.1:81\""), ""},
  });
}

TEST(EgressHost, IsTakenApart) {
  using istio::EgressHost;
  EXPECT_EQ(istio::read_egress_host("./A.com", "shop"), (EgressHost{"shop", "a.com", false}));
  EXPECT_EQ(istio::read_egress_host("*/*", "shop"), (EgressHost{"*", "*", false}));
  EXPECT_EQ(istio::read_egress_host("~/*", "shop"), (EgressHost{"~", "*", false}));
  EXPECT_EQ(istio::read_egress_host("~./*.a.com", "shop"), (EgressHost{"shop", "*.a.com", true}));
  EXPECT_EQ(istio::read_egress_host("~*/b.com", "shop"), (EgressHost{"*", "b.com", true}));
}

}  // namespace
}  // namespace weft::api
