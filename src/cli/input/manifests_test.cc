#include "cli/input/manifests.h"

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "cli/verbs/verbs.h"

namespace weft::cli {
namespace {

namespace fs = std::filesystem;

// A folder of its own for each test, and what a verb needs to read from it.
class ManifestsTest : public testing::Test {
 protected:
  ManifestsTest() {
    std::string pattern = testing::TempDir() + "weft-manifests-XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~ManifestsTest() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }

  std::vector<std::string> names(Descend descend) {
    std::vector<std::string> found;
    for (const auto& file : *list_manifest_files(folder_, descend))
      found.push_back(file.path.lexically_relative(folder_));
    return found;
  }

  Expected<Manifests> read(std::vector<std::string> words, const std::string& input = {}) {
    words.insert(words.begin(), "apply");
    static const auto commands = all_commands();
    const auto call = parse_command_line(commands, words);
    std::istringstream stream(input);
    std::ostringstream out, err;
    Screen screen{out, err};
    const Surroundings around{
        .variable = [](const char*) { return std::nullopt; }, .working_folder = folder_, .input = &stream};
    const ManualClock clock;
    return read_manifests({*call, commands, screen, around, clock});
  }

  fs::path folder_;
};

constexpr const char* kService =
    "apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: shop}\nspec: {ports: [{port: 80}]}\n";
constexpr const char* kNamespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n";

TEST_F(ManifestsTest, lists_yaml_and_json_by_name_and_leaves_the_rest) {
  for (const auto* name : {"b.yaml", "a.json", "c.yml", "notes.txt", ".hidden.yaml", "sub/d.yaml"}) write(name, "");
  EXPECT_EQ(names(Descend::no), (std::vector<std::string>{"a.json", "b.yaml", "c.yml"}));
  EXPECT_EQ(names(Descend::yes), (std::vector<std::string>{"a.json", "b.yaml", "c.yml", "sub/d.yaml"}));
}

TEST_F(ManifestsTest, refuses_what_is_not_there) {
  EXPECT_EQ(list_manifest_files("/no/such/file", Descend::no).error().exit, Exit::invalid);
  EXPECT_EQ(list_manifest_files(folder_, Descend::no).error().hint, "-R also reads the folders below");
}

TEST_F(ManifestsTest, puts_namespaces_before_what_is_in_them) {
  write("a.yaml", kService);
  write("b.yaml", kNamespace);
  const auto manifests = read({"-f", folder_.string()});
  ASSERT_TRUE(manifests);
  ASSERT_EQ(manifests->resources.size(), 2U);
  EXPECT_EQ(manifests->resources[0].title(), "Namespace shop");
  EXPECT_EQ(manifests->resources[1].title(), "Service shop/a");
}

TEST_F(ManifestsTest, tells_what_is_wrong_in_one_file_of_many) {
  write("a.yaml", kService);
  write("b.yaml", "kind: [\n");
  const auto manifests = read({"-f", folder_.string()});
  ASSERT_TRUE(manifests);
  EXPECT_TRUE(api::has_errors(manifests->findings));
  EXPECT_EQ(manifests->files, 2U);
}

TEST_F(ManifestsTest, refuses_one_object_in_two_files) {
  write("a.yaml", kService);
  write("b.yaml", kService);
  const auto manifests = read({"-f", folder_.string()});
  ASSERT_EQ(manifests->findings.size(), 1U);
  EXPECT_EQ(manifests->findings[0].code, api::Code::duplicate_object);
  EXPECT_EQ(manifests->findings[0].file, (folder_ / "b.yaml").string());
  EXPECT_NE(manifests->findings[0].message.find("a.yaml:1"), std::string::npos);
}

TEST_F(ManifestsTest, takes_weft_yaml_for_settings) {
  write("weft.yaml", "images:\n  a: ./run\n");
  write("a.yaml", kService);
  const auto manifests = read({"-f", folder_.string(), "--image", "b=sh -c 'x'"});
  ASSERT_TRUE(manifests);
  EXPECT_FALSE(api::has_errors(manifests->findings));
  EXPECT_EQ(manifests->images.at("a"), (ImageCommand{{"./run"}, folder_.string(), {}}));
  EXPECT_EQ(manifests->images.at("b").command, (std::vector<std::string>{"sh", "-c", "x"}));
}

TEST_F(ManifestsTest, carry_the_place_they_came_from_unless_it_is_standard_input) {
  write("a.yaml", std::string("# a comment\n") + kService);
  const auto from_file = bodies_of(read({"-f", (folder_ / "a.yaml").string()})->resources);
  EXPECT_EQ(from_file[0]["metadata"]["annotations"]["weft.dev/line"], "2");
  const auto from_input = bodies_of(read({"-f", "-"}, kService)->resources);
  EXPECT_FALSE(from_input[0]["metadata"].contains("annotations"));
}

TEST_F(ManifestsTest, names_images_that_nothing_runs) {
  write("a.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop}\nspec:\n  containers:\n"
        "  - name: one\n    image: here:v1\n  - name: two\n    image: there:v1\n  - {name: three, image: x, command: "
        "[run]}\n");
  const auto findings = missing_commands(read({"-f", folder_.string()})->resources, {"here:v1"});
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].message, "nothing says which command runs image \"there:v1\" on this machine");
  EXPECT_EQ(findings[0].hint, "add --image 'there:v1=COMMAND', or give it a command under images: of a weft.yaml");
  EXPECT_EQ(findings[0].line, 9U);
}

}  // namespace
}  // namespace weft::cli
