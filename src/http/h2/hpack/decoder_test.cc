#include "http/h2/hpack/decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/h2/hpack/vectors_test.h"

namespace weft::http::h2::hpack {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;

std::vector<std::string> decoded(Decoder& decoder, std::string_view hex) {
  FieldList list;
  EXPECT_TRUE(decoder.decode(from_hex(hex), list));
  return list.lines;
}

bool fails(std::string_view hex) {
  Decoder decoder;
  FieldList list;
  return !decoder.decode(from_hex(hex), list);
}

std::vector<std::string> table_of(const Decoder& decoder) {
  std::vector<std::string> lines;
  const DynamicTable& table = decoder.table();
  for (uint32_t age = 0; age < table.count(); ++age) {
    const auto entry = table[table.inserted() - 1 - age];
    lines.push_back(std::string(entry.name) + ": " + std::string(entry.value));
  }
  return lines;
}

// The examples of RFC 7541 appendix C: sections of one connection, what they say, and the table after each.
struct Step {
  const char* section;
  std::vector<std::string> fields;
  std::vector<std::string> table;
  uint32_t table_size;
};
struct Example {
  const char* name;
  uint32_t table_size_max;
  std::vector<Step> steps;
};

const std::vector<std::string> kRequest1 = {":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com"};
const std::vector<std::string> kRequest2 = {":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com",
                                            "cache-control: no-cache"};
const std::vector<std::string> kRequest3 = {":method: GET", ":scheme: https", ":path: /index.html",
                                            ":authority: www.example.com", "custom-key: custom-value"};
const std::vector<std::string> kTable1 = {":authority: www.example.com"};
const std::vector<std::string> kTable2 = {"cache-control: no-cache", ":authority: www.example.com"};
const std::vector<std::string> kTable3 = {"custom-key: custom-value", "cache-control: no-cache",
                                          ":authority: www.example.com"};
const std::vector<std::string> kResponse1 = {":status: 302", "cache-control: private",
                                             "date: Mon, 21 Oct 2013 20:13:21 GMT",
                                             "location: https://www.example.com"};
const std::vector<std::string> kResponse2 = {":status: 307", "cache-control: private",
                                             "date: Mon, 21 Oct 2013 20:13:21 GMT",
                                             "location: https://www.example.com"};
const std::vector<std::string> kResponse3 = {":status: 200",
                                             "cache-control: private",
                                             "date: Mon, 21 Oct 2013 20:13:22 GMT",
                                             "location: https://www.example.com",
                                             "content-encoding: gzip",
                                             "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1"};
const std::vector<std::string> kResponseTable1 = {"location: https://www.example.com",
                                                  "date: Mon, 21 Oct 2013 20:13:21 GMT", "cache-control: private",
                                                  ":status: 302"};
const std::vector<std::string> kResponseTable2 = {":status: 307", "location: https://www.example.com",
                                                  "date: Mon, 21 Oct 2013 20:13:21 GMT", "cache-control: private"};
const std::vector<std::string> kResponseTable3 = {
    "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1", "content-encoding: gzip",
    "date: Mon, 21 Oct 2013 20:13:22 GMT"};

const std::vector<Example> kExamples = {
    {"C21_literal_with_indexing",
     4096,
     {{"400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572",
       {"custom-key: custom-header"},
       {"custom-key: custom-header"},
       55}}},
    {"C22_literal_without_indexing", 4096, {{"040c 2f73 616d 706c 652f 7061 7468", {":path: /sample/path"}, {}, 0}}},
    {"C23_literal_never_indexed", 4096, {{"1008 7061 7373 776f 7264 0673 6563 7265 74", {"password: secret"}, {}, 0}}},
    {"C24_indexed", 4096, {{"82", {":method: GET"}, {}, 0}}},
    {"C3_requests",
     4096,
     {{"8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d", kRequest1, kTable1, 57},
      {"8286 84be 5808 6e6f 2d63 6163 6865", kRequest2, kTable2, 110},
      {"8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65", kRequest3, kTable3, 164}}},
    {"C4_requests_with_huffman",
     4096,
     {{"8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff", kRequest1, kTable1, 57},
      {"8286 84be 5886 a8eb 1064 9cbf", kRequest2, kTable2, 110},
      {"8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf", kRequest3, kTable3, 164}}},
    {"C5_responses",
     256,
     {{"4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3120 474d "
       "546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
       kResponse1, kResponseTable1, 222},
      {"4803 3330 37c1 c0bf", kResponse2, kResponseTable2, 222},
      {"88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a 6970 7738 666f "
       "6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b "
       "2076 6572 7369 6f6e 3d31",
       kResponse3, kResponseTable3, 215}}},
    {"C6_responses_with_huffman",
     256,
     {{"4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 "
       "8f0b 97c8 e9ae 82ae 43d3",
       kResponse1, kResponseTable1, 222},
      {"4883 640e ffc1 c0bf", kResponse2, kResponseTable2, 222},
      {"88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335 "
       "dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07",
       kResponse3, kResponseTable3, 215}}},
};

class Rfc7541Test : public testing::TestWithParam<Example> {};

TEST_P(Rfc7541Test, DecodesTheExamplesOfAppendixC) {
  Decoder decoder(GetParam().table_size_max);
  for (const Step& step : GetParam().steps) {
    EXPECT_THAT(decoded(decoder, step.section), ElementsAreArray(step.fields));
    EXPECT_THAT(table_of(decoder), ElementsAreArray(step.table));
    EXPECT_EQ(decoder.table().size(), step.table_size);
  }
}

INSTANTIATE_TEST_SUITE_P(AppendixC, Rfc7541Test, testing::ValuesIn(kExamples),
                         [](const auto& test) { return test.param.name; });

TEST(Decoder, TellsWhatThePeerWantsNeverToBeIndexed) {
  Decoder decoder;
  FieldList list;
  ASSERT_TRUE(decoder.decode(from_hex("1008 7061 7373 776f 7264 0673 6563 7265 74 82"), list));
  EXPECT_THAT(list.indexing, ElementsAre(Indexing::never, Indexing::allowed));
}

TEST(Decoder, RefusesIndexZeroAndIndexesBehindTheTables) {
  EXPECT_TRUE(fails("80"));
  EXPECT_TRUE(fails("be"));  // 62 of an empty table
  EXPECT_TRUE(fails("ff80 8080 8001"));
  EXPECT_TRUE(fails("7e 0161"));  // a literal whose name is number 62
}

TEST(Decoder, RefusesWhatEndsTooEarly) {
  EXPECT_TRUE(fails("ff"));            // an index that goes on
  EXPECT_TRUE(fails("40"));            // no name
  EXPECT_TRUE(fails("4001"));          // a name of one byte that is not there
  EXPECT_TRUE(fails("4001 61"));       // no value
  EXPECT_TRUE(fails("4001 6102 62"));  // a value of two bytes, one there
  EXPECT_TRUE(fails("4001 617f"));     // a length that goes on
}

TEST(Decoder, RefusesHuffmanTextWithBadPadding) {
  EXPECT_TRUE(fails("0084 ffff ffff"));  // EOS
  EXPECT_TRUE(fails("0082 1fff 00"));    // 11 bits of padding: "a" and ones
  EXPECT_TRUE(fails("0081 18 00"));      // "a" and zeros
}

TEST(Decoder, TakesSizeUpdatesAtTheBeginOnlyAndWithinTheLimit) {
  Decoder decoder;
  EXPECT_THAT(decoded(decoder, "400161 0162"), ElementsAre("a: b"));
  EXPECT_THAT(decoded(decoder, "20 3fe11f 82"), ElementsAre(":method: GET"));  // to 0, then to 4,096
  EXPECT_EQ(decoder.table().count(), 0u);
  EXPECT_TRUE(fails("3fe21f 82"));  // 4,097
  EXPECT_TRUE(fails("82 20"));
}

TEST(Decoder, KeepsANameWhoseEntryIsEvictedByItsOwnField) {
  Decoder decoder(64);
  EXPECT_THAT(decoded(decoder, "400a 6375 7374 6f6d 2d6b 6579 0161"), ElementsAre("custom-key: a"));
  // The same name by index, with a value that leaves no room for the old entry; plain and Huffman-coded.
  EXPECT_THAT(decoded(decoder, "7e 0c 6262 6262 6262 6262 6262 6262"), ElementsAre("custom-key: bbbbbbbbbbbb"));
  EXPECT_THAT(table_of(decoder), ElementsAre("custom-key: bbbbbbbbbbbb"));
  EXPECT_THAT(decoded(decoder, "7e 89 25a8 49e9 5bb8 e8b4 bf"), ElementsAre("custom-key: custom-value"));
  EXPECT_THAT(table_of(decoder), ElementsAre("custom-key: custom-value"));
}

TEST(Decoder, EmptiesTheTableForAFieldThatIsLargerThanIt) {
  Decoder decoder(64);
  EXPECT_THAT(decoded(decoder, "400161 0162"), ElementsAre("a: b"));
  EXPECT_EQ(decoded(decoder, "400161 28" + std::string(80, '6')).size(), 1u);
  EXPECT_EQ(decoder.table().count(), 0u);
}

TEST(Decoder, DecodesANameAndAValueThatAreBothHuffmanCoded) {
  Decoder decoder;
  EXPECT_THAT(decoded(decoder, "0088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf"),
              ElementsAre("custom-key: custom-value"));
}

TEST(Decoder, KnowsWhatIsWrongWithAField) {
  const auto flaw = [](std::string_view name, std::string_view value) { return kind_of(name, value).flaw; };
  EXPECT_EQ(flaw("a", "b"), Flaw::none);
  EXPECT_EQ(flaw("", "b"), Flaw::name);
  EXPECT_EQ(flaw("A", "b"), Flaw::name);
  EXPECT_EQ(flaw("a b", "c"), Flaw::name);
  EXPECT_EQ(flaw("a:", "c"), Flaw::name);
  EXPECT_EQ(flaw("a\r\n", "c"), Flaw::name);
  EXPECT_EQ(flaw(std::string(70'000, 'a'), ""), Flaw::name);
  EXPECT_EQ(flaw("a", " b"), Flaw::value);
  EXPECT_EQ(flaw("a", "b\t"), Flaw::value);
  EXPECT_EQ(flaw("a", "b\r\nc: d"), Flaw::value);
  EXPECT_EQ(flaw("a", std::string_view("b\0c", 3)), Flaw::value);
  EXPECT_EQ(flaw("a", "\xff b\tc"), Flaw::none);
  EXPECT_EQ(kind_of(":path", "/").pseudo, Pseudo::path);
  EXPECT_EQ(kind_of(":paths", "/").pseudo, Pseudo::unknown);
  EXPECT_EQ(kind_of("content-type", "a").id, HeaderId::content_type);
}

TEST(Decoder, RemembersAFlawWithTheEntry) {
  Decoder decoder;
  FieldList list;
  ASSERT_TRUE(decoder.decode(from_hex("400141 0162 be 7e 0163"), list));  // "A: b" twice, then "A: c"
  ASSERT_EQ(list.kinds.size(), 3u);
  for (const FieldKind& kind : list.kinds) EXPECT_EQ(kind.flaw, Flaw::name);
  FieldList values;
  ASSERT_TRUE(decoder.decode(from_hex("400161 0120 be 7e 0163"), values));  // "a: <blank>" twice, then "a: c"
  EXPECT_EQ(values.kinds[0].flaw, Flaw::value);
  EXPECT_EQ(values.kinds[1].flaw, Flaw::value);
  EXPECT_EQ(values.kinds[2].flaw, Flaw::none);
}

}  // namespace
}  // namespace weft::http::h2::hpack
