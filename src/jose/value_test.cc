#include "jose/value.h"

#include <gtest/gtest.h>

namespace weft::jose {
namespace {

TEST(Value, KeepsWhatADocumentSays) {
  const auto value = parse_object(R"({"a":"x","b":[1,"y",null],"c":{"d":-2.5e1,"e":true},"big":18446744073709551615})");
  ASSERT_TRUE(value);
  EXPECT_EQ(value->text_of("a"), "x");
  const Value* list = value->find("b");
  ASSERT_EQ(list->items.size(), 3u);
  EXPECT_EQ(list->items[0].text, "1");
  EXPECT_EQ(list->items[1].text, "y");
  EXPECT_TRUE(list->items[2].is(Value::Kind::null));
  EXPECT_EQ(value->find("c")->find("d")->number, -25);
  EXPECT_EQ(value->find("c")->find("e")->text, "true");
  EXPECT_EQ(value->find("big")->text, "18446744073709551615");
  EXPECT_EQ(value->find("z"), nullptr);
  EXPECT_EQ(value->text_of("b"), std::nullopt);
}

TEST(Value, RefusesWhatTwoReadersCouldTakeDifferently) {
  for (const char* text : {R"({"a":1,"a":2})", R"({"x":{"a":1,"b":2,"a":3}})", R"({"a":1}{})", R"({"a":1} x)",
                           "{\"a\":\"\xff\"}", "\xef\xbb\xbf{}", R"({"a":1e400})", R"({"a":NaN})", R"({"a":01})",
                           R"({'a':1})", R"({"a":1,})", "{\"a\":\"\n\"}", "", "[]", "1", "\"a\"", "null", "{"}) {
    EXPECT_FALSE(parse_object(text)) << text;
  }
  // The escape and the letter are one name.
  EXPECT_FALSE(parse_object(R"({"alg":"RS256","\u0061lg":"none"})"));
}

TEST(Value, RefusesDeepNesting) {
  const auto nested = [](size_t depth) {
    std::string text = R"({"a":)";
    for (size_t i = 1; i < depth; ++i) text += '[';
    for (size_t i = 1; i < depth; ++i) text += ']';
    return text + "}";
  };
  EXPECT_FALSE(parse_object(R"({"a":})"));
  EXPECT_TRUE(parse_object(nested(kDepthMax)));
  EXPECT_FALSE(parse_object(nested(kDepthMax + 1)));
  EXPECT_FALSE(parse_object(nested(100'000)));
}

}  // namespace
}  // namespace weft::jose
