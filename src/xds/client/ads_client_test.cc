// AdsClient against a real gRPC server (libgrpc++) on a Unix socket: the wire, not only our idea of it.
#include "xds/client/ads_client.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>

#include <envoy/service/discovery/v3/ads.grpc.pb.h>
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "runtime/gate.h"
#include "xds/wire/type_urls.h"

namespace weft::xds {
namespace {

using envoy::service::discovery::v3::AggregatedDiscoveryService;
using envoy::service::discovery::v3::DeltaDiscoveryRequest;
using envoy::service::discovery::v3::DeltaDiscoveryResponse;
using testing::ElementsAre;
using testing::HasSubstr;

// Answers each subscription with one response and then each line of the script; remembers what it was asked. Its
// methods run on gRPC's threads.
class AdsServer final : public AggregatedDiscoveryService::Service {
 public:
  using Stream = ::grpc::ServerReaderWriter<DeltaDiscoveryResponse, DeltaDiscoveryRequest>;

  ::grpc::Status DeltaAggregatedResources(::grpc::ServerContext* context, Stream* stream) override {
    {
      const std::lock_guard lock(mutex_);
      const auto& metadata = context->client_metadata();
      const auto token = metadata.find("authorization");
      tokens_.emplace_back(token == metadata.end() ? "" : std::string(token->second.data(), token->second.size()));
    }
    DeltaDiscoveryRequest request;
    while (stream->Read(&request)) {
      note(request);
      if (!request.response_nonce().empty()) {
        if (!ends_after_answer_) continue;
        return ::grpc::Status(::grpc::StatusCode::UNAVAILABLE, "leaving");
      }
      const auto response = responses_.find(request.type_url());
      if (response != responses_.end()) stream->Write(response->second);
    }
    return ::grpc::Status::OK;
  }

  void answer_with(const DeltaDiscoveryResponse& response) { responses_[response.type_url()] = response; }
  void end_after_answer() { ends_after_answer_ = true; }

  std::vector<DeltaDiscoveryRequest> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  std::vector<std::string> tokens() {
    const std::lock_guard lock(mutex_);
    return tokens_;
  }

 private:
  void note(const DeltaDiscoveryRequest& request) {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
  }

  std::mutex mutex_;
  std::map<std::string, DeltaDiscoveryResponse> responses_;
  std::vector<DeltaDiscoveryRequest> requests_;
  std::vector<std::string> tokens_;
  bool ends_after_answer_ = false;
};

// Takes everything but resources named "bad", and counts.
class Recorder final : public Subscriber {
 public:
  runtime::Task<std::vector<Rejection>> apply(const Update& update) override {
    std::vector<Rejection> rejections;
    for (const Resource& resource : update.changed) {
      names.emplace_back(resource.name);
      bytes += resource.bytes.size();
      if (resource.name == "bad") rejections.push_back({"bad", "it is bad"});
    }
    co_return rejections;
  }
  std::vector<std::string> names;
  size_t bytes = 0;
};

DeltaDiscoveryResponse response_of(std::string_view type_url, const std::vector<std::string>& names, size_t body = 10) {
  DeltaDiscoveryResponse response;
  response.set_type_url(std::string(type_url));
  response.set_nonce("n-" + names.front());
  for (const std::string& name : names) {
    auto* resource = response.add_resources();
    resource->set_name(name);
    resource->set_version("1");
    resource->mutable_resource()->set_type_url(std::string(type_url));
    resource->mutable_resource()->set_value(std::string(body, 'x'));
  }
  return response;
}

class AdsClientTest : public testing::Test {
 protected:
  AdsClientTest() : reactor_(clock_), gate_(reactor_), random_(1) {
    folder_ = std::filesystem::temp_directory_path() / ("weft-ads-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ / "token") << "first\n";
    node_.set_id("sidecar~10.0.0.1~web.shop~shop.svc.cluster.local");
  }
  ~AdsClientTest() override {
    if (client_) client_->stop();
    if (server_) server_->Shutdown(std::chrono::system_clock::now());
    reactor_.run_until_done(close_gate());
    std::filesystem::remove_all(folder_);
  }
  // Keeps the library up between tests: its own shutdown sometimes takes ten seconds after large messages.
  static void SetUpTestSuite() { grpc_init(); }
  runtime::Task<void> close_gate() { co_await gate_.close(); }

  void start_server() {
    ::grpc::ServerBuilder builder;
    builder.AddListeningPort("unix:" + socket(), ::grpc::InsecureServerCredentials());
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    ASSERT_TRUE(server_);
  }
  void start_client() {
    AdsClientOptions options{.server = net::Address::unix_path(socket()), .token_file = folder_ / "token"};
    client_ = std::make_unique<AdsClient>(reactor_, options, node_, recorder_, random_);
    spawn(gate_, client_->run());
  }
  std::string socket() const { return folder_ / "xds.sock"; }

  // Turns the reactor until the condition holds; at most ten seconds, which is a failure.
  template <class Condition>
  void until(Condition holds) {
    const Time give_up = clock_.now() + std::chrono::seconds(10);
    while (!holds() && clock_.now() < give_up) reactor_.turn(std::chrono::milliseconds(2));
    ASSERT_TRUE(holds());
  }

  const SystemClock clock_;
  runtime::Reactor reactor_;
  runtime::Gate gate_;
  Random random_;
  std::filesystem::path folder_;
  envoy::config::core::v3::Node node_;
  Recorder recorder_;
  AdsServer service_;
  std::unique_ptr<::grpc::Server> server_;
  std::unique_ptr<AdsClient> client_;
};

TEST_F(AdsClientTest, ReceivesAndAcknowledges) {
  service_.answer_with(response_of(kClusterType, {"a", "b"}));
  start_server();
  start_client();
  client_->subscribe_all(kClusterType);
  until([&] { return service_.requests().size() == 2; });
  EXPECT_THAT(recorder_.names, ElementsAre("a", "b"));
  EXPECT_EQ(service_.requests()[0].node().id(), node_.id());
  EXPECT_EQ(service_.requests()[1].response_nonce(), "n-a");
  EXPECT_THAT(service_.tokens(), ElementsAre("Bearer first"));
  EXPECT_TRUE(client_->status().is_connected);
  EXPECT_EQ(client_->status().types.at(0).resources, 2u);
}

TEST_F(AdsClientTest, RejectsAndSaysWhy) {
  service_.answer_with(response_of(kClusterType, {"good", "bad"}));
  start_server();
  start_client();
  client_->subscribe_all(kClusterType);
  until([&] { return service_.requests().size() == 2; });
  EXPECT_EQ(service_.requests()[1].error_detail().message(), "bad: it is bad");
  EXPECT_EQ(client_->status().types.at(0).updates_rejected, 1u);
}

TEST_F(AdsClientTest, TakesAStateOfManyMegabytes) {
  std::vector<std::string> names;
  for (int i = 0; i < 2000; ++i) names.push_back("cluster-" + std::to_string(i));
  service_.answer_with(response_of(kClusterType, names, 10'000));
  start_server();
  start_client();
  client_->subscribe_all(kClusterType);
  until([&] { return service_.requests().size() == 2; });
  EXPECT_EQ(recorder_.bytes, 20'000'000u);
}

TEST_F(AdsClientTest, FindsAServerThatStartsLater) {
  service_.answer_with(response_of(kClusterType, {"a"}));
  start_client();
  client_->subscribe_all(kClusterType);
  until([&] { return !client_->status().last_error.empty(); });
  EXPECT_THAT(client_->status().last_error, HasSubstr("connecting to"));
  start_server();
  until([&] { return client_->status().is_connected; });
  EXPECT_THAT(recorder_.names, ElementsAre("a"));
}

TEST_F(AdsClientTest, GoesOnFromWhatItHoldsWithTheRenewedToken) {
  service_.answer_with(response_of(kClusterType, {"a"}));
  service_.end_after_answer();
  start_server();
  start_client();
  client_->subscribe_all(kClusterType);
  until([&] { return recorder_.names.size() == 1; });
  std::ofstream(folder_ / "token") << "second\n";
  until([&] { return service_.requests().size() >= 3; });
  const auto requests = service_.requests();
  EXPECT_EQ(requests[2].node().id(), node_.id());
  EXPECT_EQ(requests[2].initial_resource_versions().at("a"), "1");
  EXPECT_EQ(service_.tokens()[1], "Bearer second");
  EXPECT_THAT(client_->status().last_error, HasSubstr("UNAVAILABLE: leaving"));
}

TEST_F(AdsClientTest, StopsWhileItWaits) {
  start_server();
  start_client();
  client_->subscribe_all(kClusterType);
  until([&] { return service_.requests().size() == 1; });
  client_->stop();
  reactor_.run_until_done(close_gate());
  EXPECT_EQ(gate_.inside(), 0u);
}

}  // namespace
}  // namespace weft::xds
