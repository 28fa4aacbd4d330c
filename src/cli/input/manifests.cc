#include "cli/input/manifests.h"

#include <algorithm>
#include <istream>
#include <iterator>
#include <map>

#include "cli/input/folders.h"

namespace weft::cli {
namespace {

namespace fs = std::filesystem;
using api::Json;
using api::Resource;

constexpr std::string_view kFileAnnotation = "weft.dev/file";
constexpr std::string_view kLineAnnotation = "weft.dev/line";
constexpr std::string_view kStandardInput = "(standard input)";

bool is_hidden(const fs::path& path) {
  return path.filename().string().starts_with('.');
}

bool is_manifest_name(const fs::path& path) {
  const auto extension = path.extension();
  return extension == ".yaml" || extension == ".yml" || extension == ".json";
}

ManifestFile classified(fs::path path) {
  const auto name = path.filename();
  const bool settings = name == "weft.yaml" || name == "weft.yml";
  return {std::move(path), settings ? ManifestFile::Holds::settings : ManifestFile::Holds::resources};
}

void collect(const fs::path& folder, Descend descend, std::vector<ManifestFile>& files) {
  std::error_code ignored;  // an unreadable folder below is passed over, as an empty one
  for (auto& entry : entries_of(folder)) {
    if (is_hidden(entry)) continue;
    if (fs::is_directory(entry, ignored)) {
      if (descend == Descend::yes) collect(entry, descend, files);
    } else if (is_manifest_name(entry)) {
      files.push_back(classified(std::move(entry)));
    }
  }
}

api::YamlFile read_yaml(const ManifestFile& file, const Session& session) {
  if (file.path != "-") return api::read_yaml_file(file.path.string());
  std::istream& input = *session.surroundings.input;
  return api::parse_yaml(std::string(std::istreambuf_iterator<char>(input), {}), std::string(kStandardInput));
}

// In the order of the kinds' table (Namespaces first), otherwise as they were read.
void put_in_order(std::vector<Resource>& resources) {
  std::vector<Resource> ordered;
  for (const auto& kind : api::all_kinds()) {
    for (auto& resource : resources) {
      if (resource.kind == &kind) ordered.push_back(std::move(resource));
    }
  }
  resources = std::move(ordered);
}

// The same object twice, in one file or in two, would make the outcome depend on the order of files.
void refuse_duplicates(Manifests& manifests) {
  std::map<std::string, const Resource*> seen;
  for (const auto& resource : manifests.resources) {
    const auto title = std::string(resource.kind->group) + " " + resource.title();
    const auto [first, is_new] = seen.emplace(title, &resource);
    if (is_new) continue;
    api::Finding finding;
    finding.code = api::Code::duplicate_object;
    finding.object = resource.title();
    finding.line = resource.line();
    finding.column = 1;
    if (resource.source) {
      finding.file = resource.source->name();
      finding.source_line = resource.source->line(resource.line());
    }
    const auto& other = *first->second;
    finding.message = "the same object stands twice";
    if (other.source) finding.message += "; first at " + other.source->name() + ":" + std::to_string(other.line());
    finding.hint = "keep one of the two, or give this one another name";
    manifests.findings.push_back(std::move(finding));
  }
}

void merge_settings(Manifests& manifests, MeshSettings settings) {
  for (auto& [name, image] : settings.images) manifests.images[name] = std::move(image);
  if (!settings.mesh.is_null()) manifests.mesh = std::move(settings.mesh);
  if (!settings.outside.empty()) manifests.outside = std::move(settings.outside);
  std::ranges::move(settings.findings, std::back_inserter(manifests.findings));
}

void read_one(const ManifestFile& file, const Session& session, Manifests& manifests) {
  ++manifests.files;
  const auto yaml = read_yaml(file, session);
  if (file.holds == ManifestFile::Holds::settings) {
    const auto folder = (session.surroundings.working_folder / file.path).lexically_normal().parent_path();
    return merge_settings(manifests, read_settings(yaml, folder));
  }
  auto checked = api::check_file(yaml, api::Strictness::strict, session.namespace_name());
  std::ranges::move(checked.resources, std::back_inserter(manifests.resources));
  std::ranges::move(checked.findings, std::back_inserter(manifests.findings));
}

Expected<bool> add_image_flags(const Session& session, Manifests& manifests) {
  for (const auto& text : session.call.values("image")) {
    auto image = parse_image_flag(text, session.surroundings.working_folder);
    if (!image) return stop(Exit::usage, image.error().detail, "weft up --help");
    manifests.images[image->first] = std::move(image->second);
  }
  return true;
}

// The pod template of a Deployment, a Pod itself, with the path to its spec; null for other kinds.
std::pair<const Json*, std::string> pod_spec_of(const Resource& resource) {
  const std::string pointer = resource.kind->kind == "Deployment" ? "/spec/template/spec" : "/spec";
  if (resource.kind->kind != "Deployment" && resource.kind->kind != "Pod") return {nullptr, ""};
  const Json::json_pointer place(pointer);
  if (!resource.body.contains(place)) return {nullptr, ""};
  return {&resource.body[place], pointer == "/spec" ? "spec" : "spec.template.spec"};
}

bool says_command(const Json& container) {
  return container.contains("command") && container["command"].is_array() && !container["command"].empty();
}

api::Finding no_command(const Resource& resource, const Json& container, std::string path) {
  const std::string image = container.value("image", "");
  api::Finding finding;
  finding.code = api::Code::required;
  finding.object = resource.title();
  finding.path = std::move(path);
  finding.message = "nothing says which command runs image \"" + image + "\" on this machine";
  finding.hint = "add --image '" + image + "=COMMAND', or give it a command under images: of a weft.yaml";
  if (!resource.source || !resource.tree) return finding;
  const auto where = api::locate(*resource.tree, finding.path);
  finding.file = resource.source->name();
  finding.line = where.at.line;
  finding.column = where.at.column;
  finding.width = std::max<uint32_t>(where.width, 1);
  finding.source_line = resource.source->line(where.at.line);
  return finding;
}

}  // namespace

Expected<std::vector<ManifestFile>> list_manifest_files(const fs::path& path, Descend descend) {
  if (path == "-") return std::vector{ManifestFile{path}};
  std::error_code error;
  const auto status = fs::status(path, error);
  if (!fs::exists(status)) return stop(Exit::invalid, "there is no file or folder \"" + path.string() + "\"");
  if (!fs::is_directory(status)) return std::vector{classified(path)};
  std::vector<ManifestFile> files;
  collect(path, descend, files);
  if (!files.empty()) return files;
  std::string what = "no .yaml, .yml or .json file is in folder \"" + path.string() + "\"";
  return stop(Exit::invalid, std::move(what), descend == Descend::no ? "-R also reads the folders below" : "");
}

Expected<Manifests> read_manifests(const Session& session) {
  Manifests manifests;
  const auto descend = session.call.has("recursive") ? Descend::yes : Descend::no;
  for (const auto& path : session.call.values("filename")) {
    const auto files = list_manifest_files(path, descend);
    if (!files) return stop(files.error());
    for (const auto& file : *files) read_one(file, session, manifests);
  }
  if (auto images = add_image_flags(session, manifests); !images) return stop(images.error());
  refuse_duplicates(manifests);
  put_in_order(manifests.resources);
  return manifests;
}

std::vector<Json> bodies_of(const std::vector<Resource>& resources) {
  std::vector<Json> bodies;
  for (const auto& resource : resources) {
    Json body = resource.body;
    if (resource.source && resource.line() > 0 && resource.source->name() != kStandardInput) {
      auto& annotations = body["metadata"]["annotations"];
      annotations[kFileAnnotation] = resource.source->name();
      annotations[kLineAnnotation] = std::to_string(resource.line());
    }
    bodies.push_back(std::move(body));
  }
  return bodies;
}

api::Findings missing_commands(const std::vector<Resource>& resources, const std::vector<std::string>& known) {
  api::Findings findings;
  for (const auto& resource : resources) {
    const auto [spec, path] = pod_spec_of(resource);
    if (!spec || !spec->contains("containers")) continue;
    size_t index = 0;
    for (const auto& container : (*spec)["containers"]) {
      const auto place = path + ".containers[" + std::to_string(index++) + "].image";
      if (says_command(container) || container.value("name", "") == "istio-proxy") continue;
      if (std::ranges::count(known, container.value("image", "")) > 0) continue;
      findings.push_back(no_command(resource, container, place));
    }
  }
  return findings;
}

}  // namespace weft::cli
