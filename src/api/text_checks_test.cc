// What names, hosts, headers and the like may look like: a line for each text, with what is said of it.
#include "api/text_checks.h"

#include <gtest/gtest.h>

namespace weft::api {
namespace {

using Check = Complaint (*)(std::string_view);

// Texts that a check takes, and texts that it complains about with a sentence that contains `says`.
void expect(Check check, const std::string& says, const std::vector<std::string>& good,
            const std::vector<std::string>& bad) {
  for (const auto& text : good) EXPECT_EQ(check(text), std::nullopt) << '"' << text << '"';
  for (const auto& text : bad) {
    const auto said = check(text);
    ASSERT_TRUE(said) << '"' << text << '"';
    EXPECT_NE(said->find(says), std::string::npos) << '"' << text << "\" " << *said;
  }
}

std::string letters(size_t count) {
  return std::string(count, 'a');
}
// Labels of 49 characters and a dot each, so many of them.
std::string labels(size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) text += letters(49) + ".";
  return text;
}

TEST(TextChecks, DnsLabelsAreRfc1123s) {
  expect(check_dns_label, "must be a DNS label", {"a", "0", "a-b", "0-9", letters(63)},
         {"", "-a", "a-", "A", "a.b", "a_b", "ä", letters(64), std::string("a\0b", 3), "a b", "a\n"});
}

TEST(TextChecks, DnsNamesAreLabelsWithDotsUpTo253Characters) {
  expect(check_dns_name, "must be a DNS name", {"a", "a.b", labels(5) + "abc", letters(63) + "." + letters(63)},
         {"", ".", "a.", ".a", "a..b", "a.B", "*.a", labels(5) + "abcd", "a." + letters(64)});
}

TEST(TextChecks, ServiceNamesBeginWithALetter) {
  expect(check_service_name, "begins with a letter", {"a", "a0", "a-0"}, {"", "0a", "-a", "a-", "a.b", letters(64)});
}

TEST(TextChecks, LabelKeysHaveAPrefixOrNone) {
  expect(check_label_key, "is no label key",
         {"app", "A", "a.b_c-d", "example.com/App", letters(63), labels(5) + "abc/a"},
         {"", "/", "/a", "a/", "a/b/c", "-a", "a-", "Example.com/a", "a b", letters(64), labels(5) + "abcd/a"});
}

TEST(TextChecks, LabelValuesMayBeEmpty) {
  expect(check_label_value, "is no label value", {"", "a", "V1.2_b-c", letters(63)},
         {"-a", "a.", "_", "a/b", "a b", letters(64), "ä"});
}

TEST(TextChecks, PortNamesAreServiceNamesOfRfc6335) {
  expect(check_port_name, "is no port name", {"http", "http-web", "8080a", letters(15)},
         {"", "8080", "80-80", "a--b", "-a", "a-", "Http", "http_web", letters(16)});
}

TEST(TextChecks, HostsAreNamesAddressesOrWildcardsInFront) {
  expect(check_host, "", {"a", "A.b", "a_b.c", "*", "*.a.b", "a.b.", "10.0.0.1", "::1", "a.b1", letters(63)}, {});
  expect(check_host, "is empty", {}, {""});
  expect(check_host, "has a '*' that is not the whole first label", {}, {"a*.b", "**", "a.*", "*.*.b", "*a.b"});
  expect(check_host, "is no host name: the label \"\"", {}, {".", "a..b", ".a", "a.."});
  expect(check_host, "is no host name: the label \"-a\"", {}, {"-a", "b.-a.c"});
  expect(check_host, "is no host name: the label \"a:80\"", {}, {"a:80"});
  expect(check_host, "its last label is a number", {}, {"10.0.0.256", "a.1", "1"});
  expect(check_host, "is longer than 255 characters", {}, {labels(5) + "abcdef"});
}

TEST(TextChecks, ADestinationIsOneHost) {
  expect(check_destination_host, "is no single destination", {"a", "*.a.b"}, {"*"});
  expect(check_destination_host, "is empty", {}, {""});
}

TEST(TextChecks, GatewaysAreNamedWithOrWithoutTheirNamespace) {
  expect(check_gateway_name, "", {"mesh", "gw", "gw.v2", "./gw", "ns/gw"}, {});
  expect(check_gateway_name, "must be NAME or NAMESPACE/NAME", {}, {"/gw", "Ns/gw", "*/gw", "a.b/gw"});
  expect(check_gateway_name, "must be a DNS name", {}, {"", "ns/", "GW", "ns/a/b"});
}

TEST(TextChecks, ExportsGoToNamespaces) {
  expect(check_export_to, "must be \".\" (this namespace)", {".", "*", "ns"}, {"", "~", "ns/a", "*.ns", "NS"});
}

TEST(TextChecks, ProtocolsAreIstiosInAnyCase) {
  expect(check_protocol, "is no protocol", {"HTTP", "http", "Grpc-Web", "HTTP_PROXY", "udp", "mongo"},
         {"", "HTTP3", "HTTP ", "SMTP", "GRPC_WEB"});
}

TEST(TextChecks, SubnetsAreAddressesWithBitsOrWithout) {
  expect(check_subnet, "is neither an IP address nor a subnet",
         {"10.0.0.1", "10.0.0.0/8", "0.0.0.0/0", "10.0.0.1/32", "::1", "fd00::/8", "::/0", "::1/128"},
         {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "::/129", "10.0.0/8", "a/8",
          "10.0.0.0/8 ", "10.0.0.0/0x8", "10.0.0.0/99999999999999999999"});
}

TEST(TextChecks, HeaderNamesAreTokens) {
  expect(check_header_name, "is no header name", {"x-a", "X-A", "a.b", "!#$%&'*+-.^_`|~0", ":authority"},
         {"", ":", "a b", "a:b", "a\r\n", "ä", "a,b", "a\"", "a/b", "a@b"});
  expect(check_header_name, "", {"@request.auth.claims[group]", "@request.auth.claims.a.b"}, {"@request.headers[a]"});
}

TEST(TextChecks, HeaderValuesCannotBreakOutOfTheirLine) {
  expect(check_header_value, "contains control characters", {"", "a b", "a\tb", "ä", "a\"b\\"},
         {"a\r\nb: c", "a\n", std::string("a\0", 2), "a\x7f", "\x1b[31m"});
  expect(check_header_value, "has a lone percent sign", {"100%%", "%START_TIME%"}, {"100%", "%%%"});
}

TEST(TextChecks, HeaderFormatsAskForWhatProxiesFillIn) {
  expect(check_header_format, "which no proxy fills in",
         {"", "a%%b", "%PROTOCOL%", "a %REQ(x)% b", "%%REQ%%", "%START_TIME(%s)%", "%REQ(a?:path):3%", "%HOSTNAME%"},
         {"50% of 100%", "%REQ()%", "%REQ(a b)%", "%%%FOO%%%", "%PROTOCOL(x)%"});
  expect(check_header_format, "has a lone percent sign", {}, {"100%", "%REQ(a"});
}

TEST(TextChecks, AuthoritiesAndPathsKeepToTheirLine) {
  expect(check_authority, "has blanks or control characters", {"", "a.com:80", "[::1]", "ä", "a%b"},
         {"a b", "a\r\n", "\t", std::string("\0", 1), "\x7f"});
  expect(check_no_controls, "contains control characters", {"", "/a b", "/ä"}, {"/a\n", "\t", std::string("\0", 1)});
}

TEST(TextChecks, RegularExpressionsAreRe2s) {
  expect(check_regex, "is no regular expression (RE2)", {"a.*b", "(?i)a", "^/v[0-9]+$", letters(1024)},
         {"(", "a{2,1}", "[z-a]", "(?=a)", "(a)\\1", "a**", "\\"});
  expect(check_regex, "is no regular expression (RE2): no argument for repetition operator: *", {}, {"*"});
  expect(check_regex, "is an empty regular expression", {}, {""});
  expect(check_regex, "is longer than 1024 bytes", {}, {letters(1025)});
}

TEST(TextChecks, RegularExpressionsThatGrowBeyondMemoryAreRefused) {
  expect(check_regex, "is no regular expression (RE2)", {}, {"((a{1000}){1000}){1000}", "(((((x{100}){100}){100})))"});
}

TEST(TextChecks, EmptyIsNothing) {
  expect(check_not_empty, "may not be empty", {" ", "a"}, {""});
}

}  // namespace
}  // namespace weft::api
