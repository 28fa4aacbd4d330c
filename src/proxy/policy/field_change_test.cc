#include "proxy/policy/field_change.h"

#include <gtest/gtest.h>

namespace weft::proxy {
namespace {

using Kind = FieldChange::Kind;

http::Headers changed(Kind kind, std::string_view name) {
  http::Headers headers;
  headers.add("x-a", "old");
  make_changes({field_change(kind, name, "new").value()}, headers);
  return headers;
}

TEST(FieldChange, IsMadeAsItsKindSays) {
  EXPECT_EQ(changed(Kind::set, "X-A").joined("x-a"), "new");
  EXPECT_EQ(changed(Kind::append, "x-a").joined("x-a"), "old,new");
  EXPECT_EQ(changed(Kind::add_if_absent, "x-a").joined("x-a"), "old");
  EXPECT_EQ(changed(Kind::add_if_absent, "x-b").joined("x-b"), "new");
  EXPECT_EQ(changed(Kind::set_if_present, "x-a").joined("x-a"), "new");
  EXPECT_FALSE(changed(Kind::set_if_present, "x-b").has("x-b"));
}

TEST(FieldChange, StaysWithinItsLine) {
  for (const std::string_view name : {"", "a b", "a:", ":path", "a\r", "\xC3\xA4"})
    EXPECT_FALSE(field_change(Kind::set, name, "v")) << name;
  for (const std::string& value :
       {std::string("a\r\nx: y"), std::string("a\nb"), std::string("a\0b", 3), std::string("\x7f")})
    EXPECT_FALSE(field_change(Kind::set, "x", value)) << value;
  EXPECT_TRUE(field_change(Kind::set, "x", ""));
  EXPECT_TRUE(field_change(Kind::set, "x", "a\tb \xC3\xA4"));
}

TEST(FieldChange, WhatFramesAMessageOrSaysWhereItGoesIsNotFree) {
  for (const std::string_view name :
       {"content-length", "transfer-encoding", "connection", "te", "host", ":path", "upgrade"})
    EXPECT_FALSE(is_free(name)) << name;
  EXPECT_TRUE(is_free("x-user"));
  EXPECT_TRUE(is_free("authorization"));
}

}  // namespace
}  // namespace weft::proxy
