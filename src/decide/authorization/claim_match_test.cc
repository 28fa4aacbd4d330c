// Every way of looking at a value, at values of every kind and at none.
#include "decide/authorization/claim_match.h"

#include <gtest/gtest.h>

namespace weft::decide {
namespace {

const jose::Value kDocument = *jose::parse_object(
    R"({"null":null,"true":true,"false":false,"seven":7,"text":"true","empty":"","list":["a",7,["b"]],)"
    R"("no_items":[],"object":{"a":"b"}})");

// The names of the members for which the rule holds, "missing" standing for none.
std::string holds_for(const ValueMatch& match) {
  std::string all;
  for (const auto& member : kDocument.members) all += match.matches(&member.value) ? member.name + " " : "";
  return all + (match.matches(nullptr) ? "missing " : "");
}

using Number = ValueMatch::Number;
using Truth = ValueMatch::Truth;
using Present = ValueMatch::Present;
using OneOf = ValueMatch::OneOf;
using AnyOf = ValueMatch::AnyOf;
const TextMatch kAnyText(TextMatch::Kind::prefix, "");
constexpr const char* kEverything = "null true false seven text empty list no_items object ";

TEST(ClaimMatch, ARuleHoldsForValuesOfItsKindAlone) {
  EXPECT_EQ(holds_for(ValueMatch{ValueMatch::Null{}}), "null ");
  EXPECT_EQ(holds_for(ValueMatch{Truth{true}}), "true ");
  EXPECT_EQ(holds_for(ValueMatch{Truth{false}}), "false ");
  EXPECT_EQ(holds_for(ValueMatch{kAnyText}), "text empty ");
  EXPECT_EQ(holds_for(ValueMatch{Number{7, 7}}), "seven ");
  EXPECT_EQ(holds_for(ValueMatch{Number{-1e300, 1e300}}), "seven ");
}

TEST(ClaimMatch, ARangeEndsBeforeItsEnd) {
  EXPECT_EQ(holds_for(ValueMatch{Number{6, 7}}), "");
  EXPECT_EQ(holds_for(ValueMatch{Number{6.5, 7.5}}), "seven ");
  EXPECT_EQ(holds_for(ValueMatch{Number{8, 6}}), "");
}

TEST(ClaimMatch, WhatIsThereIsPresentEvenIfItIsNull) {
  EXPECT_EQ(holds_for(ValueMatch{Present{true}}), kEverything);
  EXPECT_EQ(holds_for(ValueMatch{Present{false}}), "missing ");
}

TEST(ClaimMatch, OneItemOfAListIsEnoughAndOnlyListsHaveItems) {
  const auto one_of = [](ValueMatch item) { return holds_for(ValueMatch{OneOf{{std::move(item)}}}); };
  EXPECT_EQ(one_of(ValueMatch{TextMatch(TextMatch::Kind::exact, "a")}), "list ");
  EXPECT_EQ(one_of(ValueMatch{Number{7, 7}}), "list ");
  EXPECT_EQ(one_of(ValueMatch{TextMatch(TextMatch::Kind::exact, "b")}), "");  // one list further down
  EXPECT_EQ(one_of(ValueMatch{OneOf{{ValueMatch{kAnyText}}}}), "list ");
  EXPECT_EQ(one_of(ValueMatch{Present{true}}), "list ");
  EXPECT_EQ(one_of(ValueMatch{Present{false}}), "");
}

TEST(ClaimMatch, AChoiceHoldsIfOneOfItsRulesDoesAlsoForWhatIsMissing) {
  EXPECT_EQ(holds_for(ValueMatch{AnyOf{}}), "");
  EXPECT_EQ(holds_for(ValueMatch{AnyOf{{ValueMatch{ValueMatch::Null{}}, ValueMatch{Truth{true}}}}}), "null true ");
  EXPECT_EQ(holds_for(ValueMatch{AnyOf{{ValueMatch{Present{false}}, ValueMatch{kAnyText}}}}), "text empty missing ");
}

TEST(ClaimMatch, WithoutATokenOnlyWhatWantsNoneOrIsInvertedHolds) {
  const auto holds = [](ValueMatch value, bool inverted) {
    return ClaimMatch{{"a"}, std::move(value), inverted}.matches(nullptr);
  };
  EXPECT_FALSE(holds(ValueMatch{kAnyText}, false));
  EXPECT_TRUE(holds(ValueMatch{kAnyText}, true));
  EXPECT_TRUE(holds(ValueMatch{Present{false}}, false));
  EXPECT_FALSE(holds(ValueMatch{Present{false}}, true));
}

}  // namespace
}  // namespace weft::decide
