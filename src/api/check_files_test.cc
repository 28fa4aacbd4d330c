#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "api/check_cases.h"

namespace weft::api {
namespace {

// A folder that is gone with the test.
class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / ("weft_api_test_" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name) << text;
  }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

std::string name_space(const std::string& name) {
  return "apiVersion: v1\nkind: Namespace\nmetadata: {name: " + name + "}\n";
}

TEST(CheckPath, FindsTheOneBadFileAmongTen) {
  const Folder folder;
  for (char c = 'a'; c < 'j'; ++c) folder.write(std::string(1, c) + ".yaml", name_space(std::string(1, c)));
  folder.write("sub/bad.yml", "apiVersion: v1\nkind: Namespace\nmetadata: {nmae: x}\n");
  folder.write("weft.yaml", "images: {}\n");
  folder.write(".hidden.yaml", "[");
  folder.write("readme.txt", "[");
  const CheckedAll all = check_path(folder.path(), Strictness::strict, "default");
  EXPECT_EQ(all.resources.size(), 9u);
  EXPECT_EQ(complaints(all.findings),
            "3:1 error metadata.name is missing\n3:12 error unknown field \"nmae\" [did you mean \"name\"?]\n");
  EXPECT_EQ(all.findings[0].file, folder.path() + "/sub/bad.yml");
}

TEST(CheckPath, SaysThatAFolderHoldsNothing) {
  const Folder folder;
  EXPECT_EQ(complaints(check_path(folder.path(), Strictness::strict, "default").findings),
            "0:0 error the folder holds no .yaml, .yml or .json file\n");
}

TEST(CheckFile, UnfoldsListsAndFindsTheSameObjectTwice) {
  const CheckedAll all = check_text(
      "kind: List\napiVersion: v1\nitems:\n- {apiVersion: v1, kind: Namespace, metadata: {name: a}}\n"
      "- {apiVersion: v1, kind: Namespace, metadata: {name: a}}\n");
  EXPECT_EQ(all.resources.size(), 2u);
  EXPECT_EQ(complaints(all.findings), "5:54 error the same object stands in t.yaml:4 [remove one of them]\n");
}

TEST(CheckFile, ReportsInTheOrderOfTheFile) {
  EXPECT_EQ(complaints(check_text("a: 1\n---\nb: 'open\n---\nc: 1\n").findings),
            "1:1 error apiVersion is missing\n1:1 error kind is missing\n"
            "3:4 error the quote that opens here is never closed [add the closing quote]\n"
            "5:1 error apiVersion is missing\n5:1 error kind is missing\n");
}

TEST(CheckFile, GivesTheDefaultNamespaceToNamespacedKindsOnly) {
  const CheckedAll all = check_file(
      parse_yaml(name_space("a") + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {k: v}\n",
                 "t.yaml"),
      Strictness::strict, "shop");
  ASSERT_EQ(all.resources.size(), 2u);
  EXPECT_EQ(all.resources[0].title(), "Namespace a");
  EXPECT_EQ(all.resources[1].title(), "ConfigMap shop/c");
  EXPECT_EQ(all.resources[1].body["metadata"]["namespace"], "shop");
  EXPECT_EQ(all.resources[1].line(), 5u);
  EXPECT_EQ(all.resources[1].slug(), "configmap/c");
}

TEST(Check, TakesJsonOfTheApiWithPathsInPlaceOfLines) {
  const Json object =
      Json::parse(R"({"apiVersion":"networking.istio.io/v1beta1","kind":"VirtualService","metadata":{"name":"x"},
      "spec":{"hosts":["a"],"http":[{"route":[{"destination":{"host":"a"}},{"destination":{"host":"b"},"weight":-5}]}]}})");
  const Checked checked = check(object, {});
  EXPECT_FALSE(checked.resource.has_value());
  ASSERT_EQ(checked.findings.size(), 1u);
  EXPECT_EQ(checked.findings[0].path, "spec.http[0].route[1].weight");
  EXPECT_EQ(checked.findings[0].object, "VirtualService default/x");
  EXPECT_EQ(checked.findings[0].line, 0u);
  EXPECT_EQ(render_line(checked.findings[0]),
            "VirtualService default/x spec.http[0].route[1].weight: weight must be 0 or more, not -5 [WFT1015]");
}

}  // namespace
}  // namespace weft::api
