#include "decide/routing/header_edit.h"

#include <gtest/gtest.h>

namespace weft::decide {
namespace {

std::string echo(Operator what, std::string_view argument = "") {
  return "<" + std::to_string(static_cast<int>(what)) + ":" + std::string(argument) + ">";
}

// Answers every operator with its number and argument, but for what is about the header x-none.
class Echo final : public OperatorValues {
 public:
  std::string_view value_of(Operator what, std::string_view argument) const override {
    text_ = argument == "x-none" ? "" : echo(what, argument);
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
  EXPECT_EQ(text->render(Echo()), "a " + echo(Operator::request_header, "x-user") + " b " + echo(Operator::protocol));
}

TEST(HeaderText, writes_a_doubled_percent_sign_once) {
  EXPECT_EQ(HeaderText::parse("100%%")->literal(), "100%");
}

TEST(HeaderText, refuses_what_it_does_not_know) {
  EXPECT_EQ(HeaderText::parse("%NONSENSE%").error().detail, "header value operator %NONSENSE% is not known");
  EXPECT_FALSE(HeaderText::parse("50%"));
}

std::string rendered(std::string_view text) {
  const auto parsed = HeaderText::parse(text);
  return parsed ? parsed->render(Echo()) : parsed.error().detail;
}

TEST(HeaderText, a_header_may_have_an_alternative_and_a_greatest_size) {
  EXPECT_EQ(rendered("%REQ(X-A?:Path)%"), echo(Operator::request_header, "x-a"));
  EXPECT_EQ(rendered("%REQ(x-none?:PATH)%"), echo(Operator::request_header, ":path"));
  EXPECT_EQ(rendered("%RESP(x):3%"), echo(Operator::response_header, "x").substr(0, 3));
  EXPECT_EQ(rendered("%REQ_WITHOUT_QUERY(:PATH)%"), echo(Operator::path_alone, ":path"));
}

TEST(HeaderText, names_of_variables_and_formats_of_times_are_taken_as_they_are) {
  EXPECT_EQ(rendered("%ENVIRONMENT(POD_NAME)%"), echo(Operator::environment, "POD_NAME"));
  EXPECT_EQ(rendered("t=%START_TIME(%s.%3f)%;"), "t=" + echo(Operator::start_time, "%s.%3f") + ";");
  EXPECT_EQ(rendered("%START_TIME%"), echo(Operator::start_time));
}

TEST(HeaderText, what_is_never_known_here_is_taken_too) {
  EXPECT_EQ(rendered("%DURATION%"), echo(Operator::nothing));
  EXPECT_EQ(rendered("%METADATA(ROUTE:istio:config)%"), echo(Operator::nothing));
}

TEST(HeaderText, refuses_arguments_that_mean_nothing) {
  for (const char* text :
       {"%REQ%", "%REQ()%", "%ENVIRONMENT%", "%PROTOCOL(a)%", "%PROTOCOL:3%", "%REQ(a):b%", "%REQ(a)b%"}) {
    EXPECT_EQ(rendered(text), "header value operator " + std::string(text) + ": its argument cannot be read");
  }
  EXPECT_EQ(rendered("%REQ(a"), "header value '%REQ(a': a percent sign is written %%");
}

}  // namespace
}  // namespace weft::decide
