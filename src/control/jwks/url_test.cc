#include "control/jwks/url.h"

#include <gtest/gtest.h>

namespace weft::control {
namespace {

std::string shown(const std::optional<Url>& url) {
  if (!url) return "none";
  return std::string(url->is_secure ? "s " : "") + url->host + " " + std::to_string(url->port) + " " + url->path;
}

TEST(Url, IsTakenApart) {
  EXPECT_EQ(shown(parse_url("https://Auth.example.com/.well-known/jwks.json?a=b#c")),
            "s auth.example.com 443 /.well-known/jwks.json?a=b");
  EXPECT_EQ(shown(parse_url("http://a:8080")), "a 8080 /");
  EXPECT_EQ(shown(parse_url("https://[::1]:8443/x")), "s ::1 8443 /x");
  EXPECT_EQ(shown(parse_url("https://a?b")), "s a 443 /?b");
}

TEST(Url, IsRefusedWhereItIsNone) {
  for (const char* text :
       {"", "a.b/c", "ftp://a", "file:///etc/passwd", "https://", "https://u:p@a/", "https://a:0/", "https://a:99999/",
        "https://a:x/", "https://a/b c", "https://a/\r\nHost: b", "https://a\x7f"}) {
    EXPECT_EQ(shown(parse_url(text)), "none") << text;
  }
}

TEST(Url, NamesItsPortToTheServerWhereItIsUnusual) {
  EXPECT_EQ(parse_url("https://a/")->authority(), "a");
  EXPECT_EQ(parse_url("https://a:80/")->authority(), "a:80");
  EXPECT_EQ(parse_url("http://[::1]/")->authority(), "[::1]");
}

TEST(Url, RedirectsNeverLeaveEncryption) {
  const Url from = *parse_url("https://a:8443/x");
  EXPECT_EQ(shown(redirect_target(from, "/y?z")), "s a 8443 /y?z");
  EXPECT_EQ(shown(redirect_target(from, "https://b/y")), "s b 443 /y");
  EXPECT_EQ(shown(redirect_target(from, "http://b/y")), "none");
  EXPECT_EQ(shown(redirect_target(from, "//b/y")), "none");
  EXPECT_EQ(shown(redirect_target(from, "y")), "none");
  EXPECT_EQ(shown(redirect_target(*parse_url("http://a/"), "http://b/y")), "b 80 /y");
}

}  // namespace
}  // namespace weft::control
