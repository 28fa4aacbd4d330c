#include "api/code_words.h"

#include <set>

#include <gtest/gtest.h>

namespace weft::api {
namespace {

TEST(CodeWords, are_found_however_the_code_is_written) {
  for (const char* text : {"WFT1012", "wft1012", "Wft1012", "1012"}) {
    const auto words = find_code_words(text);
    ASSERT_TRUE(words) << text;
    EXPECT_EQ(words->code, Code::bad_value) << text;
  }
  for (const char* text : {"", "WFT", "WFT9999", "12", "WFT1012 ", "WFTWFT1012"})
    EXPECT_FALSE(find_code_words(text)) << text;
}

// The compiler sees to it that a new code is added here.
bool is_code(Code code) {
  switch (code) {
    case Code::syntax:
    case Code::duplicate_key:
    case Code::too_large:
    case Code::too_deep:
    case Code::bad_alias:
    case Code::unreadable:
    case Code::unknown_kind:
    case Code::bad_metadata:
    case Code::unknown_field:
    case Code::wrong_type:
    case Code::bad_value:
    case Code::required:
    case Code::bad_duration:
    case Code::out_of_range:
    case Code::conflicting_fields:
    case Code::unknown_subset:
    case Code::unknown_host:
    case Code::duplicate_object:
    case Code::legacy_spelling:
    case Code::not_in_force:
    case Code::unused_field:
    case Code::unreachable_rule:
    case Code::duplicate_match:
    case Code::conflicting_hosts:
    case Code::conflicting_servers:
    case Code::unknown_gateway:
    case Code::host_not_in_gateway:
    case Code::no_workload:
    case Code::port_not_on_service:
    case Code::odd_weights:
    case Code::conflicting_protocols:
    case Code::conflicting_sidecars:
    case Code::conflicting_policies:
    case Code::widened_rule:
    case Code::holds_in_part:
    case Code::outside_mesh:
      return true;
  }
  return false;
}

TEST(CodeWords, are_there_for_every_code_once_and_in_order) {
  std::set<Code> seen;
  for (const CodeWords& words : all_code_words()) {
    EXPECT_TRUE(seen.empty() || *seen.rbegin() < words.code) << to_string(words.code);
    seen.insert(words.code);
    EXPECT_FALSE(words.title.empty() || words.title.ends_with('.')) << to_string(words.code);
    EXPECT_TRUE(words.meaning.ends_with('.') && words.remedy.ends_with('.')) << to_string(words.code);
  }
  for (unsigned number = 0; number < 10'000; ++number) {
    const auto code = static_cast<Code>(number);
    EXPECT_EQ(is_code(code), seen.contains(code)) << to_string(code);
  }
}

}  // namespace
}  // namespace weft::api
