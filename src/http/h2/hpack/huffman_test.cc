#include "http/h2/hpack/huffman.h"

#include <string>

#include <gtest/gtest.h>

#include "http/h2/hpack/vectors_test.h"

namespace weft::http::h2::hpack {
namespace {

std::string encoded(std::string_view text) {
  std::string out(huffman_size(text), '\0');
  char* const end = huffman_encode(text, out.data());
  EXPECT_EQ(end, out.data() + out.size());
  return out;
}

std::string decoded(std::string_view coded) {
  ByteBuffer out;
  EXPECT_TRUE(huffman_decode(coded, out));
  return std::string(out.readable());
}

bool fails(std::string_view hex) {
  ByteBuffer out;
  return !huffman_decode(from_hex(hex), out);
}

TEST(Huffman, CodesTheTextsOfTheRfc) {
  EXPECT_EQ(encoded("www.example.com"), from_hex("f1e3 c2e5 f23a 6ba0 ab90 f4ff"));
  EXPECT_EQ(encoded("no-cache"), from_hex("a8eb 1064 9cbf"));
  EXPECT_EQ(encoded("Mon, 21 Oct 2013 20:13:21 GMT"),
            from_hex("d07a be94 1054 d444 a820 0595 040b 8166 e082 a62d 1bff"));
  EXPECT_EQ(decoded(from_hex("9d29 ad17 1863 c78f 0b97 c8e9 ae82 ae43 d3")), "https://www.example.com");
}

TEST(Huffman, GivesEveryByteBackAloneAndAmongOthers) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string alone(1, static_cast<char>(byte));
    EXPECT_EQ(decoded(encoded(alone)), alone);
    const std::string among = "a" + alone + "Z" + alone + alone + "0";
    EXPECT_EQ(decoded(encoded(among)), among);
  }
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all.push_back(static_cast<char>(byte));
  EXPECT_EQ(decoded(encoded(all)), all);
}

TEST(Huffman, CodesNothingAsNothing) {
  EXPECT_EQ(encoded(""), "");
  EXPECT_EQ(decoded(""), "");
}

TEST(Huffman, RefusesEndOfStringAndBadPadding) {
  EXPECT_TRUE(fails("ffff ffff"));  // EOS
  EXPECT_TRUE(fails("ff"));         // eight bits of padding
  EXPECT_TRUE(fails("1f ff"));      // "a", eleven bits of padding
  EXPECT_TRUE(fails("18"));         // "a", zeros
  EXPECT_TRUE(fails("f1e3 c2e5 f23a 6ba0 ab90 f4fe"));
  EXPECT_TRUE(fails("ffff fe"));  // a code that does not end
}

}  // namespace
}  // namespace weft::http::h2::hpack
