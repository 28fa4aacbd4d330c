// Translation of whole meshes: testdata/NAME.in.yaml holds a client (first document) and objects, NAME.out.yaml what
// the client gets, as Envoy would print it. UPDATE_GOLDEN=1 rewrites the outputs; the diff is reviewed.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <envoy/config/cluster/v3/cluster.pb.h>
#include <envoy/config/endpoint/v3/endpoint.pb.h>
#include <envoy/config/listener/v3/listener.pb.h>
#include <envoy/config/route/v3/route.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>
#include <istio/networking/nds/v1/nds.pb.h>

#include "api/kinds.h"
#include "api/tree.h"
#include "control/mesh/mesh_builder.h"
#include "control/translate/gateway.h"
#include "control/translate/inbound.h"
#include "control/translate/name_table.h"
#include "control/translate/outbound_clusters.h"
#include "control/translate/outbound_listeners.h"
#include "control/translate/outbound_routes.h"
#include "control/translate/passthrough_clusters.h"
#include "control/translate/socket_listeners.h"
#include "control/translate/visibility.h"

namespace weft::control::translate {
namespace {

using api::Json;

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

// What one client gets, as JSON.
class Translation {
 public:
  Translation(const mesh::MeshView& view, Client client)
      : view_(view), client_(std::move(client)), scope_(scope_of(client_, view)) {}

  Json run() {
    add<envoy::config::cluster::v3::Cluster>("clusters", passthrough_clusters());
    view_.services().each([&](const mesh::ServicePtr& service) {
      if (auto visible = visible_service(view_, scope_, service->host)) add_service(visible);
    });
    if (client_.kind == ClientKind::sidecar) {
      add_shared();
      add_inbound();
    }
    if (client_.kind == ClientKind::router) add_gateway();
    for (const auto& expose : client_.exposed) {
      add<envoy::config::listener::v3::Listener>("listeners", {exposed_listener(view_, scope_, expose)});
      add<envoy::config::route::v3::RouteConfiguration>("routes", {exposed_routes(view_, scope_, expose)});
    }
    return std::move(out_);
  }

 private:
  template <class Message>
  void add(const char* section, const Resources& resources) {
    google::protobuf::util::JsonPrintOptions options;
    options.preserve_proto_field_names = true;
    for (const auto& resource : resources) {
      Message message;
      ASSERT_TRUE(message.ParseFromString(resource.bytes));
      std::string json;
      ASSERT_TRUE(google::protobuf::util::MessageToJsonString(message, &json, options).ok());
      out_[section].push_back(Json::parse(json));
    }
  }

  void add_service(const mesh::ServicePtr& visible) {
    const auto& service = *visible;
    visible_.push_back(visible);
    add<envoy::config::cluster::v3::Cluster>("clusters", outbound_clusters(view_, scope_, service.host));
    add<envoy::config::endpoint::v3::ClusterLoadAssignment>("endpoints",
                                                            outbound_endpoints(view_, scope_, service.host));
    if (client_.kind == ClientKind::router) return;
    add<envoy::config::listener::v3::Listener>("listeners", service_listeners(view_, scope_, service));
    for (const auto& port : service.ports) {
      if (shares_port(view_, scope_, service, port)) services_by_port_[port.number].push_back(visible);
      if (port.protocol != mesh::Protocol::sniffed) continue;
      add<envoy::config::route::v3::RouteConfiguration>("routes",
                                                        {sniffed_routes(view_, scope_, service, port.number)});
    }
  }

  void add_shared() {
    add<envoy::config::listener::v3::Listener>("listeners", {capture_listener(view_, scope_)});
    for (const auto& [port, services] : services_by_port_) {
      add<envoy::config::listener::v3::Listener>("listeners", {*port_listener(view_, scope_, port, services)});
      add<envoy::config::route::v3::RouteConfiguration>("routes", {port_routes(view_, scope_, port, services)});
    }
    add<envoy::config::listener::v3::Listener>("listeners", socket_listeners(view_, scope_, visible_));
    add<envoy::config::route::v3::RouteConfiguration>("routes", socket_routes(view_, scope_, visible_));
    add<istio::networking::nds::v1::NameTable>("names", {name_table(view_, scope_)});
  }

  void add_inbound() {
    auto ports = inbound_ports(view_, client_);
    add<envoy::config::listener::v3::Listener>("listeners", {inbound_listener(view_, client_, ports)});
    add<envoy::config::listener::v3::Listener>("listeners", bound_inbound_listeners(view_, client_, ports));
    add<envoy::config::cluster::v3::Cluster>("clusters", inbound_clusters(view_, client_, ports));
  }

  void add_gateway() {
    auto gateway = gateway_of(view_, client_);
    add<envoy::config::cluster::v3::Cluster>("clusters", gateway_clusters(view_, scope_, gateway));
    add<envoy::config::listener::v3::Listener>("listeners", gateway_listeners(view_, client_, scope_, gateway));
    add<envoy::config::route::v3::RouteConfiguration>("routes", gateway_routes(view_, scope_, gateway));
  }

  const mesh::MeshView& view_;
  Client client_;
  Scope scope_;
  std::vector<mesh::ServicePtr> visible_;
  std::map<uint32_t, std::vector<mesh::ServicePtr>> services_by_port_;
  Json out_ = Json::object();
};

mesh::ObjectChange change_of(const Json& object) {
  const auto* kind = api::find_kind(object["apiVersion"].get<std::string>(), object["kind"].get<std::string>());
  EXPECT_NE(kind, nullptr) << object.dump();
  mesh::ObjectChange change;
  change.type = std::string(kind->group).append("/").append(kind->plural);
  change.name = object["metadata"]["name"];
  change.space = object["metadata"].value("namespace", "default");
  change.json = object.dump();
  return change;
}

// Only some sections, where a test is about them: `show: [routes]` in the client's document.
Json shown(Json out, const Json& client) {
  if (!client.contains("show")) return out;
  Json chosen = Json::object();
  for (const auto& section : client["show"]) chosen[section.get<std::string>()] = out[section.get<std::string>()];
  return chosen;
}

// Only the resources whose names hold one of the texts: `about: [nodejs-api]`.
Json narrowed(Json out, const Json& client) {
  if (!client.contains("about")) return out;
  for (auto& [section, resources] : out.items()) {
    Json kept = Json::array();
    for (auto& resource : resources) {
      // The name table has none: it is about everything.
      auto name = resource.value("name", resource.value("cluster_name", client["about"][0].get<std::string>()));
      for (const auto& text : client["about"]) {
        if (name.find(text.get<std::string>()) == std::string::npos) continue;
        kept.push_back(resource);
        break;
      }
    }
    resources = kept;
  }
  return out;
}

std::string translate_file(const std::filesystem::path& path) {
  auto file = api::parse_yaml(read_file(path), path.filename());
  const auto is_wrong = [](const api::Finding& finding) { return finding.severity != api::Severity::info; };
  EXPECT_TRUE(std::ranges::none_of(file.findings, is_wrong)) << api::render(file.findings);
  std::vector<mesh::ObjectChange> changes;
  for (size_t i = 1; i < file.documents.size(); ++i) changes.push_back(change_of(api::to_json(file.documents[i])));
  mesh::MeshBuilder builder;
  builder.apply(changes);
  auto asked = api::to_json(file.documents.at(0));
  auto client = read_client(asked["node"].get<std::string>(), asked.value("metadata", Json::object()).dump());
  EXPECT_TRUE(client) << client.error().detail;
  return api::print_yaml(narrowed(shown(Translation(*builder.view(), *client).run(), asked), asked));
}

class Golden : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(Golden, IsWhatTheClientGets) {
  auto expected_path = GetParam();
  expected_path.replace_extension().replace_extension(".out.yaml");
  auto out = translate_file(GetParam());
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::ofstream(expected_path) << out;
    return;
  }
  EXPECT_EQ(out, read_file(expected_path)) << "UPDATE_GOLDEN=1 rewrites " << expected_path;
}

std::vector<std::filesystem::path> inputs() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(WEFT_SOURCE_DIR "/src/control/translate/testdata")) {
    if (entry.path().string().ends_with(".in.yaml")) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::string test_name(const testing::TestParamInfo<std::filesystem::path>& info) {
  auto name = info.param.filename().string();
  name.resize(name.find('.'));
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Files, Golden, testing::ValuesIn(inputs()), test_name);

}  // namespace
}  // namespace weft::control::translate
