// An authorizer over gRPC for tests, with gRPC's own library: what it says of a request is the last word of its path; of
// a connection, whether the client is the service account api-client.
//
// `grpc_authorizer PORT` serves until it is ended.
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <envoy/service/auth/v3/external_auth.pb.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>

namespace {

using envoy::service::auth::v3::CheckRequest;
using envoy::service::auth::v3::CheckResponse;
using grpc::ByteBuffer;
using grpc::Status;

constexpr int kPermissionDenied = 7;

void add(const char* name, const std::string& value, auto& fields) {
  auto& header = *fields.Add()->mutable_header();
  header.set_key(name);
  header.set_value(value);
}

// x-seen tells the application what was shown here.
void allow(const CheckRequest& request, CheckResponse& response) {
  const auto& attributes = request.attributes();
  auto& ok = *response.mutable_ok_response();
  add("x-user", "ann", *ok.mutable_headers());
  add("x-seen", attributes.source().principal() + " " + attributes.request().http().method() + " " +
                    attributes.request().http().headers().at(":path") + " " + attributes.request().http().body(),
      *ok.mutable_headers());
  ok.add_headers_to_remove("x-secret");
  add("x-told", "t", *ok.mutable_response_headers_to_add());
}

void deny(CheckResponse& response) {
  response.mutable_status()->set_code(kPermissionDenied);
  auto& denied = *response.mutable_denied_response();
  denied.mutable_status()->set_code(envoy::type::v3::TooManyRequests);
  denied.set_body("come back later");
  add("retry-after", "7", *denied.mutable_headers());
}

CheckResponse answer(const CheckRequest& request) {
  CheckResponse response;
  const auto& attributes = request.attributes();
  if (!attributes.has_request()) {
    if (!attributes.source().principal().ends_with("/sa/api-client")) response.mutable_status()->set_code(kPermissionDenied);
    return response;
  }
  const std::string& path = attributes.request().http().path();
  if (path.ends_with("/slow")) std::this_thread::sleep_for(std::chrono::seconds(5));
  if (path.ends_with("/evil")) {
    allow(request, response);
    add("x-user", "ann\r\nx-admin: yes", *response.mutable_ok_response()->mutable_headers());
  } else if (path.ends_with("/allow")) {
    allow(request, response);
  } else {
    deny(response);
  }
  return response;
}

class Check final : public grpc::ServerGenericBidiReactor {
 public:
  Check() { StartRead(&in_); }

  void OnReadDone(bool ok) override {
    std::vector<grpc::Slice> slices;
    std::string text;
    if (ok && in_.Dump(&slices).ok()) {
      for (const auto& slice : slices) text.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    }
    CheckRequest request;
    if (!ok || !request.ParseFromString(text)) return Finish(Status(grpc::StatusCode::INVALID_ARGUMENT, "no CheckRequest"));
    const grpc::Slice slice(answer(request).SerializeAsString());
    out_ = ByteBuffer(&slice, 1);
    StartWriteAndFinish(&out_, {}, Status::OK);
  }
  void OnDone() override { delete this; }

 private:
  ByteBuffer in_;
  ByteBuffer out_;
};

class Service final : public grpc::CallbackGenericService {
  grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext*) override { return new Check(); }
};

}  // namespace

int main(int count, char** words) {
  if (count != 2) return std::fputs("usage: grpc_authorizer PORT\n", stderr), 2;
  Service service;
  grpc::ServerBuilder builder;
  builder.AddListeningPort(std::string("0.0.0.0:") + words[1], grpc::InsecureServerCredentials());
  builder.RegisterCallbackGenericService(&service);
  const auto server = builder.BuildAndStart();
  if (!server) return 1;
  server->Wait();
}
