// Istio's admission rules for ServiceEntry, WorkloadEntry and WorkloadGroup, each with an object that breaks it.
#include "api/istio/service_entry.h"

#include "api/check_cases.h"

namespace weft::api {
namespace {

std::string object(const std::string& kind, const std::string& spec) {
  return "apiVersion: networking.istio.io/v1\nkind: " + kind + "\nmetadata: {name: x}\nspec:\n" + spec;
}
// Hosts stand in line 5, one HTTP port in line 6, the rest from line 7 on.
std::string entry(const std::string& hosts, const std::string& rest) {
  return object("ServiceEntry",
                "  hosts: [" + hosts + "]\n  ports: [{number: 80, name: http, protocol: HTTP}]\n" + rest);
}
std::string ports(const std::string& ports, const std::string& rest = "") {
  return object("ServiceEntry", "  hosts: [a.com]\n  ports: [" + ports + "]\n" + rest);
}
std::string workload(const std::string& fields) {
  return object("WorkloadEntry", "  " + fields + "\n");
}

TEST(ServiceEntryCheck, TakesEveryField) {
  expect_findings({
      {"all",
       object("ServiceEntry",
              "  hosts: [a.com, \"*.b.com\"]\n  addresses: [192.0.2.1, 198.51.100.0/24]\n"
              "  ports: [{number: 80, name: http, protocol: http, targetPort: 8080}]\n  location: MESH_INTERNAL\n"
              "  resolution: STATIC\n  exportTo: [\".\"]\n"
              "  endpoints: [{address: 10.0.0.1, ports: {http: 8081}, labels: {v: a}, locality: r/z/s, weight: 3}]\n"
              "status: {addresses: [{value: 240.240.0.1, host: a.com}], conditions: [{type: Reconciled}]}\n"),
       ""},
      {"snake case and numbers",
       object("ServiceEntry",
              "  hosts: [a.com]\n  resolution: 1\n  location: 1\n"
              "  workload_selector: {labels: {app: a}}\n  export_to: [\"~\"]\n"),
       ""},
  });
}

TEST(ServiceEntryCheck, HostsPortsAndAddresses) {
  expect_findings({
      {"no hosts", object("ServiceEntry", "  resolution: NONE\n"), "4:1 error hosts is missing\n"},
      {"empty hosts", entry("", ""), "5:3 error hosts is empty\n"},
      {"everything", entry("\"*\"", ""),
       "5:11 error hosts \"*\" stands for everything; name what is meant, or use outboundTrafficPolicy\n"},
      {"partial wildcard", entry("\"*a.com\"", ""),
       "5:11 error hosts \"*a.com\" has a '*' that is not the whole first label\n"},
      {"port twice", ports("{number: 80, name: a}, {number: 80, name: a}"),
       "6:43 error the port 80 stands twice\n"
       "6:53 error the port name \"a\" stands twice\n"},
      {"port without name", ports("{number: 80}"), "6:11 error name is missing\n"},
      {"port out of range", ports("{number: 0, name: a}"), "6:20 error number must be from 1 to 65535, not 0\n"},
      {"unknown protocol", ports("{number: 80, name: a, protocol: spdy}"),
       "6:43 error protocol \"spdy\" is no protocol; there are HTTP, HTTP2, GRPC, GRPC-WEB, HTTPS, TLS, TCP, MONGO, "
       "REDIS, MYSQL\n"},
      {"no address", entry("a.com", "  addresses: [a.com]\n"),
       "7:15 error addresses \"a.com\" is neither an IP address nor a subnet such as 10.0.0.0/8\n"},
      {"subnet with DNS", entry("a.com", "  addresses: [10.0.0.0/8]\n  resolution: DNS\n"),
       "7:15 error subnets go with resolution NONE and STATIC only [write an IP address]\n"},
      {"nobody and somebody", entry("a.com", "  exportTo: [\"~\", b]\n"),
       "7:3 error \"~\" is nobody; it stands alone [remove the others]\n"},
  });
}

TEST(ServiceEntryCheck, ResolutionsAndWhatGoesWithThem) {
  expect_findings({
      {"NONE with endpoints", entry("a.com", "  endpoints: [{address: 10.0.0.1}]\n"),
       "7:3 error resolution NONE has no endpoints: it goes where clients dial [write resolution: STATIC or DNS]\n"},
      {"NONE with a selector", entry("a.com", "  workloadSelector: {labels: {app: a}}\n"),
       "7:3 warning workloadSelector has no effect with resolution NONE\n"},
      {"endpoints and selector",
       entry("a.com", "  resolution: STATIC\n  endpoints: [{address: 10.0.0.1}]\n  workloadSelector: {labels: {}}\n"),
       "8:3 error endpoints and workloadSelector exclude each other [keep one]\n"
       "9:3 warning the selector has no labels: it takes every workload of the namespace\n"},
      {"wildcard in a selector", entry("a.com", "  resolution: STATIC\n  workloadSelector: {labels: {app: \"a*\"}}\n"),
       "8:36 error labels \"a*\" may not contain '*'\n"},
      {"STATIC with a name", entry("a.com", "  resolution: STATIC\n  endpoints: [{address: b.com}]\n"),
       "8:25 error the name \"b.com\" would have to be resolved [write an IP address, or resolution: DNS]\n"},
      {"STATIC with a socket", entry("a.com", "  resolution: STATIC\n  endpoints: [{address: unix:///run/s}]\n"), ""},
      {"a socket for two ports",
       ports("{number: 80, name: a, protocol: HTTP}, {number: 81, name: b, protocol: HTTP}",
             "  resolution: STATIC\n  endpoints: [{address: unix://@s}]\n"),
       "8:25 error a socket serves exactly one port of the ServiceEntry\n"},
      {"DNS with a socket", entry("a.com", "  resolution: DNS\n  endpoints: [{address: unix:///run/s}]\n"),
       "8:25 error sockets go with resolution STATIC only\n"},
      {"DNS of a wildcard", entry("\"*.a.com\"", "  resolution: DNS\n"),
       "5:11 error \"*.a.com\" can't be resolved by DNS [name endpoints]\n"},
      {"DNS of a wildcard with endpoints", entry("\"*.a.com\"", "  resolution: DNS\n  endpoints: [{address: b.com}]\n"),
       ""},
      {"DNS_ROUND_ROBIN with two",
       entry("a.com", "  resolution: DNS_ROUND_ROBIN\n  endpoints: [{address: b.com}, {address: c.com}]\n"),
       "8:3 error DNS_ROUND_ROBIN takes one endpoint at most [write resolution: DNS to use several]\n"},
      {"unknown port of an endpoint",
       entry("a.com", "  resolution: STATIC\n  endpoints: [{address: 10.0.0.1, ports: {web: 1}}]\n"),
       "8:48 error the ServiceEntry has no port \"web\"\n"},
      {"several hosts and TCP",
       object("ServiceEntry",
              "  hosts: [a.com, b.com]\n  ports: [{number: 9, name: t, protocol: TCP}]\n  resolution: STATIC\n"),
       "6:11 error with several hosts and resolution STATIC a port must be HTTP or TLS [make one ServiceEntry for each "
       "host]\n"},
      {"several hosts and TCP where clients dial",
       object("ServiceEntry", "  hosts: [a.com, b.com]\n  ports: [{number: 9, name: t, protocol: TCP}]\n"), ""},
      {"DYNAMIC_DNS",
       ports("{number: 443, name: a, protocol: HTTPS}",
             "  resolution: DYNAMIC_DNS\n  addresses: [10.0.0.1]\n  endpoints: [{address: 10.0.0.1}]\n"),
       "5:11 error DYNAMIC_DNS is for wildcard hosts only [write resolution: DNS]\n"
       "6:44 error DYNAMIC_DNS takes HTTP, HTTP2, GRPC and TLS only\n"
       "7:15 warning accepted, not yet in force: resolution DYNAMIC_DNS\n"
       "8:3 error DYNAMIC_DNS excludes addresses\n"
       "9:3 error DYNAMIC_DNS excludes endpoints\n"},
  });
}

TEST(ServiceEntry, SaysWhichHostsGetAnAddress) {
  istio::ServiceEntry entry;
  entry.hosts = {"a.com", "*.b.com", "a.com"};
  EXPECT_TRUE(hosts_to_allocate(entry, {}).empty()) << "NONE goes where clients dial";
  entry.resolution = istio::ServiceResolution::dns;
  EXPECT_EQ(hosts_to_allocate(entry, {}), std::vector<std::string>{"a.com"});
  EXPECT_TRUE(hosts_to_allocate(entry, {{std::string(istio::kAllocateLabel), "False"}}).empty());
  EXPECT_EQ(hosts_to_allocate(entry, {{std::string(istio::kAllocateLabel), "true"}}).size(), 1u);
  entry.resolution = istio::ServiceResolution::dynamic_dns;
  EXPECT_EQ(hosts_to_allocate(entry, {}), (std::vector<std::string>{"a.com", "*.b.com"}));
  entry.addresses = {"192.0.2.1"};
  EXPECT_TRUE(hosts_to_allocate(entry, {}).empty());
}

TEST(WorkloadEntryCheck, AddressesPortsAndLabels) {
  expect_in_force({
      {"address", workload("{address: 10.0.0.1, ports: {http: 80}, labels: {app: a}, serviceAccount: s}"), ""},
      {"name", workload("address: vm.example.com"), ""},
      {"none", workload("weight: 1"), "4:1 error address is missing\n"},
      {"none but a network", workload("network: net"),
       "4:1 warning no address: only the gateways of network net lead here\n"},
      {"wildcard", workload("address: \"*.a.com\""),
       "5:12 error \"*.a.com\" is no IP address, no name and no unix://PATH\n"},
      {"relative socket", workload("address: unix://run/s"),
       "5:12 error a socket is unix:///PATH, which is no folder, or unix://@NAME\n"},
      {"folder", workload("address: unix:///run/"),
       "5:12 error a socket is unix:///PATH, which is no folder, or unix://@NAME\n"},
      {"long socket", workload("address: unix:///" + std::string(107, 'a')),
       "5:12 error a socket is unix:///PATH, which is no folder, or unix://@NAME\n"},
      {"socket with ports", workload("{address: unix:///s, ports: {a: 1}}"),
       "5:24 error a socket has no ports [remove ports]\n"},
      {"port 0", workload("{address: 10.0.0.1, ports: {a: 0}}"), "5:34 error ports must be from 1 to 65535, not 0\n"},
      {"bad port name", workload("{address: 10.0.0.1, ports: {A: 1}}"),
       "5:31 error the key \"A\" must be a DNS label: up to 63 of a-z, 0-9 and '-', beginning and ending with a letter "
       "or digit\n"},
      {"negative weight", workload("{address: 10.0.0.1, weight: -1}"),
       "5:31 error weight must be from 0 to 4294967295, not -1\n"},
  });
}

TEST(WorkloadEntry, IsWellUnlessAProbeSaysNo) {
  const auto health = [](const std::string& status) {
    const auto checked = check_text(workload("address: 10.0.0.1") + "status: {conditions: [" + status + "]}\n");
    return checked.resources.at(0).as<istio::WorkloadEntry>()->is_healthy();
  };
  EXPECT_TRUE(health(""));
  EXPECT_TRUE(health("{type: Healthy, status: \"True\", lastProbeTime: x}"));
  EXPECT_FALSE(health("{type: Healthy, status: \"False\"}"));
  EXPECT_TRUE(health("{type: Other, status: \"False\"}"));
}

TEST(WorkloadGroupCheck, TemplateAndProbe) {
  expect_in_force({
      {"all",
       object(
           "WorkloadGroup",
           "  metadata: {labels: {app: a}, annotations: {b: c}}\n  template: {ports: {http: 80}, serviceAccount: s}\n"
           "  probe: {initialDelaySeconds: 1, httpGet: {path: /, port: 80}}\n"),
       ""},
      {"no template", object("WorkloadGroup", "  probe: {exec: {command: [a]}}\n"), "4:1 error template is missing\n"},
      {"address in the template", object("WorkloadGroup", "  template: {address: 10.0.0.1}\n"),
       "5:23 warning the address of a template is not used: each workload brings its own\n"},
      {"no action", object("WorkloadGroup", "  template: {}\n  probe: {periodSeconds: 1}\n"),
       "6:3 error the probe asks nothing [set httpGet, tcpSocket, exec or grpc]\n"},
      {"two actions", object("WorkloadGroup", "  template: {}\n  probe: {exec: {command: [a]}, grpc: {port: 1}}\n"),
       "6:3 error a probe asks in one way only\n"},
      {"negative", object("WorkloadGroup", "  template: {}\n  probe: {periodSeconds: -1, grpc: {port: 1}}\n"),
       "6:26 error periodSeconds must be 0 or more, not -1\n"},
  });
}

}  // namespace
}  // namespace weft::api
