#include "cli/run.h"

#include <sstream>

#include <gtest/gtest.h>

namespace weft::cli {
namespace {

// What one run printed and how it ended.
struct Ran {
  int code = 0;
  std::string out;
  std::string err;
};

Ran ran(const std::vector<std::string>& words) {
  std::ostringstream out, err;
  std::istringstream input;
  Screen screen{out, err};
  const Surroundings around{
      .variable = [](const char*) { return std::nullopt; }, .working_folder = "/", .input = &input};
  const ManualClock clock;
  const int code = run(words, screen, {}, around, clock);
  return {code, out.str(), err.str()};
}

TEST(Run, shows_help_when_nothing_is_asked) {
  EXPECT_EQ(ran({}).code, 0);
  EXPECT_TRUE(ran({}).out.starts_with("weft runs a service mesh"));
  EXPECT_EQ(ran({}).out, ran({"--help"}).out);
  EXPECT_EQ(ran({}).out, ran({"help"}).out);
}

TEST(Run, shows_the_help_of_a_verb_whatever_its_operands) {
  EXPECT_EQ(ran({"get", "-h"}).out, ran({"help", "get"}).out);
  EXPECT_EQ(ran({"get", "-h"}).code, 0);
}

TEST(Run, prints_a_failure_on_stderr_with_a_command_that_helps) {
  const auto wrong = ran({"gte"});
  EXPECT_EQ(wrong.code, 2);
  EXPECT_EQ(wrong.out, "");
  EXPECT_EQ(wrong.err, "✖ there is no command \"gte\"; did you mean \"get\"?\n  try: weft help\n");
}

TEST(Run, colours_a_failure_only_when_asked_to) {
  EXPECT_EQ(ran({"get", "nothing", "--color=always"}).err.substr(0, 5), "\x1b[31m");
}

TEST(Run, prints_a_completion_script) {
  EXPECT_NE(ran({"completion", "bash"}).out.find("complete -F _weft weft"), std::string::npos);
}

TEST(Run, ends_with_5_when_no_mesh_is_there) {
  const auto none = ran({"get", "pods", "--state", "/nonexistent/weft"});
  EXPECT_EQ(none.code, 5);
  EXPECT_NE(none.err.find("  try: weft up --state /nonexistent/weft\n"), std::string::npos);
}

TEST(Run, explains_fields_and_codes_without_a_mesh) {
  const auto field = ran({"explain", "vs.spec.http.retries.attempts"});
  EXPECT_EQ(field.code, 0);
  EXPECT_TRUE(field.out.starts_with("KIND      VirtualService\n")) << field.out;
  const auto code = ran({"explain", "wft1017"});
  EXPECT_EQ(code.code, 0);
  EXPECT_TRUE(code.out.starts_with("WFT1017   No such subset\n\n")) << code.out;
  EXPECT_TRUE(ran({"explain", "1017", "-o", "json"}).out.contains("\"code\": \"WFT1017\""))
      << ran({"explain", "1017", "-o", "json"}).out;
}

TEST(Run, says_what_is_near_when_it_cannot_explain) {
  EXPECT_EQ(ran({"explain", "vs.spec.htpp"}).code, 2);
  EXPECT_EQ(ran({"explain", "vs.spec.htpp"}).err,
            "✖ VirtualService has no \"htpp\"; did you mean \"http\"?\n  try: weft explain --help\n");
  EXPECT_EQ(ran({"explain", "WFT1"}).err, "✖ there is no code \"WFT1\"\n  try: weft validate -f FILE\n");
  EXPECT_EQ(ran({"explain", ""}).code, 2);
}

TEST(Run, reads_standard_input_for_a_dash) {
  const auto empty = ran({"validate", "-f", "-", "--offline"});
  EXPECT_EQ(empty.code, 0);
  EXPECT_EQ(empty.out, "✔ 0 objects in 1 file: 0 errors, 0 warnings\n");
}

}  // namespace
}  // namespace weft::cli
