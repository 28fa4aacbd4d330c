// Calls for certificates against a libgrpc++ client on a Unix socket.
#include "xds/server/certificate_call.h"

#include <filesystem>
#include <thread>

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <istio/v1/auth/ca.grpc.pb.h>
#include <unistd.h>

#include "runtime/reactor.h"
#include "xds/server/ads_server.h"

namespace weft::xds {
namespace {

using istio::v1::auth::IstioCertificateRequest;
using istio::v1::auth::IstioCertificateResponse;
using istio::v1::auth::IstioCertificateService;

class NoStreams final : public AdsHandler {
  void on_open(Opening) override {}
  void on_request(StreamId, Request) override {}
  void on_close(StreamId) override {}
};

// Answers with what it was asked, refuses "bad", and keeps "late" to itself.
class Issuing final : public CertificateHandler {
 public:
  void on_certificate_question(CertificateQuestion question, std::shared_ptr<CertificateCall> call) override {
    if (question.csr == "bad") return call->refuse(StreamEnd::permission_denied, "not you");
    if (question.csr == "late") {
      kept = call;
      return;
    }
    call->answer({question.authorization, question.csr, std::to_string(question.validity_seconds)});
    call->answer({"twice"});  // has no effect
  }
  std::shared_ptr<CertificateCall> kept;
};

class CertificateCalls : public testing::Test {
 protected:
  CertificateCalls() {
    std::filesystem::create_directories(folder);
    server.serve_certificates(handler);
    EXPECT_TRUE(server.listen(folder + "/xds.sock", 0));
    stub = IstioCertificateService::NewStub(
        ::grpc::CreateChannel("unix:" + folder + "/xds.sock", ::grpc::InsecureChannelCredentials()));
  }
  ~CertificateCalls() override {
    server.stop();
    std::filesystem::remove_all(folder);
  }

  // What a call ends with, made on a thread of its own while this one turns the reactor.
  ::grpc::Status call(const std::string& csr, int64_t validity = 0, std::chrono::milliseconds patience = kPatience) {
    ::grpc::Status status;
    std::thread thread([&] {
      ::grpc::ClientContext context;
      context.set_deadline(std::chrono::system_clock::now() + patience);
      context.AddMetadata("authorization", "Bearer t");
      IstioCertificateRequest request;
      request.set_csr(csr);
      request.set_validity_duration(validity);
      (*request.mutable_metadata()->mutable_fields())["ImpersonatedIdentity"].set_string_value("somebody");
      status = stub->CreateCertificate(&context, request, &response);
      reactor.stop();
    });
    reactor.run();
    thread.join();
    return status;
  }

  static constexpr std::chrono::milliseconds kPatience{10'000};
  std::string folder = testing::TempDir() + "/certificate-call-test-" + std::to_string(getpid());
  SystemClock clock;
  runtime::Reactor reactor{clock};
  NoStreams streams;
  Issuing handler;
  AdsServer server{reactor.mailbox(), streams};
  std::unique_ptr<IstioCertificateService::Stub> stub;
  IstioCertificateResponse response;
};

TEST_F(CertificateCalls, BringWhatTheCallerSaysAndTakeBackTheChain) {
  EXPECT_TRUE(call("csr", 3600).ok());
  EXPECT_THAT(response.cert_chain(), testing::ElementsAre("Bearer t", "csr", "3600"));
}

TEST_F(CertificateCalls, AreRefusedWithAStatus) {
  const auto status = call("bad");
  EXPECT_EQ(status.error_code(), ::grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(status.error_message(), "not you");
}

TEST_F(CertificateCalls, OfMoreThan64KiBAreRefused) {
  EXPECT_EQ(call(std::string(70 << 10, 'a')).error_code(), ::grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(CertificateCalls, MayBeAnsweredWhenTheCallerIsGone) {
  EXPECT_EQ(call("late", 0, std::chrono::milliseconds(200)).error_code(), ::grpc::StatusCode::DEADLINE_EXCEEDED);
  ASSERT_TRUE(handler.kept);
  handler.kept->answer({"nobody reads it"});
}

TEST_F(CertificateCalls, DoNotHoldTheServerUpWhenItStops) {
  (void)call("late", 0, std::chrono::milliseconds(200));
  server.stop();
  handler.kept->refuse(StreamEnd::unavailable, "too late");
}

}  // namespace
}  // namespace weft::xds
