// PodWorker: what runs in the pod: the plans of its containers and its sidecar.
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/image_key.h"
#include "node/names/pod_files.h"
#include "node/pods/identity.h"
#include "node/pods/pod_worker.h"
#include "node/pods/proxy_command.h"
#include "node/pods/proxy_epoch.h"

namespace weft::node {
namespace {

constexpr auto kReadyLimit = std::chrono::seconds(1);
constexpr char kImageMap[] = "/api/v1/namespaces/weft-system/configmaps/weft-images";

std::string read_whole_file(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

Result<> PodWorker::write_files() {
  std::error_code error;
  std::filesystem::create_directories(folder_.path, error);
  if (error) return fail(system_error("making " + folder_.path, error.value()));
  const auto hostname = pod_hostname(metadata().name, spec().hostname);
  WEFT_CHECK(write_file(folder_.resolv_conf(), resolv_conf(metadata().namespace_name)));
  WEFT_CHECK(write_file(folder_.hosts(), hosts_file(hostname, *address_)));
  WEFT_CHECK(write_file(folder_.name_switch(), name_switch(read_whole_file("/etc/nsswitch.conf"))));
  // Programs of any user in the pod read these.
  for (const auto& file : {folder_.resolv_conf(), folder_.hosts(), folder_.name_switch()}) chmod(file.c_str(), 0644);
  unlink(folder_.admin_socket().c_str());
  unlink(folder_.restart_door().c_str());
  return {};
}

// nullptr: the map has no such image. While weftd is away, what it last said still holds.
runtime::Task<Result<const ImageCommand*>> PodWorker::image_command(std::string image) {
  const auto map = co_await context_->control_plane->get(kImageMap);
  const auto known = images_.find(image);
  if (!map && is_away(map.error())) {
    if (known == images_.end()) co_return fail(map.error());
    co_return &known->second;
  }
  images_.erase(image);
  const api::Json::json_pointer place("/data/" + model::image_key(image));
  if (!map || !map->contains(place) || !(*map)[place].is_string()) co_return nullptr;
  WEFT_CO_TRY(auto parsed, parse_image_command((*map)[place].get<std::string>()));
  co_return &(images_[image] = std::move(parsed));
}

// While weftd is away, what it last said still holds.
runtime::Task<Result<>> PodWorker::learn_data_objects(std::vector<DataObject> objects) {
  for (const auto& object : objects) {
    const auto answer = co_await context_->control_plane->get(data_object_path(object, metadata().namespace_name));
    if (!answer && is_away(answer.error()) && data_objects_.contains(object)) continue;
    if (!answer && (is_away(answer.error()) || answer.error().reason != Reason::not_found))
      co_return fail(answer.error());
    data_objects_.erase(object);
    if (!answer) continue;
    WEFT_CO_TRY(data_objects_[object], read_data_object(object.kind, *answer));
  }
  co_return Result<>{};
}

runtime::Task<Result<ProcessPlan>> PodWorker::plan_of(const api::kubernetes::Container& container) {
  WEFT_CO_TRY(const auto* const image, co_await image_command(container.image));
  const auto hostname = pod_hostname(metadata().name, spec().hostname);
  Variables variables = base_environment(hostname);
  if (image != nullptr) {
    for (const auto& [name, value] : image->environment) variables[name] = value;
  }
  WEFT_CO_CHECK(co_await learn_data_objects(data_objects_of(container)));
  WEFT_CO_TRY(variables, container_environment(std::move(variables), container, facts(), data_objects_));
  ProcessPlan plan{.environment = to_texts(variables), .hidden_folder = context_->state.path};
  if (only_waits(metadata())) co_return plan;
  WEFT_CO_TRY(auto command, resolve_command(container, image));
  for (const auto& word : command.words) {
    WEFT_CO_TRY(auto expanded, expand_references(word, variables));
    plan.command.push_back(std::move(expanded));
  }
  plan.working_dir = std::move(command.working_dir);
  co_return plan;
}

Result<Child> PodWorker::launch(int output) {
  ProxyFacts proxy{.kind = kind_,
                   .pod = &metadata(),
                   .service_account = spec().service_account_name,
                   .address = *address_,
                   .mesh_ranges = {context_->subnet.range, context_->service_range},
                   .settings = proxy_settings_,
                   .log_level = context_->log_level};
  if (serves_host(metadata())) {
    proxy.exposures = context_->exposures;
    for (const auto& socket : context_->exposed_sockets) proxy.listeners.push_back(socket.get());
  }
  const ProcessPlan plan{
      .command = proxy_command(context_->programs.weft_proxy, context_->state, folder_, proxy),
      .environment = proxy_environment(proxy),
      .output = output,
      .inherited = proxy.listeners,
  };
  return sandbox_->start_sidecar(plan);
}

runtime::Task<bool> PodWorker::answers() {
  const auto reply = co_await http::fetch(*reactor_, net::Address::unix_path(folder_.admin_socket()),
                                          {.path = "/ready"}, {.deadline = reactor_->now() + kReadyLimit});
  co_return reply && reply->status == 200;
}

runtime::Task<std::optional<uint32_t>> PodWorker::epoch() {
  const auto reply = co_await http::fetch(*reactor_, net::Address::unix_path(folder_.admin_socket()),
                                          {.path = "/server_info"}, {.deadline = reactor_->now() + kReadyLimit});
  co_return reply && reply->status == 200 ? serving_epoch(reply->body) : std::nullopt;
}

}  // namespace weft::node
