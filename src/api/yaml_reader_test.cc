#include <gtest/gtest.h>

#include "api/tree.h"

namespace weft::api {
namespace {

// "2:7 WFT1001 message" for each finding, one a line.
std::string complaints(const YamlFile& file) {
  std::string text;
  for (const auto& finding : file.findings) {
    text += std::to_string(finding.line) + ":" + std::to_string(finding.column) + " " + to_string(finding.code) + " " +
            finding.message + "\n";
  }
  return text;
}

Json first(std::string text) {
  const YamlFile file = parse_yaml(std::move(text), "t.yaml");
  EXPECT_EQ(complaints(file), "");
  return file.documents.empty() ? Json("no document") : to_json(file.documents.front());
}

struct Wrong {
  std::string_view name;
  std::string_view text;
  std::string_view complaint;
};

TEST(ParseYaml, PointsAtWhatIsWrong) {
  const Wrong cases[] = {
      {"unterminated quote", "a: 1\nb: \"open\nc: 2\n", "2:4 WFT1001 the quote that opens here is never closed\n"},
      {"unterminated single quote", "name: 'x\n", "1:7 WFT1001 the quote that opens here is never closed\n"},
      {"duplicate key", "a: 1\nb: 2\na: 3\n", "3:1 WFT1002 the key \"a\" stands twice; first in line 1\n"},
      {"two duplicate keys", "a: 1\na: 2\nb: {c: 1, c: 2}\n",
       "2:1 WFT1002 the key \"a\" stands twice; first in line 1\n3:11 WFT1002 the key \"c\" stands twice; first in "
       "line 3\n"},
      {"tab", "a:\n\tb: 1\n", "2:1 WFT1001 a tab can't indent YAML\n"},
      {"second colon", "a: b: c\n", "1:5 WFT1001 a colon that can't be one of a key here\n"},
      {"at sign", "a: @b\n", "1:4 WFT1001 a plain value can't begin with '@'\n"},
      {"bad indentation", "a:\n    b: 1\n  c: 2\n",
       "3:3 WFT1001 this does not belong to the map that begins in line 1\n"},
      {"open brace", "a: {b: 1\nc: 2\n", "1:4 WFT1001 the { that opens here is not closed as it should be\n"},
      {"missing value", "a: [\n", "2:1 WFT1001 a value is missing here, or a bracket before it is not closed\n"},
      {"no colon", "a: 1\nplain\nb: 2\n", "2:1 WFT1001 this line is neither \"key: value\" nor part of a value\n"},
      {"unknown alias", "a: *b\n", "1:4 WFT1005 the alias *b has no anchor &b before it\n"},
      {"own tag", "a: !x 1\n", "1:4 WFT1001 the tag !x is not supported\n"},
      {"key that is a list", "[1, 2]: x\n", "1:1 WFT1001 a key must be a plain text, not a map, a list or an alias\n"},
      {"merge of a text", "a: {<<: x}\n", "1:5 WFT1001 a merge key (<<) takes a map or a list of maps\n"},
      {"not UTF-8", "a: 1\nb: \xff\n", "2:4 WFT1006 the file is not UTF-8 text here\n"},
      {"control character", "a: \x01\n", "1:4 WFT1006 the file is not UTF-8 text here\n"},
  };
  for (const Wrong& wrong : cases) {
    EXPECT_EQ(complaints(parse_yaml(std::string(wrong.text), "t.yaml")), wrong.complaint) << wrong.name;
  }
}

TEST(ParseYaml, ReadsTheDocumentsBesideABrokenOne) {
  const YamlFile file = parse_yaml("a: 1\n---\nb: 'open\n---\nc: 3\n---\nd: [1\n", "t.yaml");
  ASSERT_EQ(file.documents.size(), 2u);
  EXPECT_EQ(to_json(file.documents[1]), Json({{"c", 3}}));
  EXPECT_EQ(file.documents[1].entries[0].key_at, (Position{5, 1}));
  EXPECT_EQ(complaints(file),
            "3:4 WFT1001 the quote that opens here is never closed\n"
            "7:4 WFT1001 the [ that opens here is not closed as it should be\n");
}

TEST(ParseYaml, KnowsWhereEachValueStands) {
  const YamlFile file = parse_yaml("spec:\n  hosts: [a, b]\n  http:\n  - route:\n    - weight: 90\n", "t.yaml");
  const Node& root = file.documents.front();
  const Located weight = locate(root, "spec.http[0].route[0].weight");
  EXPECT_EQ(weight.at, (Position{5, 15}));
  EXPECT_EQ(weight.width, 2u);
  EXPECT_TRUE(weight.exact);
  EXPECT_EQ(locate(root, "spec.hosts[1]").at, (Position{2, 14}));
  EXPECT_EQ(locate(root, "spec.http[0].fault").at, (Position{4, 5}));
  EXPECT_FALSE(locate(root, "spec.http[0].fault").exact);
}

TEST(ParseYaml, LeavesOutEmptyDocumentsAndReadsDirectives) {
  const YamlFile file = parse_yaml("%YAML 1.1\n# only a comment\n---\n---\na: 1\n...\n---\n~\n", "t.yaml");
  EXPECT_EQ(complaints(file), "");
  ASSERT_EQ(file.documents.size(), 1u);
}

TEST(ParseYaml, ReadsCarriageReturnsAndAByteOrderMark) {
  EXPECT_EQ(first("\xef\xbb\xbf"
                  "a: 1\r\nb: x\r\n"),
            Json({{"a", 1}, {"b", "x"}}));
}

TEST(ParseYaml, ExpandsAliasesAndMergeKeys) {
  EXPECT_EQ(first("base: &b {x: 1, y: 2}\nover: {<<: *b, y: 3}\nagain: *b\n"),
            Json::parse(R"({"base":{"x":1,"y":2},"over":{"x":1,"y":3},"again":{"x":1,"y":2}})"));
}

TEST(ParseYaml, StopsAliasesThatGrowExponentially) {
  std::string laughs = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int k = 0; k < 8; ++k) laughs += ", " + before;
    laughs += "]\n";
  }
  const YamlFile file = parse_yaml(std::move(laughs), "t.yaml");
  ASSERT_EQ(file.findings.size(), 1u);
  EXPECT_EQ(file.findings[0].code, Code::too_large);
  EXPECT_TRUE(file.documents.empty());
}

TEST(ParseYaml, RefusesTwentyOneLevels) {
  const auto nested = [](size_t depth) { return "a: " + std::string(depth - 1, '[') + std::string(depth - 1, ']'); };
  EXPECT_EQ(complaints(parse_yaml(nested(20), "t.yaml")), "");
  EXPECT_EQ(complaints(parse_yaml(nested(21), "t.yaml")), "1:23 WFT1004 nested deeper than 20 levels\n");
}

TEST(ParseYaml, RefusesAnObjectAboveOneMebibyteAndReadsItsNeighbours) {
  const std::string large = "data:\n  x: |\n    " + std::string(kObjectSizeMax, 'x') + "\n";
  const YamlFile file = parse_yaml("a: 1\n---\n" + large + "---\nb: 2\n", "t.yaml");
  EXPECT_EQ(file.documents.size(), 2u);
  EXPECT_EQ(complaints(file), "2:1 WFT1003 the object that begins here is larger than 1 MiB\n");
}

TEST(ParseYaml, MeasuresTheItemsOfAListOneByOne) {
  std::string list = "kind: List\nitems:\n";
  for (int i = 0; i < 4; ++i) list += "- x: " + std::string(kObjectSizeMax / 2, 'x') + "\n";
  EXPECT_EQ(complaints(parse_yaml(list, "t.yaml")), "");
  list += "- x: " + std::string(kObjectSizeMax + 1, 'x') + "\n";
  EXPECT_EQ(complaints(parse_yaml(list, "t.yaml")), "7:1 WFT1003 the object that begins here is larger than 1 MiB\n");
}

TEST(ParseYaml, RefusesAFileAboveSixtyFourMebibytes) {
  const YamlFile file = parse_yaml(std::string(kFileSizeMax + 1, '#'), "t.yaml");
  ASSERT_EQ(file.findings.size(), 1u);
  EXPECT_EQ(file.findings[0].code, Code::too_large);
}

TEST(ReadYamlFile, SaysWhyAFileCantBeRead) {
  const YamlFile file = read_yaml_file("/nowhere/at/all.yaml");
  ASSERT_EQ(file.findings.size(), 1u);
  EXPECT_EQ(file.findings[0].message, "can't read it: No such file or directory");
  EXPECT_EQ(file.findings[0].file, "/nowhere/at/all.yaml");
}

TEST(ParseJson, RefusesWhatAmbiguousReadersLetPass) {
  EXPECT_EQ(parse_json(R"({"a":1,"a":2})").error().detail, "the key \"a\" stands twice");
  EXPECT_EQ(parse_json("{\"a\":").error().reason, Reason::malformed);
  EXPECT_EQ(parse_json(std::string(21, '[') + std::string(21, ']')).error().detail, "nested deeper than 20 levels");
  EXPECT_EQ(parse_json("[1]", 2).error().reason, Reason::too_large);
  EXPECT_EQ(parse_json(R"({"a":[1,-2,2.5,"x",true,null]})")->dump(), R"({"a":[1,-2,2.5,"x",true,null]})");
}

}  // namespace
}  // namespace weft::api
