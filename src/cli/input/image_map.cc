#include "cli/input/image_map.h"

#include <fstream>
#include <iterator>

#include "api/istio/mesh_config_text.h"
#include "base/strings.h"
#include "cli/input/shell_words.h"
#include "cli/words/suggest.h"
#include "model/image_key.h"
#include "net/address.h"

namespace weft::cli {
namespace {

namespace fs = std::filesystem;
using api::Code;
using api::Json;
using api::Node;

constexpr std::string_view kConfigMapName = "weft-images";
constexpr std::string_view kSystemNamespace = "weft-system";

// Walks one weft.yaml and collects what it says and what is wrong with it.
class SettingsReader {
 public:
  SettingsReader(const api::YamlFile& file, fs::path folder) : file_(file), folder_(std::move(folder)) {}

  MeshSettings read() {
    settings_.findings = file_.findings;
    for (const auto& document : file_.documents) read_document(document);
    return std::move(settings_);
  }

 private:
  void read_document(const Node& document) {
    if (!document.is_map())
      return complain(Code::wrong_type, document, "weft.yaml must be a map of images:, mesh:, hosts: and caFile:");
    for (const auto& entry : document.entries) {
      if (entry.key == "images") {
        read_images(entry.value);
      } else if (entry.key == "mesh") {
        read_mesh(entry.value);
      } else if (entry.key == "hosts") {
        read_hosts(entry.value);
      } else if (entry.key == "caFile") {
        read_roots(entry.value);
      } else {
        unknown_key(entry, {"images", "mesh", "hosts", "caFile"});
      }
    }
  }

  void read_mesh(const Node& mesh) {
    settings_.mesh = api::to_json(mesh);
    const auto checked = api::istio::check_mesh_config(mesh, file_.source.get());
    settings_.findings.insert(settings_.findings.end(), checked.findings.begin(), checked.findings.end());
  }

  void read_hosts(const Node& hosts) {
    if (!hosts.is_map()) return complain(Code::wrong_type, hosts, "hosts: must be a map from names to addresses");
    for (const auto& entry : hosts.entries) {
      if (entry.value.kind != Node::Kind::string || !is_address(entry.value.text)) {
        complain(Code::bad_value, entry.value, "a host's address is ADDRESS or ADDRESS:PORT", "127.0.0.1:8443");
      } else {
        settings_.outside.addresses[to_lower(entry.key)] = entry.value.text;
      }
    }
  }

  static bool is_address(std::string_view text) {
    return net::IpAddress::parse(text) || (!text.starts_with("unix:") && net::Address::parse(text));
  }

  void read_roots(const Node& file) {
    if (file.kind != Node::Kind::string) return complain(Code::wrong_type, file, "caFile must be a string");
    std::ifstream stream(folder_ / file.text);
    settings_.outside.roots.assign(std::istreambuf_iterator<char>(stream), {});
    if (!settings_.outside.roots.contains("-----BEGIN CERTIFICATE-----"))
      complain(Code::unreadable, file, "there are no certificates in " + (folder_ / file.text).string());
  }

  void read_images(const Node& images) {
    if (!images.is_map()) {
      return complain(Code::wrong_type, images, "images: must be a map from image names to commands",
                      "images:\n    nodejs-api:v1: node server.js");
    }
    for (const auto& entry : images.entries) {
      image_ = {.command = {}, .working_folder = folder_.string(), .variables = {}};
      read_image(entry);
      settings_.images[entry.key] = std::move(image_);
    }
  }

  void read_image(const api::MapEntry& entry) {
    const Node& image = entry.value;
    if (image.kind == Node::Kind::string || image.is_list()) return read_command(image);
    if (!image.is_map()) {
      return complain(Code::wrong_type, image, "an image is a command line, or a map with command, workingDir and env");
    }
    for (const auto& part : image.entries) {
      if (part.key == "command") {
        read_command(part.value);
      } else if (part.key == "workingDir") {
        read_working_folder(part.value);
      } else if (part.key == "env") {
        read_variables(part.value);
      } else {
        unknown_key(part, {"command", "workingDir", "env"});
      }
    }
    if (!image.find("command")) {
      complain_at(Code::required, entry.key_at, entry.key_width, "image \"" + entry.key + "\" has no command");
    }
  }

  void read_command(const Node& command) {
    if (command.is_list()) {
      for (const auto& word : command.items) {
        if (!word.is_scalar()) return complain(Code::wrong_type, word, "a word of a command must be a string");
        image_.command.push_back(word.text);
      }
      if (command.items.empty()) complain(Code::bad_value, command, "the command is empty");
      return;
    }
    if (command.kind != Node::Kind::string) {
      return complain(Code::wrong_type, command, "a command is a line or a list of strings");
    }
    auto words = split_shell_words(command.text);
    if (!words) return complain(Code::bad_value, command, words.error().detail);
    image_.command = *std::move(words);
  }

  void read_working_folder(const Node& folder) {
    if (folder.kind != Node::Kind::string) return complain(Code::wrong_type, folder, "workingDir must be a string");
    image_.working_folder = (folder_ / folder.text).lexically_normal().string();
  }

  void read_variables(const Node& variables) {
    if (!variables.is_map()) return complain(Code::wrong_type, variables, "env must be a map from names to values");
    for (const auto& entry : variables.entries) {
      if (!entry.value.is_scalar()) {
        complain(Code::wrong_type, entry.value, "a variable's value must be a string");
      } else {
        image_.variables[entry.key] = entry.value.text;
      }
    }
  }

  void unknown_key(const api::MapEntry& entry, std::vector<std::string_view> known) {
    complain_at(Code::unknown_field, entry.key_at, entry.key_width, "weft.yaml has no key \"" + entry.key + "\" here",
                did_you_mean(entry.key, std::move(known)));
  }

  void complain(Code code, const Node& node, std::string message, std::string hint = {}) {
    complain_at(code, node.at, node.width, std::move(message), std::move(hint));
  }

  void complain_at(Code code, api::Position at, uint32_t width, std::string message, std::string hint = {}) {
    api::Finding finding;
    finding.code = code;
    finding.line = at.line;
    finding.column = at.column;
    finding.width = std::max<uint32_t>(width, 1);
    finding.message = std::move(message);
    finding.hint = std::move(hint);
    if (file_.source) {
      finding.file = file_.source->name();
      finding.source_line = file_.source->line(at.line);
    }
    settings_.findings.push_back(std::move(finding));
  }

  const api::YamlFile& file_;
  fs::path folder_;
  ImageCommand image_;
  MeshSettings settings_;
};

}  // namespace

Result<std::pair<std::string, ImageCommand>> parse_image_flag(std::string_view text, const fs::path& working_folder) {
  const size_t equals = text.find('=');
  if (equals == 0 || equals == std::string_view::npos) {
    return fail(Reason::invalid, "--image is NAME=COMMAND, as in 'nodejs-api:v1=node server.js'");
  }
  const std::string name(text.substr(0, equals));
  auto words = split_shell_words(text.substr(equals + 1));
  if (!words) return fail(std::move(words).error().during("--image " + name));
  return std::pair(name, ImageCommand{*std::move(words), working_folder.string(), {}});
}

MeshSettings read_settings(const api::YamlFile& file, const fs::path& folder) {
  return SettingsReader(file, folder).read();
}

Json image_config_map(const ImageMap& images, const Json& current) {
  Json data = current.is_object() ? current.value("data", Json::object()) : Json::object();
  for (const auto& [name, image] : images) {
    const Json entry = {
        {"image", name}, {"command", image.command}, {"workingDir", image.working_folder}, {"env", image.variables}};
    data[model::image_key(name)] = entry.dump();
  }
  return {{"apiVersion", "v1"},
          {"kind", "ConfigMap"},
          {"metadata", {{"name", kConfigMapName}, {"namespace", kSystemNamespace}}},
          {"data", std::move(data)}};
}

std::vector<std::string> image_names(const Json& config_map) {
  std::vector<std::string> names;
  if (!config_map.is_object() || !config_map.contains("data")) return names;
  for (const auto& [key, text] : config_map["data"].items()) {
    const auto entry = text.is_string() ? Json::parse(text.get<std::string>(), nullptr, false) : Json();
    if (entry.is_object()) names.push_back(entry.value("image", key));
  }
  return names;
}

}  // namespace weft::cli
