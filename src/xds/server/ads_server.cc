#include "xds/server/ads_server.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>
#include <sys/stat.h>
#include <unistd.h>

#include "xds/server/grpc_certificate_call.h"
#include "xds/server/grpc_stream.h"

namespace weft::xds {
namespace {

constexpr std::string_view kCreateCertificate = "/istio.v1.auth.IstioCertificateService/CreateCertificate";

std::optional<Dialect> dialect_of(const std::string& method) {
  if (method == "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources")
    return Dialect::delta;
  if (method == "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources") {
    return Dialect::state_of_the_world;
  }
  return std::nullopt;
}

std::string authorization_of(const ::grpc::GenericCallbackServerContext& context) {
  const auto& metadata = context.client_metadata();
  const auto found = metadata.find("authorization");
  return found == metadata.end() ? std::string() : std::string(found->second.data(), found->second.size());
}

// Ends a call at once: unknown methods, and calls that come while the server stops. Deletes itself.
class Refusal final : public ::grpc::ServerGenericBidiReactor {
 public:
  explicit Refusal(const ::grpc::Status& status) { Finish(status); }
  void OnDone() override { delete this; }
};

}  // namespace

// CreateReactor() and the streams' ends come on gRPC's threads: the registry is what the mutex guards.
class AdsServer::Service final : public ::grpc::CallbackGenericService {
 public:
  Service(runtime::Mailbox& mailbox, AdsHandler& handler)
      : mailbox_(&mailbox), handler_(std::make_shared<AdsHandler*>(&handler)) {}
  ~Service() override { stop(); }

  void serve_certificates(CertificateHandler& handler) {
    *certificate_handler_ = &handler;
    serves_certificates_ = true;
  }
  Result<> listen(const std::string& socket_path, uint16_t tcp_port);
  void stop();

 private:
  ::grpc::ServerGenericBidiReactor* CreateReactor(::grpc::GenericCallbackServerContext* context) override;
  ::grpc::ServerGenericBidiReactor* open_stream(Dialect dialect, std::string authorization);
  ::grpc::ServerGenericBidiReactor* open_certificate_call(std::string authorization);
  void forget(StreamId id);
  void forget_certificate_call();
  bool is_empty() const { return streams_.empty() && certificate_calls_ == 0; }

  runtime::Mailbox* mailbox_;
  GrpcStream::HandlerSlot handler_;
  GrpcCertificateCall::HandlerSlot certificate_handler_ = std::make_shared<CertificateHandler*>(nullptr);
  bool serves_certificates_ = false;  // read on gRPC's threads, set before they start
  int directory_fd_ = -1;
  std::unique_ptr<::grpc::Server> server_;
  std::mutex mutex_;
  std::condition_variable emptied_;
  std::map<StreamId, std::shared_ptr<GrpcStream>> streams_;
  size_t certificate_calls_ = 0;
  StreamId last_id_ = 0;
  bool stopping_ = false;
};

Result<> AdsServer::Service::listen(const std::string& socket_path, uint16_t tcp_port) {
  // A path longer than a socket address may be is reached through its open directory.
  auto slash = socket_path.rfind('/');
  auto directory = slash == std::string::npos ? std::string(".") : socket_path.substr(0, slash + 1);
  directory_fd_ = open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (directory_fd_ < 0) return fail(system_error("opening " + directory, errno));
  auto name = slash == std::string::npos ? socket_path : socket_path.substr(slash + 1);
  auto address = "unix:/proc/self/fd/" + std::to_string(directory_fd_) + "/" + name;

  ::grpc::ServerBuilder builder;
  builder.RegisterCallbackGenericService(this);
  builder.AddListeningPort(address, ::grpc::InsecureServerCredentials());
  int bound_port = 0;
  if (tcp_port != 0) {
    builder.AddListeningPort("127.0.0.1:" + std::to_string(tcp_port), ::grpc::InsecureServerCredentials(), &bound_port);
  }
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  // Finds clients that vanished without a word, and allows them to find us.
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 5'000);
  server_ = builder.BuildAndStart();
  if (!server_) return fail(Reason::unavailable, "the xDS server can't listen on " + socket_path);
  if (tcp_port != 0 && bound_port == 0) {
    return fail(Reason::already_exists, "the xDS server can't listen on 127.0.0.1:" + std::to_string(tcp_port));
  }
  if (fchmodat(directory_fd_, name.c_str(), S_IRUSR | S_IWUSR, 0) != 0) {
    return fail(system_error("restricting " + socket_path, errno));
  }
  return {};
}

::grpc::ServerGenericBidiReactor* AdsServer::Service::CreateReactor(::grpc::GenericCallbackServerContext* context) {
  auto authorization = authorization_of(*context);
  std::lock_guard lock(mutex_);
  if (stopping_) return new Refusal({::grpc::StatusCode::UNAVAILABLE, "weftd is stopping"});
  if (auto dialect = dialect_of(context->method())) return open_stream(*dialect, std::move(authorization));
  if (serves_certificates_ && context->method() == kCreateCertificate)
    return open_certificate_call(std::move(authorization));
  return new Refusal({::grpc::StatusCode::UNIMPLEMENTED, "only aggregated discovery and certificates are served"});
}

::grpc::ServerGenericBidiReactor* AdsServer::Service::open_stream(Dialect dialect, std::string authorization) {
  auto stream = std::make_shared<GrpcStream>(++last_id_, dialect, *mailbox_, handler_);
  streams_.emplace(last_id_, stream);
  stream->open(std::move(authorization), [this](StreamId id) { forget(id); });
  return stream.get();
}

::grpc::ServerGenericBidiReactor* AdsServer::Service::open_certificate_call(std::string authorization) {
  auto call = std::make_shared<GrpcCertificateCall>(*mailbox_, certificate_handler_);
  ++certificate_calls_;
  call->open(std::move(authorization), [this] { forget_certificate_call(); });
  return call.get();
}

void AdsServer::Service::forget(StreamId id) {
  std::lock_guard lock(mutex_);
  streams_.erase(id);
  if (is_empty()) emptied_.notify_all();
}

void AdsServer::Service::forget_certificate_call() {
  std::lock_guard lock(mutex_);
  --certificate_calls_;
  if (is_empty()) emptied_.notify_all();
}

void AdsServer::Service::stop() {
  if (!server_) return;
  *handler_ = nullptr;
  *certificate_handler_ = nullptr;
  std::map<StreamId, std::shared_ptr<GrpcStream>> streams;
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    streams = streams_;
  }
  for (auto& [id, stream] : streams) stream->end(StreamEnd::unavailable, "weftd is stopping");
  server_->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(1));
  std::unique_lock lock(mutex_);
  emptied_.wait(lock, [this] { return is_empty(); });
  lock.unlock();
  server_.reset();
  close(std::exchange(directory_fd_, -1));
}

AdsServer::AdsServer(runtime::Mailbox& mailbox, AdsHandler& handler)
    : service_(std::make_unique<Service>(mailbox, handler)) {}
AdsServer::~AdsServer() = default;

void AdsServer::serve_certificates(CertificateHandler& handler) {
  service_->serve_certificates(handler);
}

Result<> AdsServer::listen(const std::string& socket_path, uint16_t tcp_port) {
  return service_->listen(socket_path, tcp_port);
}

void AdsServer::stop() {
  service_->stop();
}

}  // namespace weft::xds
