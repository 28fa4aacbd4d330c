#include "cli/words/command_line.h"

#include <gtest/gtest.h>

namespace weft::cli {
namespace {

std::vector<Command> commands() {
  return {{.name = "get",
           .group = "config",
           .summary = "List",
           .operands = {.usage = "KIND", .min = 1, .max = 2},
           .flags = {{.name = "output", .letter = 'o', .value = "FORMAT", .choices = {"json", "yaml"}},
                     {.name = "watch", .letter = 'w'},
                     {.name = "all-namespaces", .letter = 'A'},
                     {.name = "dry-run", .value = "WHERE", .choices = {"client", "server"}, .bare = "server"}}},
          {.name = "exec", .operands = {.usage = "[POD]", .max = 1, .command_follows = true}},
          {.name = "pc",
           .operands = {.usage = "WHAT POD", .min = 2, .max = 2, .first = {"routes", "clusters"}},
           .aliases = {"proxy-config"}}};
}

Expected<Invocation> parse(std::vector<std::string> words) {
  static const auto table = commands();
  return parse_command_line(table, words);
}

Failure failure_of(std::vector<std::string> words) {
  auto call = parse(std::move(words));
  EXPECT_FALSE(call.has_value());
  return call ? Failure{} : call.error();
}

TEST(CommandLine, takes_flags_before_and_after_operands) {
  const auto call = parse({"-n", "shop", "get", "-o", "json", "pods", "--watch"});
  ASSERT_TRUE(call);
  EXPECT_EQ(call->command->name, "get");
  EXPECT_EQ(call->value_or("namespace", ""), "shop");
  EXPECT_EQ(call->value_or("output", ""), "json");
  EXPECT_TRUE(call->has("watch"));
  EXPECT_EQ(call->operands, std::vector<std::string>{"pods"});
}

TEST(CommandLine, understands_every_way_to_attach_a_value) {
  for (const auto& words : std::vector<std::vector<std::string>>{{"get", "pods", "-ojson"},
                                                                 {"get", "pods", "-o=json"},
                                                                 {"get", "pods", "--output=json"},
                                                                 {"get", "pods", "-wAo", "json"}}) {
    const auto call = parse(words);
    ASSERT_TRUE(call) << words.back();
    EXPECT_EQ(call->value_or("output", ""), "json") << words.back();
  }
}

TEST(CommandLine, takes_a_switch_that_is_set_to_false_as_not_given) {
  EXPECT_FALSE(parse({"get", "pods", "--watch=false"})->has("watch"));
  EXPECT_TRUE(parse({"get", "pods", "--watch=true"})->has("watch"));
}

TEST(CommandLine, does_not_let_a_flag_with_an_optional_value_eat_the_next_word) {
  const auto call = parse({"get", "--dry-run", "pods"});
  ASSERT_TRUE(call);
  EXPECT_EQ(call->value_or("dry-run", ""), "server");
  EXPECT_EQ(parse({"get", "--dry-run=client", "pods"})->value_or("dry-run", ""), "client");
}

TEST(CommandLine, keeps_repeated_values_in_order) {
  const auto call = parse({"-n", "a", "-n", "b", "get", "pods"});
  EXPECT_EQ(call->values("namespace"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(call->value_or("namespace", ""), "b");
}

TEST(CommandLine, passes_on_what_follows_two_dashes_untouched) {
  const auto call = parse({"exec", "-n", "shop", "--", "curl", "-o", "--", "x"});
  ASSERT_TRUE(call);
  EXPECT_EQ(call->tail, (std::vector<std::string>{"curl", "-o", "--", "x"}));
}

TEST(CommandLine, shows_where_the_two_dashes_are_missing) {
  const auto failure = failure_of({"exec", "pod", "curl"});
  EXPECT_EQ(failure.exit, Exit::usage);
  EXPECT_EQ(failure.what, "put \"--\" before the command to run: weft exec ... -- curl");
}

TEST(CommandLine, names_the_nearest_commands) {
  const auto failure = failure_of({"gte", "pods"});
  EXPECT_EQ(failure.exit, Exit::usage);
  EXPECT_EQ(failure.what, "there is no command \"gte\"; did you mean \"get\"?");
}

TEST(CommandLine, names_the_nearest_flags) {
  EXPECT_EQ(failure_of({"get", "pods", "--outptu=json"}).what,
            "there is no flag \"--outptu\"; did you mean \"--output\"?");
  EXPECT_EQ(failure_of({"get", "pods", "--outptu=json"}).hint, "weft get --help");
}

TEST(CommandLine, lists_the_values_a_flag_may_have) {
  EXPECT_EQ(failure_of({"get", "pods", "-o", "jsn"}).what, "--output can't be \"jsn\"; it is one of json, yaml");
}

TEST(CommandLine, says_which_value_is_missing) {
  EXPECT_EQ(failure_of({"get", "pods", "-o"}).what, "--output needs a value: FORMAT");
}

TEST(CommandLine, checks_how_many_operands_there_are) {
  EXPECT_EQ(failure_of({"get"}).what, "weft get needs KIND");
  EXPECT_EQ(failure_of({"get", "a", "b", "c"}).what, "weft get can't do anything with \"c\"");
  EXPECT_TRUE(parse({"get", "--help"}));
}

TEST(CommandLine, checks_words_of_a_closed_set) {
  EXPECT_EQ(failure_of({"pc", "rotes", "x"}).what, "weft pc can't do \"rotes\"; did you mean \"routes\"?");
}

TEST(CommandLine, knows_the_habits_of_istioctl) {
  EXPECT_EQ(parse({"x", "proxy-config", "routes", "pod"})->command->name, "pc");
}

}  // namespace
}  // namespace weft::cli
