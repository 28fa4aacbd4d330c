// MeshConfig.pathNormalization as data: what each mode makes of the spellings that Istio's own table tries, and of some
// that attackers would try beside them.
#include <array>
#include <cctype>
#include <cstdio>
#include <string>

#include <gtest/gtest.h>

#include "decide/routing/canonical_path.h"

namespace weft::decide {
namespace {

constexpr PathPolicy kNone{};
constexpr PathPolicy kBase{.normalizes = true};
constexpr PathPolicy kMerge{.normalizes = true, .merges_slashes = true};
constexpr PathPolicy kDecode{.normalizes = true, .merges_slashes = true, .escaped_slashes = EscapedSlashes::decode};

std::string made_of(std::string path, const PathPolicy& policy) {
  return canonicalize_path(path, policy) == PathVerdict::accept ? path : "400";
}

struct Spelling {
  const char* path;
  const char* none;
  const char* base;
  const char* merge;
  const char* decode;
};

constexpr Spelling kSpellings[] = {
    {"/", "/", "/", "/", "/"},
    {"/app", "/app", "/app", "/app", "/app"},
    {"/app/", "/app/", "/app/", "/app/", "/app/"},
    {"/app//", "/app//", "/app//", "/app/", "/app/"},
    {"//app", "//app", "//app", "/app", "/app"},
    {"/app/.", "/app/.", "/app/", "/app/", "/app/"},
    {"/app/./x", "/app/./x", "/app/x", "/app/x", "/app/x"},
    {"/app/..", "/app/..", "/", "/", "/"},
    {"/app/../admin", "/app/../admin", "/admin", "/admin", "/admin"},
    {"/../admin", "/../admin", "/admin", "/admin", "/admin"},
    {"/app//../admin", "/app//../admin", "/app/admin", "/app/admin", "/app/admin"},
    {"/app//../../admin", "/app//../../admin", "/admin", "/admin", "/admin"},
    {"/app/%2E./admin", "/app/%2E./admin", "/admin", "/admin", "/admin"},
    {"/app/%2e%2E/admin", "/app/%2e%2E/admin", "/admin", "/admin", "/admin"},
    {"/app/%2f", "/app/%2f", "/app/%2f", "/app/%2f", "/app/"},
    {"/app%2f/", "/app%2f/", "/app%2f/", "/app%2f/", "/app/"},
    {"/app%2F..%2Fadmin", "/app%2F..%2Fadmin", "/app%2F..%2Fadmin", "/app%2F..%2Fadmin", "/admin"},
    {"/xyz%30..//abc", "/xyz%30..//abc", "/xyz0..//abc", "/xyz0../abc", "/xyz0../abc"},
    {"/app\\admin", "/app\\admin", "/app/admin", "/app/admin", "/app/admin"},
    {"/app\\..\\admin", "/app\\..\\admin", "/admin", "/admin", "/admin"},
    {"/app/\\/\\/\\admin", "/app/\\/\\/\\admin", "/app//////admin", "/app/admin", "/app/admin"},
    {"/%2Fapp%5cadmin%5Cabc", "/%2Fapp%5cadmin%5Cabc", "/%2Fapp%5cadmin%5Cabc", "/%2Fapp%5cadmin%5Cabc",
     "/app/admin/abc"},
    {"/%5Capp%2f%5c%2F%2e%2e%2fadmin%5c\\abc", "/%5Capp%2f%5c%2F%2e%2e%2fadmin%5c\\abc",
     "/%5Capp%2f%5c%2F..%2fadmin%5c/abc", "/%5Capp%2f%5c%2F..%2fadmin%5c/abc", "/app/admin/abc"},
    {"/%c0%2e%c0%2e/admin", "/%c0%2e%c0%2e/admin", "/%c0.%c0./admin", "/%c0.%c0./admin", "/%c0.%c0./admin"},
    {"/%c0%2fadmin", "/%c0%2fadmin", "/%c0%2fadmin", "/%c0%2fadmin", "/%c0/admin"},
    {"/admin%00", "/admin%00", "400", "400", "400"},
    {"/admin%zz", "/admin%zz", "400", "400", "400"},
    {"/admin%2", "/admin%2", "400", "400", "400"},
};

// No mode may make anything else of these: bytes that only look like dots and slashes, escapes of escapes, parameters.
constexpr const char* kLeftAlone[] = {
    "/0x2e0x2e/admin",
    "/0x2e0x2e0x2fadmin",
    "/0x2e0x2e0x5cadmin",
    "/0x2f0x2fadmin",
    "/0x5c0x5cadmin",
    "/%25c0%25ae%25c1%259cadmin",
    "/%25c0%25ae%25c0%25ae/admin",
    "/%25c0%25afadmin",
    "/%25c1%259cadmin",
    "/%252e%252e/admin",
    "/%252e%252e%252fadmin",
    "/%c1%9cadmin",
    "/%c0%ae%c0%ae/admin",
    "/%c0%afadmin",
    "/.../admin",
    "/..../admin",
    "/..;/admin",
    "/;/admin",
    "/admin;a=b",
    "/admin;a=b/xyz",
    "/admin,a=b/xyz",
    "/Admin",
    "/ADMIN",
    "/.admin",
    "/admin.",
    "/..admin",
    "/admin..",
    "/%E2%80%A5/admin",
    "/%EF%BC%8Fadmin",
};

TEST(PathNormalization, MakesOfEverySpellingWhatItsModeSays) {
  for (const Spelling& spelling : kSpellings) {
    EXPECT_EQ(made_of(spelling.path, kNone), spelling.none) << spelling.path;
    EXPECT_EQ(made_of(spelling.path, kBase), spelling.base) << spelling.path;
    EXPECT_EQ(made_of(spelling.path, kMerge), spelling.merge) << spelling.path;
    EXPECT_EQ(made_of(spelling.path, kDecode), spelling.decode) << spelling.path;
  }
}

TEST(PathNormalization, LeavesAloneWhatOnlyLooksLikeDotsAndSlashes) {
  for (const char* path : kLeftAlone) {
    for (const PathPolicy& policy : {kNone, kBase, kMerge, kDecode}) EXPECT_EQ(made_of(path, policy), path);
  }
}

// Letters, digits and "-._~" need no escape (RFC 3986 2.3); slashes are decoded where that is asked for; all else stays
// as it was written.
TEST(PathNormalization, DecodesOfAllEscapesThoseThatMeanNothing) {
  for (int byte = 1; byte <= 0xff; ++byte) {
    std::array<char, 4> escape{};
    (void)std::snprintf(escape.data(), escape.size(), "%%%02x", static_cast<unsigned>(byte));
    const std::string path = std::string("/admin") + escape.data();
    const auto letter = static_cast<char>(byte);
    const bool is_plain = byte < 0x80 && (std::isalnum(byte) != 0 || std::string_view("-._~").contains(letter));
    const std::string base = is_plain ? std::string("/admin") + letter : path;
    EXPECT_EQ(made_of(path, kNone), path);
    EXPECT_EQ(made_of(path, kBase), base);
    EXPECT_EQ(made_of(path, kMerge), base);
    EXPECT_EQ(made_of(path, kDecode), letter == '/' || letter == '\\' ? "/admin/" : base);
  }
}

// What has been made canonical once does not change any more: no second reader sees another path.
TEST(PathNormalization, IsDoneOnce) {
  for (const Spelling& spelling : kSpellings) {
    for (const PathPolicy& policy : {kBase, kMerge, kDecode}) {
      const std::string once = made_of(spelling.path, policy);
      if (once != "400") EXPECT_EQ(made_of(once, policy), once) << spelling.path;
    }
  }
}

TEST(PathNormalization, TouchesNoQuery) {
  for (const PathPolicy& policy : {kBase, kMerge, kDecode}) {
    EXPECT_EQ(made_of("/a/../b?x=//%2e%2e%2f\\%00", policy), "/b?x=//%2e%2e%2f\\%00");
  }
}

}  // namespace
}  // namespace weft::decide
