#include "api/finding.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace weft::api {
namespace {

Finding example() {
  Finding finding;
  finding.code = Code::unknown_subset;
  finding.object = "VirtualService shop/reviews";
  finding.path = "spec.http[0].route[0].destination.subset";
  finding.file = "reviews.yaml";
  finding.line = 21;
  finding.column = 17;
  finding.width = 2;
  finding.source_line = "        subset: v3";
  finding.message = "subset \"v3\" is not defined for host reviews";
  finding.hint = "use v2";
  return finding;
}

TEST(RenderFinding, ShowsPlaceLineCaretAndFix) {
  EXPECT_EQ(render(example()),
            "\u2716 reviews.yaml:21:17  WFT1017 subset \"v3\" is not defined for host reviews  "
            "(VirtualService shop/reviews spec.http[0].route[0].destination.subset)\n"
            "   21 |         subset: v3\n"
            "      |                 ^^\n"
            "  fix: use v2\n");
}

TEST(RenderFinding, PutsTheCaretUnderWideCharactersAndTabs) {
  Finding finding = example();
  finding.source_line = "\té: v3";
  finding.column = 5;
  EXPECT_NE(render(finding).find("\n      | \t   ^^\n"), std::string::npos) << render(finding);
}

// A file that is no text once wrote to the terminal as it was.
TEST(RenderFinding, ShowsNothingThatATerminalWouldObey) {
  Finding finding = example();
  finding.source_line = "a: \x1b[31m\a\xff";
  finding.column = 4;
  EXPECT_NE(render(finding).find(" | a: ![31m!!\n      |    ^^\n"), std::string::npos) << render(finding);
}

TEST(RenderFinding, FitsOneLineForHeadersAndLogs) {
  EXPECT_EQ(render_line(example()),
            "reviews.yaml:21:17: VirtualService shop/reviews spec.http[0].route[0].destination.subset: "
            "subset \"v3\" is not defined for host reviews (use v2) [WFT1017]");
}

TEST(FindingToJson, LeavesOutWhatIsUnknown) {
  Finding finding;
  finding.code = Code::bad_value;
  finding.severity = Severity::warning;
  finding.message = "no";
  EXPECT_EQ(to_json(finding).dump(), R"({"code":"WFT1012","message":"no","severity":"warning"})");
  EXPECT_EQ(to_json(example())["line"], 21);
}

TEST(FindingToStatusCause, NamesReasonAndField) {
  EXPECT_EQ(to_status_cause(example()).dump(),
            R"x({"field":"spec.http[0].route[0].destination.subset","message":)x"
            R"x("subset \"v3\" is not defined for host reviews (use v2)","reason":"FieldValueNotFound"})x");
}

}  // namespace
}  // namespace weft::api
