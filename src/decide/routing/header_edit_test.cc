#include "decide/routing/header_edit.h"

#include <gtest/gtest.h>

namespace weft::decide {
namespace {

// Answers every operator with its number and argument.
class Echo final : public OperatorValues {
 public:
  std::string_view value_of(Operator what, std::string_view argument) const override {
    text_ = "<" + std::to_string(static_cast<int>(what)) + ":" + std::string(argument) + ">";
    return text_;
  }

 private:
  mutable std::string text_;
};

TEST(HeaderText, without_operators_is_a_literal) {
  const auto text = HeaderText::parse("plain value");
  ASSERT_TRUE(text);
  EXPECT_TRUE(text->is_literal());
  EXPECT_EQ(text->literal(), "plain value");
  EXPECT_TRUE(HeaderText::parse("")->is_literal());
}

TEST(HeaderText, renders_operators_between_literals) {
  const auto text = HeaderText::parse("a %REQ(X-User)% b %PROTOCOL%");
  ASSERT_TRUE(text);
  EXPECT_EQ(text->render(Echo()), "a <1:x-user> b <7:>");
}

TEST(HeaderText, writes_a_doubled_percent_sign_once) {
  EXPECT_EQ(HeaderText::parse("100%%")->literal(), "100%");
}

TEST(HeaderText, refuses_what_it_does_not_know) {
  EXPECT_EQ(HeaderText::parse("%NONSENSE%").error().detail, "header value operator %NONSENSE% is not known");
  EXPECT_FALSE(HeaderText::parse("50%"));
}

}  // namespace
}  // namespace weft::decide
