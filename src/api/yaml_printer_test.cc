#include <gtest/gtest.h>

#include "api/tree.h"

namespace weft::api {
namespace {

TEST(PrintYaml, WritesBlocksAsKubectlDoes) {
  const Json object = Json::parse(R"({"kind":"X","metadata":{"name":"a","labels":{"on":"yes"}},
      "spec":{"list":[{"a":1,"b":[1,2]},"text"],"none":null,"empty":{},"nothing":[],"ratio":0.5}})");
  EXPECT_EQ(print_yaml(object),
            "kind: X\n"
            "metadata:\n"
            "  labels:\n"
            "    \"on\": \"yes\"\n"
            "  name: a\n"
            "spec:\n"
            "  empty: {}\n"
            "  list:\n"
            "  - a: 1\n"
            "    b:\n"
            "    - 1\n"
            "    - 2\n"
            "  - text\n"
            "  none: null\n"
            "  nothing: []\n"
            "  ratio: 0.5\n");
}

TEST(PrintYaml, WritesSeveralLinesAsABlock) {
  EXPECT_EQ(print_yaml({{"a", "one\n\ntwo\n"}, {"b", "one\ntwo"}, {"c", "one\n\n"}}),
            "a: |\n  one\n\n  two\nb: |-\n  one\n  two\nc: |+\n  one\n\n");
}

TEST(PrintYaml, IsReadBackAsItWas) {
  const char* const objects[] = {
      R"({"a":"x\ty","b":"\u0001","c":"it's","d":"\"q\"","e":"é","f":" lead","g":"trail ","h":"a: b"})",
      R"({"a":[[1,[2]],[],{}],"b":[{"c":[{"d":1}]}],"":"empty key","- x":"dash"})",
      R"(["yes","no","1e3","0x10","~","null","<<","=","%","@x","`","- a","? b","|",">","!t","&a","*a"])",
      R"({"n":[0,-1,18446744073709551615,1.5,1e300,-0.25],"b":[true,false,null]})",
      R"({"m":"line\nline\n","n":"\nlead","o":"a\n b\n","p":"a \nb","q":"x\r\ny","r":"a\n\n\n"})",
  };
  for (const char* text : objects) {
    const Json object = Json::parse(text);
    const YamlFile file = parse_yaml(print_yaml(object), "t.yaml");
    ASSERT_EQ(file.documents.size(), 1u) << print_yaml(object)
                                         << (file.findings.empty() ? "" : file.findings[0].message);
    EXPECT_EQ(to_json(file.documents[0]), object) << print_yaml(object);
  }
}

TEST(ToNode, AndBackLosesNothing) {
  const Json object = Json::parse(R"({"a":[1,-2,2.5,"x",true,null,{"b":{}}],"c":18446744073709551615})");
  EXPECT_EQ(to_json(to_node(object)), object);
}

}  // namespace
}  // namespace weft::api
