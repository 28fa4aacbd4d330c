#include "cli/text/output.h"

#include <gtest/gtest.h>

namespace weft::cli {
namespace {

using api::Json;
using Texts = std::vector<std::string>;

const WallTime kNow{std::chrono::seconds(1'000'000'000)};

const api::Kind& kind(const char* word) {
  return *api::find_kind_by_word(word);
}

Json pod() {
  return Json::parse(R"({"apiVersion": "v1", "kind": "Pod",
    "metadata": {"name": "a", "namespace": "shop", "creationTimestamp": "2001-09-09T01:45:40Z"},
    "spec": {"nodeName": "here", "containers": [{}]}, "status": {"phase": "Running", "podIP": "10.0.0.1"}})");
}

TEST(Output, ShowsWideColumnsOnlyWhereTheyAreAskedFor) {
  const Table plain = table_of(kind("pod"), {pod()}, Format::table, Namespaces::hidden, kNow);
  EXPECT_EQ(plain.headings, (Texts{"NAME", "READY", "STATUS", "RESTARTS", "AGE"}));
  EXPECT_EQ(plain.rows, (std::vector<Texts>{{"a", "0/1", "Running", "0", "60s"}}));
  const Table wide = table_of(kind("pod"), {pod()}, Format::wide, Namespaces::shown, kNow);
  EXPECT_EQ(wide.headings, (Texts{"NAMESPACE", "NAME", "READY", "STATUS", "RESTARTS", "IP", "NODE", "AGE"}));
  EXPECT_EQ(wide.rows, (std::vector<Texts>{{"shop", "a", "0/1", "Running", "0", "10.0.0.1", "here", "60s"}}));
}

TEST(Output, ShowsNoNamespaceOfWhatHasNone) {
  const Table table =
      table_of(kind("namespace"), {{{"metadata", {{"name", "shop"}}}}}, Format::table, Namespaces::shown, kNow);
  EXPECT_EQ(table.headings, (Texts{"NAME", "STATUS", "AGE"}));
  EXPECT_EQ(table.rows, (std::vector<Texts>{{"shop", "Active", "<unknown>"}}));
}

TEST(Output, BearsObjectsThatLackEverything) {
  const Table table =
      table_of(kind("pod"), {Json::object(), {{"metadata", 7}}}, Format::table, Namespaces::shown, kNow);
  EXPECT_EQ(table.rows, std::vector<Texts>(2, {"", "", "0/0", "Pending", "0", "<unknown>"}));
}

TEST(Output, NamesObjectsForScriptsAndForPeople) {
  EXPECT_EQ(slug_of(kind("pod"), pod()), "pod/a");
  EXPECT_EQ(slug_of(kind("vs"), pod()), "virtualservice.networking.istio.io/a");
  EXPECT_EQ(title_of(pod()), "Pod shop/a");
  EXPECT_EQ(title_of({{"kind", "Namespace"}, {"metadata", {{"name", "shop"}}}}), "Namespace shop");
}

TEST(Output, TakesTheWordsOfItsFlag) {
  const std::pair<const char*, Format> words[] = {{"table", Format::table}, {"wide", Format::wide},
                                                  {"yaml", Format::yaml},   {"json", Format::json},
                                                  {"name", Format::name},   {"", Format::table}};
  for (const auto& [word, format] : words) EXPECT_EQ(format_of(word), format) << word;
}

TEST(Output, PrintsOneValueEndedByALineFeed) {
  EXPECT_EQ(print({{"a", 1}}, Format::yaml), "a: 1\n");
  EXPECT_EQ(print({{"a", 1}}, Format::json), "{\n  \"a\": 1\n}\n");
  EXPECT_EQ(print(Json("a\xff"), Format::json), "\"a\xef\xbf\xbd\"\n") << "bytes that are no UTF-8 are replaced";
}

TEST(Output, KeysRowsByTheirHeadingsInCamelCase) {
  const Table table{.headings = {"NAME", "LAST SEEN", "PORT(S)", "CLUSTER-IP"},
                    .rows = {{"a", "1s", "80", "::"}, {"b"}}};
  EXPECT_EQ(rows_as_json(table),
            Json::parse(R"([{"name": "a", "lastSeen": "1s", "portS": "80", "clusterIp": "::"}, {"name": "b"}])"));
}

}  // namespace
}  // namespace weft::cli
