#include "api/istio/mesh_config_text.h"

#include <utility>

#include "api/embedded_yaml.h"
#include "api/field_table.h"

namespace weft::api::istio {
namespace {

// Istio's spellings hold within the text, whatever holds around it.
class ProtobufSpelling {
 public:
  explicit ProtobufSpelling(Report& report) : report_(&report), before_(report.dialect) {
    report.dialect = Dialect::protobuf;
  }
  ProtobufSpelling(const ProtobufSpelling&) = delete;
  ProtobufSpelling& operator=(const ProtobufSpelling&) = delete;
  ~ProtobufSpelling() { report_->dialect = before_; }

 private:
  Report* report_;
  Dialect before_;
};

// A text that says nothing leaves everything as it is by default.
template <class T>
T read_node(const Place& place) {
  const ProtobufSpelling spelling(place.report());
  if (place.node().kind == Node::Kind::null) return {};
  return read_value<T>(place);
}

template <class T>
ReadText<T> read_text(const std::string& text) {
  Report report;
  report.strictness = Strictness::ignore;
  report.dialect = Dialect::protobuf;
  Node whole;
  whole.kind = Node::Kind::string;
  whole.text = text;
  const Place place(report, whole);
  const Node node = parse_embedded(place);
  ReadText<T> read;
  if (!has_errors(report.findings)) read.value = read_node<T>(Place(report, node));
  if (has_errors(report.findings)) read.value.reset();
  read.findings = std::move(report.findings);
  return read;
}

// The text under `key` of the map at `place`, as T.
template <class T>
void check_entry_text(const Place& map, std::string_view key) {
  if (!map.has(key)) return;
  for (const MapEntry& entry : map.node().entries) {
    if (entry.key != key || entry.value.kind != Node::Kind::string) continue;
    MapEntry parsed{.key = entry.key, .key_at = entry.key_at, .key_width = entry.key_width, .value = {}};
    // The text's own place is its value's, also where it has several lines.
    const Place text = map.entry(entry);
    parsed.value = parse_embedded(text);
    read_node<T>(map.entry(parsed));
  }
}

void check_annotations(const Place& object) {
  if (!object.has("metadata")) return;
  const Place metadata = object.at("metadata");
  if (metadata.has("annotations")) check_entry_text<ProxyConfig>(metadata.at("annotations"), kProxyConfigAnnotation);
}

}  // namespace

ReadText<MeshConfig> check_mesh_config(const Node& mesh, const SourceFile* source) {
  Report report;
  report.source = source;
  report.dialect = Dialect::protobuf;
  ReadText<MeshConfig> read{read_node<MeshConfig>(Place(report, mesh)), {}};
  if (has_errors(report.findings)) read.value.reset();
  read.findings = std::move(report.findings);
  return read;
}

ReadText<MeshConfig> read_mesh_config(const std::string& text) {
  return read_text<MeshConfig>(text);
}

ReadText<ProxyConfig> read_proxy_config(const std::string& text) {
  return read_text<ProxyConfig>(text);
}

void check_texts_within(const Place& object, std::string_view kind, std::string_view name_space,
                        std::string_view name) {
  if (kind == "ConfigMap" && name_space == kMeshConfigSpace && name == kMeshConfigMap && object.has("data")) {
    check_entry_text<MeshConfig>(object.at("data"), kMeshConfigKey);
  } else if (kind == "Pod") {
    check_annotations(object);
  } else if (kind == "Deployment" && object.has("spec")) {
    const Place spec = object.at("spec");
    if (spec.has("template")) check_annotations(spec.at("template"));
  }
}

}  // namespace weft::api::istio
