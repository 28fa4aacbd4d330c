// Checking whole files and folders: every document, every finding, nothing twice.
#include <algorithm>
#include <filesystem>
#include <map>

#include <fmt/format.h>

#include "api/resource.h"
#include "api/source_finding.h"

namespace weft::api {
namespace {

namespace fs = std::filesystem;

// Kubernetes' lists: `kind: List` of v1, or PodList and the like.
bool is_list(const Node& document) {
  const Node* items = document.find("items");
  return items != nullptr && items->is_list() && document.find_text("kind").ends_with("List");
}

void append(CheckedAll& all, Checked checked) {
  std::ranges::move(checked.findings, std::back_inserter(all.findings));
  if (checked.resource) all.resources.push_back(std::move(*checked.resource));
}

bool is_manifest_name(const fs::path& path) {
  const std::string name = path.filename().string(), extension = path.extension().string();
  if (name.starts_with('.')) return false;
  if (name == "weft.yaml" || name == "weft.yml") return false;  // settings of a local mesh, not an object
  return extension == ".yaml" || extension == ".yml" || extension == ".json";
}

std::vector<std::string> manifests_below(const std::string& folder, std::error_code& error) {
  std::vector<std::string> paths;
  fs::recursive_directory_iterator entry(folder, error), end;
  for (; !error && entry != end; entry.increment(error)) {
    const bool hidden = entry->path().filename().string().starts_with('.');
    std::error_code ignored;  // an entry that can't be looked at is no folder and no file; opening it would tell more
    if (hidden && entry->is_directory(ignored)) entry.disable_recursion_pending();
    if (entry->is_regular_file(ignored) && is_manifest_name(entry->path())) paths.push_back(entry->path().string());
  }
  std::ranges::sort(paths);
  return paths;
}

std::string place_of(const Resource& resource) {
  return resource.source == nullptr ? "the API" : fmt::format("{}:{}", resource.source->name(), resource.line());
}

// The same object in two places: which of them is meant, nobody can tell.
void find_duplicates(CheckedAll& all) {
  std::map<std::string, const Resource*> seen;
  for (const Resource& resource : all.resources) {
    if (resource.metadata.name.empty()) continue;  // the server will give each its own name
    const auto [earlier, fresh] = seen.emplace(resource.title(), &resource);
    if (fresh || resource.source == nullptr) continue;
    const Position at = locate(*resource.tree, "metadata.name").at;
    Finding finding = source_finding(*resource.source, at, Code::duplicate_object,
                                     fmt::format("the same object stands in {}", place_of(*earlier->second)),
                                     "remove one of them", static_cast<uint32_t>(resource.metadata.name.size()));
    finding.object = resource.title();
    all.findings.push_back(std::move(finding));
  }
}

void append_file(CheckedAll& all, const YamlFile& file, Strictness strictness, std::string_view default_namespace) {
  const CheckOptions options{strictness, std::string(default_namespace), file.source};
  const size_t before = all.findings.size();
  all.findings.insert(all.findings.end(), file.findings.begin(), file.findings.end());
  for (const Node& document : file.documents) {
    if (!is_list(document)) {
      append(all, check(document, options));
      continue;
    }
    for (const Node& item : document.find("items")->items) append(all, check(item, options));
  }
  sort_by_place(std::span(all.findings).subspan(before));
}

Finding folder_finding(const std::string& path, std::string message) {
  return source_finding(SourceFile(path, {}), {}, Code::unreadable, std::move(message));
}

}  // namespace

CheckedAll check_file(const YamlFile& file, Strictness strictness, std::string_view default_namespace) {
  CheckedAll all;
  append_file(all, file, strictness, default_namespace);
  find_duplicates(all);
  return all;
}

CheckedAll check_path(const std::string& path, Strictness strictness, std::string_view default_namespace) {
  CheckedAll all;
  std::error_code error;
  if (path == "-" || !fs::is_directory(path, error)) {
    return check_file(read_yaml_file(path), strictness, default_namespace);
  }
  error.clear();
  const auto paths = manifests_below(path, error);
  if (error) all.findings.push_back(folder_finding(path, "can't read the folder: " + error.message()));
  if (!error && paths.empty())
    all.findings.push_back(folder_finding(path, "the folder holds no .yaml, .yml or .json file"));
  for (const auto& file : paths) append_file(all, read_yaml_file(file), strictness, default_namespace);
  find_duplicates(all);
  return all;
}

}  // namespace weft::api
