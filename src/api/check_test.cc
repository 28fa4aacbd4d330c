// check(): what is refused, where, and what is let through with a warning. One table; each row an object and its
// findings.
#include <gtest/gtest.h>

#include "api/check_cases.h"

namespace weft::api {
namespace {

TEST(Check, RefusesObjectsThatAreNone) {
  expect_findings({
      {"a list", "- 1\n", "1:1 error an object is a map, not a list\n"},
      {"nothing said", "a: 1\n", "1:1 error apiVersion is missing\n1:1 error kind is missing\n"},
      {"unknown kind", "apiVersion: v1\nkind: Servic\nmetadata: {name: x}\n",
       "2:7 error Servic (v1) is not a kind that Weft serves [did you mean Service?]\n"},
      {"wrong version", "apiVersion: networking.istio.io/v2\nkind: VirtualService\nmetadata: {name: x}\n",
       "1:13 error VirtualService is not served as networking.istio.io/v2 [write networking.istio.io/v1, "
       "networking.istio.io/v1beta1, networking.istio.io/v1alpha3]\n"},
      {"no name", "apiVersion: v1\nkind: Namespace\nmetadata: {}\n", "3:1 error metadata.name is missing\n"},
      {"bad name", "apiVersion: v1\nkind: Namespace\nmetadata: {name: A_b}\n",
       "3:18 error the name \"A_b\" must be a DNS label: up to 63 of a-z, 0-9 and '-', beginning and ending with a "
       "letter "
       "or digit\n"},
      {"bad label", "apiVersion: v1\nkind: Namespace\nmetadata: {name: a, labels: {x y: 1}}\n",
       "3:30 error the key \"x y\" is no label key: a name of up to 63 letters, digits, '-', '_' or '.', with a DNS "
       "prefix "
       "and '/' if any\n"},
      {"number as label", "apiVersion: v1\nkind: Namespace\nmetadata: {name: a, labels: {v: 1}}\n",
       "3:33 error a string is due here, not an integer [put it in quotes: \"1\"]\n"},
  });
}

TEST(Check, NamesUnknownFieldsWithTheNearestOne) {
  expect_findings({
      {"misspelt", routed("    timeuot: 5s\n"), "9:5 error unknown field \"timeuot\" [did you mean \"timeout\"?]\n"},
      {"at the top", "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\nlabels: {}\n",
       "4:1 error unknown field \"labels\" [Namespace has: apiVersion, kind, metadata, spec, status]\n"},
      {"deep", rule("    route: [{destination: {hots: a}}]\n"),
       "8:14 error host is missing\n8:28 error unknown field \"hots\" [did you mean \"host\"?]\n"},
  });
}

TEST(Check, TreatsUnknownFieldsAsItIsTold) {
  const std::string text = routed("    timeuot: 5s\n");
  EXPECT_EQ(complaints(check_text(text, Strictness::warn).findings),
            "9:5 warning unknown field \"timeuot\" [did you mean \"timeout\"?]\n");
  const CheckedAll ignored = check_text(text, Strictness::ignore);
  EXPECT_EQ(complaints(ignored.findings), "");
  ASSERT_EQ(ignored.resources.size(), 1u);
  EXPECT_EQ(ignored.resources[0].body["spec"]["http"][0]["timeuot"], "5s");
}

TEST(Check, SaysWhichTypeIsDue) {
  expect_findings({
      {"map for list", virtual_service("  hosts: {a: b}\n  http: [{redirect: {uri: /}}]\n"),
       "5:3 error a list is due here, not a map\n"},
      {"boolean for string", rule("    route: [{destination: {host: a, subset: yes}}]\n"),
       "8:45 error a string is due here, not a boolean [put it in quotes: \"yes\"]\n"},
      {"string for integer", rule("    route: [{destination: {host: a}, weight: many}]\n"),
       "8:46 error an integer is due here, not a string\n"},
      {"scalar for map", "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: 5\n",
       "4:7 error ServiceSpec is a map, not an integer\n"},
      {"null in a list", virtual_service("  hosts: [a, null]\n  http: [{route: [{destination: {host: a}}]}]\n"),
       "5:14 error an empty entry [give it a value or remove it]\n"},
  });
}

TEST(Check, RefusesDurationsThatAreNone) {
  expect_findings({
      {"no unit", routed("    timeout: 5\n"),
       "9:14 error timeout \"5\" is not a duration [write a number and a unit: 30s, 1.5s, 100ms, 1h30m]\n"},
      {"words", routed("    timeout: 5 seconds\n"),
       "9:14 error timeout \"5 seconds\" is not a duration [write a number and a unit: 30s, 1.5s, 100ms, 1h30m]\n"},
      {"zero", policy("    connectionPool: {tcp: {connectTimeout: 0s}}\n"),
       "7:44 error connectTimeout must be 1ms or more, not 0s\n"},
      {"zero where it means never", policy("    connectionPool: {tcp: {idleTimeout: 0s}}\n"), ""},
      {"below a millisecond", policy("    connectionPool: {tcp: {connectTimeout: 1500us}}\n"),
       "7:44 error connectTimeout must be in whole milliseconds, not 1500us\n"},
  });
}

TEST(Check, RefusesWeightsThatCannotBe) {
  const auto weights = [](const std::string& a, const std::string& b) {
    return rule("    route:\n    - {destination: {host: a, subset: v1}, weight: " + a +
                "}\n    - {destination: {host: a, subset: v2}, weight: " + b + "}\n");
  };
  expect_findings({
      {"negative", weights("-10", "100"), "9:52 error weight must be 0 or more, not -10\n"},
      {"not a number", weights("1.5", "100"), "9:52 error an integer is due here, not a number\n"},
      {"all zero", weights("0", "0"),
       "8:5 error all weights are 0: no destination gets anything [give at least one a weight]\n"},
      {"a sum of 90", weights("80", "10"),
       "8:5 warning the weights add up to 90; they are read as shares: v1 88.9%, v2 11.1%\n"},
      {"as text, which protobuf allows", weights("\"90\"", "10"), ""},
  });
}

}  // namespace
}  // namespace weft::api
