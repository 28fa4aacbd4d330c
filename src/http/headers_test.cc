#include "http/headers.h"

#include <gtest/gtest.h>

namespace weft::http {
namespace {

std::string lines(const Headers& headers) {
  ByteBuffer out;
  headers.append_lines(out);
  EXPECT_EQ(out.size(), headers.lines_size());
  return std::string(out.readable());
}

TEST(Headers, KeepOrderAndRepeatsAndLowerTheNames) {
  Headers headers;
  headers.add("Set-Cookie", "a=1");
  headers.add("X-Thing", "");
  headers.add("set-cookie", "b=2");
  EXPECT_EQ(lines(headers), "set-cookie: a=1\r\nx-thing: \r\nset-cookie: b=2\r\n");
  EXPECT_EQ(headers.size(), 3u);
  EXPECT_EQ(headers.count(HeaderId::set_cookie), 2u);
  EXPECT_EQ(headers.count("SET-COOKIE"), 2u);
}

TEST(Headers, FindKnownAndUnknownNamesWhateverTheirCase) {
  Headers headers;
  headers.add("X-Thing", "1");
  headers.add("Content-Type", "text/plain");
  EXPECT_EQ(headers.get("x-THING"), "1");
  EXPECT_EQ(headers.get(HeaderId::content_type), "text/plain");
  EXPECT_EQ(headers.get("content-type"), "text/plain");
  EXPECT_EQ(headers.get(HeaderId::host), std::nullopt);
  EXPECT_EQ(headers.get("x-thin"), std::nullopt);
  EXPECT_EQ(headers[1].id, HeaderId::content_type);
  EXPECT_EQ(headers[0].id, HeaderId::other);
}

TEST(Headers, JoinRepeatedFieldsWithCommas) {
  Headers headers;
  headers.add("x-role", "user");
  headers.add("other", "z");
  headers.add("X-Role", "admin");
  EXPECT_EQ(headers.joined("x-role"), "user,admin");
  EXPECT_EQ(headers.joined("x-none"), std::nullopt);
}

TEST(Headers, SetReplacesEveryFieldOfTheNameAtTheFirstPlace) {
  Headers headers;
  headers.add("a", "1");
  headers.add("X-B", "2");
  headers.add("c", "3");
  headers.add("x-b", "4");
  headers.set("x-b", "five");
  EXPECT_EQ(lines(headers), "a: 1\r\nx-b: five\r\nc: 3\r\n");
  headers.set(HeaderId::host, "h");
  headers.set(HeaderId::host, "i");
  EXPECT_EQ(lines(headers), "a: 1\r\nx-b: five\r\nc: 3\r\nhost: i\r\n");
}

TEST(Headers, RemoveForgetsKnownIdsToo) {
  Headers headers;
  headers.add(HeaderId::te, "trailers");
  headers.add(HeaderId::via, "x");
  headers.add("x-a", "1");
  EXPECT_EQ(headers.remove(HeaderId::te), 1u);
  EXPECT_FALSE(headers.has(HeaderId::te));
  EXPECT_TRUE(headers.has(HeaderId::via));
  EXPECT_EQ(headers.remove("X-A"), 1u);
  EXPECT_EQ(headers.remove("x-a"), 0u);
  EXPECT_EQ(headers.remove_if([](const Field& field) { return field.value == "x"; }), 1u);
  EXPECT_TRUE(headers.empty());
  EXPECT_FALSE(headers.has(HeaderId::via));
}

TEST(Headers, TakeValuesThatLieInThemselvesWhileGrowing) {
  Headers headers;
  headers.add("x-first", std::string(100, 'v'));
  for (int i = 0; i < 12; ++i) headers.add(headers[0].name, headers[headers.size() - 1].value);
  for (const Field& field : headers) {
    EXPECT_EQ(field.name, "x-first");
    EXPECT_EQ(field.value, std::string(100, 'v'));
  }
}

TEST(Headers, CopiesAreIndependent) {
  Headers headers;
  headers.add("a", "1");
  Headers copy = headers;
  headers.set("a", "2");
  EXPECT_EQ(copy.get("a"), "1");
  copy.clear();
  EXPECT_EQ(headers.get("a"), "2");
}

TEST(HeaderId, EveryKnownNameIsFoundByItsOwnHash) {
  for (int id = 1; id < static_cast<int>(HeaderId::count_); ++id) {
    EXPECT_EQ(header_id(name_of(static_cast<HeaderId>(id))), static_cast<HeaderId>(id));
  }
  EXPECT_EQ(header_id(""), HeaderId::other);
  EXPECT_EQ(header_id("Host"), HeaderId::other);
  EXPECT_EQ(header_id("hosts"), HeaderId::other);
}

}  // namespace
}  // namespace weft::http
