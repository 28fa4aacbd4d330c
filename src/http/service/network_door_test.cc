#include "http/service/network_door.h"

#include <gtest/gtest.h>

namespace weft::http {
namespace {

// The names of the door, or why there is none.
std::string completed(const char* address, std::vector<std::string> names, std::string roots = {}) {
  NetworkDoor door{.names = std::move(names), .client_roots_path = std::move(roots)};
  if (address != nullptr) door.address = net::Address::parse(address).value();
  const auto done = complete(std::move(door));
  if (!done) return done.error().detail;
  std::string text;
  for (const auto& name : done->names) text += name + ";";
  return text;
}

TEST(NetworkDoor, HasItsOwnAddressAmongItsNames) {
  EXPECT_EQ(completed("10.0.0.1:7801", {}), "10.0.0.1;");
  EXPECT_EQ(completed("[fd00::1]:7801", {"weft.example"}), "weft.example;fd00::1;");
  EXPECT_EQ(completed("0.0.0.0:7801", {"weft.example"}), "weft.example;");
  EXPECT_EQ(completed(nullptr, {}), "");
}

TEST(NetworkDoor, IsRefusedWhereItsPartsDoNotGoTogether) {
  const std::string about = "--api-name and --api-client-ca are about --api-listen, which is not there";
  EXPECT_EQ(completed(nullptr, {"weft.example"}), about);
  EXPECT_EQ(completed(nullptr, {}, "/ca.pem"), about);
  EXPECT_EQ(completed("unix:/a", {}), "--api-listen takes ADDRESS:PORT");
  for (const char* any : {"0.0.0.0:1", "[::]:1"}) {
    EXPECT_TRUE(completed(any, {}).starts_with("--api-listen on every address needs --api-name")) << any;
  }
}

}  // namespace
}  // namespace weft::http
