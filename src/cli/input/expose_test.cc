#include "cli/input/expose.h"

#include <gtest/gtest.h>

namespace weft::cli {
namespace {

TEST(Expose, reads_service_namespace_and_ports) {
  EXPECT_EQ(parse_expose("nodejs-api.nodejs-app:3000=18080", "default"),
            (Expose{"nodejs-api", "nodejs-app", 3000, 18080}));
  EXPECT_EQ(parse_expose("a:80=8080", "shop"), (Expose{"a", "shop", 80, 8080}));
  EXPECT_EQ(parse_expose("a.b.svc.cluster.local:80=8080", "shop"), (Expose{"a", "b", 80, 8080}));
}

TEST(Expose, is_written_as_it_is_read) {
  EXPECT_EQ(parse_expose("a:80=8080", "shop")->to_string(), "a.shop:80=8080");
}

TEST(Expose, refuses_what_is_incomplete) {
  for (const auto* text : {"a", "a:80", "a=80", "a:80=", "a:0=80", "a:80=65536", ":80=80", "a.:80=80", "a.b.c:80=80"}) {
    EXPECT_FALSE(parse_expose(text, "default")) << text;
  }
}

TEST(Expose, refuses_one_host_port_for_two_services) {
  EXPECT_EQ(parse_exposes({"a:80=8080", "b:80=8080"}, "default").error().detail, "port 8080 is exposed twice");
}

}  // namespace
}  // namespace weft::cli
