// AdsServer against a libgrpc++ client on a Unix socket: threads and the wire, not only our idea of them.
#include "xds/server/ads_server.h"

#include <filesystem>
#include <thread>

#include <envoy/service/discovery/v3/ads.grpc.pb.h>
#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "runtime/reactor.h"

namespace weft::xds {
namespace {

using envoy::service::discovery::v3::AggregatedDiscoveryService;
using envoy::service::discovery::v3::DeltaDiscoveryRequest;
using envoy::service::discovery::v3::DeltaDiscoveryResponse;
using envoy::service::discovery::v3::DiscoveryRequest;
using envoy::service::discovery::v3::DiscoveryResponse;

// Answers every request with one cluster "c" and a nonce that counts.
class Answering final : public AdsHandler {
 public:
  void on_open(Opening opening) override {
    log.push_back("open " + opening.authorization);
    if (opening.authorization == "wrong") opening.stream->end(StreamEnd::unauthenticated, "not you");
    stream = opening.stream;
  }
  void on_request(StreamId, Request request) override {
    log.push_back("request " + (request.node ? request.node->id : "") + " " + request.nonce);
    Response response{.type = ResourceType::cluster, .nonce = std::to_string(++responses), .version = "v"};
    response.resources.push_back(make_resource("c", "body"));
    stream->send(response);
  }
  void on_close(StreamId) override { log.push_back("close"); }

  std::vector<std::string> log;
  std::shared_ptr<AdsStream> stream;
  int responses = 0;
};

class Server : public testing::Test {
 protected:
  Server() {
    std::filesystem::create_directories(folder);
    auto listening = server.listen(folder + "/xds.sock", 0);
    EXPECT_TRUE(listening) << listening.error().detail;
    auto channel = ::grpc::CreateChannel("unix:" + folder + "/xds.sock", ::grpc::InsecureChannelCredentials());
    stub = AggregatedDiscoveryService::NewStub(channel);
  }
  ~Server() override {
    server.stop();
    std::filesystem::remove_all(folder);
  }

  // Plays the client on a thread of its own while this thread turns the reactor.
  void play(std::function<void()> client) {
    std::thread thread([this, client = std::move(client)] {
      client();
      reactor.stop();
    });
    reactor.run();
    thread.join();
  }
  // Until the handler has heard that the stream is over.
  void wait_for_close() {
    while (handler.log.empty() || handler.log.back() != "close") reactor.turn(std::chrono::seconds(5));
  }

  std::string folder = testing::TempDir() + "/ads-server-test-" + std::to_string(getpid());
  SystemClock clock;
  runtime::Reactor reactor{clock};
  Answering handler;
  AdsServer server{reactor.mailbox(), handler};
  std::unique_ptr<AggregatedDiscoveryService::Stub> stub;
};

TEST_F(Server, SpeaksDelta) {
  DeltaDiscoveryResponse response;
  play([&] {
    ::grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer t");
    auto stream = stub->DeltaAggregatedResources(&context);
    DeltaDiscoveryRequest request;
    request.mutable_node()->set_id("me");
    stream->Write(request);
    stream->Read(&response);
    request.Clear();
    request.set_response_nonce(response.nonce());
    stream->Write(request);
    stream->Read(&response);
    stream->WritesDone();
    EXPECT_TRUE(stream->Finish().ok());
  });
  wait_for_close();
  EXPECT_EQ(response.nonce(), "2");
  ASSERT_EQ(response.resources_size(), 1);
  EXPECT_EQ(response.resources(0).name(), "c");
  EXPECT_EQ(response.resources(0).version(), content_hash("body"));
  EXPECT_EQ(response.resources(0).resource().value(), "body");
  EXPECT_EQ(response.resources(0).resource().type_url(), type_url(ResourceType::cluster));
  EXPECT_THAT(handler.log, testing::ElementsAre("open Bearer t", "request me ", "request  1", "close"));
}

TEST_F(Server, SpeaksStateOfTheWorld) {
  DiscoveryResponse response;
  play([&] {
    ::grpc::ClientContext context;
    auto stream = stub->StreamAggregatedResources(&context);
    stream->Write(DiscoveryRequest());
    stream->Read(&response);
    stream->WritesDone();
    EXPECT_TRUE(stream->Finish().ok());
  });
  EXPECT_EQ(response.version_info(), "v");
  ASSERT_EQ(response.resources_size(), 1);
  EXPECT_EQ(response.resources(0).value(), "body");
}

TEST_F(Server, EndsAStreamWithAStatusAndItsReason) {
  ::grpc::Status status;
  play([&] {
    ::grpc::ClientContext context;
    context.AddMetadata("authorization", "wrong");
    auto stream = stub->DeltaAggregatedResources(&context);
    DeltaDiscoveryResponse response;
    EXPECT_FALSE(stream->Read(&response));
    status = stream->Finish();
  });
  EXPECT_EQ(status.error_code(), ::grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(status.error_message(), "not you");
}

TEST_F(Server, AClientThatVanishesIsHeardOf) {
  play([&] {
    ::grpc::ClientContext context;
    auto stream = stub->DeltaAggregatedResources(&context);
    DeltaDiscoveryResponse response;
    stream->Write(DeltaDiscoveryRequest());
    stream->Read(&response);
    context.TryCancel();
  });
  wait_for_close();
}

TEST_F(Server, StoppingEndsStreamsAndTellsTheHandlerNothingMore) {
  ::grpc::ClientContext context;
  std::unique_ptr<::grpc::ClientReaderWriter<DeltaDiscoveryRequest, DeltaDiscoveryResponse>> stream;
  play([&] {
    stream = stub->DeltaAggregatedResources(&context);
    DeltaDiscoveryResponse response;
    stream->Write(DeltaDiscoveryRequest());
    stream->Read(&response);
  });
  auto heard = handler.log;
  server.stop();
  DeltaDiscoveryResponse response;
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(stream->Finish().error_code(), ::grpc::StatusCode::UNAVAILABLE);
  reactor.turn(Duration::zero());
  EXPECT_EQ(handler.log, heard);
}

TEST_F(Server, OtherMethodsAreNotImplemented) {
  ::grpc::Status status;
  ::grpc::ClientContext context;
  ::grpc::GenericStub generic(
      ::grpc::CreateChannel("unix:" + folder + "/xds.sock", ::grpc::InsecureChannelCredentials()));
  ::grpc::CompletionQueue queue;
  auto call = generic.PrepareUnaryCall(&context, "/other.Service/Method", ::grpc::ByteBuffer(), &queue);
  ::grpc::ByteBuffer response;
  call->StartCall();
  call->Finish(&response, &status, this);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  EXPECT_EQ(status.error_code(), ::grpc::StatusCode::UNIMPLEMENTED);
}

}  // namespace
}  // namespace weft::xds
