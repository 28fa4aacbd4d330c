// A gRPC client and server of the gRPC project's own C++ library, for the test of sidecars between them. Generic: its
// messages are plain bytes, so that no schema is needed.
//
// `grpc_peer server` prints the port it listens on. `grpc_peer client PORT` makes every kind of call through that port
// and prints what came of each, a line each.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

namespace {

using grpc::ByteBuffer;
using grpc::Status;
using grpc::StatusCode;

ByteBuffer bytes_of(const std::string& text) {
  const grpc::Slice slice(text);
  return {&slice, 1};
}
std::string text_of(const ByteBuffer& bytes) {
  std::vector<grpc::Slice> slices;
  (void)bytes.Dump(&slices);
  std::string text;
  for (const grpc::Slice& slice : slices) text.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return text;
}

// How many calls of Wait were cancelled, for the client to ask.
std::atomic<int> cancelled_calls = 0;

// One call at the server. What it answers depends on the method's name.
class Reaction final : public grpc::ServerGenericBidiReactor {
 public:
  explicit Reaction(grpc::GenericCallbackServerContext* context) : context_(context), method_(context->method()) {
    context_->AddTrailingMetadata("x-method", method_);
    if (method_ == "/t/Refuse")
      finish({StatusCode::FAILED_PRECONDITION, "not now: 100%"});
    else
      StartRead(&in_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return on_last();
    ++count_;
    size_ += in_.Length();
    if (method_ == "/t/Collect") return StartRead(&in_);
    if (method_ == "/t/Cancelled") in_ = bytes_of(std::to_string(cancelled_calls));
    left_ = method_ == "/t/Expand" ? std::stoi(text_of(in_)) : 1;
    out_ = in_;
    StartWrite(&out_);
  }
  void OnWriteDone(bool) override {
    if (--left_ > 0) return StartWrite(&out_);
    if (method_ == "/t/Wait") return;  // until it is cancelled or its deadline has passed
    if (method_ == "/t/Chat") return StartRead(&in_);
    finish(Status::OK);
  }
  void OnCancel() override {
    if (method_ != "/t/Wait") return;
    ++cancelled_calls;
    finish(Status::CANCELLED);
  }
  void OnDone() override { delete this; }

 private:
  // Once, whichever of the library's threads comes first: that a call is cancelled is told beside what else happens to
  // it.
  void finish(const Status& status) {
    if (!is_finished_.exchange(true)) Finish(status);
  }
  void on_last() {
    if (method_ != "/t/Collect") return finish(Status::OK);
    out_ = bytes_of(std::to_string(count_) + " of " + std::to_string(size_));
    if (!is_finished_.exchange(true)) StartWriteAndFinish(&out_, {}, Status::OK);
  }

  grpc::GenericCallbackServerContext* context_;
  std::string method_;
  ByteBuffer in_;
  ByteBuffer out_;
  int count_ = 0;
  size_t size_ = 0;
  int left_ = 0;
  std::atomic<bool> is_finished_ = false;
};

class Service final : public grpc::CallbackGenericService {
  grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext* context) override {
    return new Reaction(context);
  }
};

int serve() {
  Service service;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterCallbackGenericService(&service);
  const auto server = builder.BuildAndStart();
  std::cout << port << std::endl;
  std::getchar();  // until the test closes our input
  server->Shutdown(std::chrono::system_clock::now());
  return 0;
}

// One call at the client, each step waited for.
class Call {
 public:
  Call(grpc::GenericStub& stub, const std::string& method, std::chrono::milliseconds time = std::chrono::seconds(20)) {
    context_.set_deadline(std::chrono::system_clock::now() + time);
    stream_ = stub.PrepareCall(&context_, method, &queue_);
    stream_->StartCall(nullptr);
    next();
  }
  ~Call() {
    queue_.Shutdown();
    void* tag;
    bool ok;
    while (queue_.Next(&tag, &ok)) {
    }
  }
  Call& write(const std::string& text) {
    stream_->Write(bytes_of(text), nullptr);
    next();
    return *this;
  }
  Call& done() {
    stream_->WritesDone(nullptr);
    next();
    return *this;
  }
  // "" at the end.
  std::string read() {
    ByteBuffer bytes;
    stream_->Read(&bytes, nullptr);
    return next() ? text_of(bytes) : "";
  }
  void cancel() { context_.TryCancel(); }
  std::string finish() {
    Status status;
    stream_->Finish(&status, nullptr);
    next();
    std::string text = std::to_string(status.error_code()) + " '" + status.error_message() + "'";
    const auto& trailers = context_.GetServerTrailingMetadata();
    const auto method = trailers.find("x-method");
    if (method != trailers.end()) text += " trailer " + std::string(method->second.data(), method->second.size());
    return text;
  }

 private:
  bool next() {
    void* tag;
    bool ok = false;
    return queue_.Next(&tag, &ok) && ok;
  }

  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> stream_;
};

void say(const std::string& line) {
  std::cout << line << std::endl;
}

void ask(grpc::GenericStub& stub) {
  {
    Call call(stub, "/t/Echo");
    const std::string reply = call.write("hello").done().read();
    say("unary: " + reply + ", " + call.finish());
  }
  {
    Call call(stub, "/t/Echo");
    const std::string large(3'000'000, 'x');
    const bool is_same = call.write(large).done().read() == large;
    say(std::string("large: ") + (is_same ? "same" : "different") + ", " + call.finish());
  }
  {
    Call call(stub, "/t/Collect");
    for (int i = 0; i < 100; ++i) call.write(std::string(10'000, 'y'));
    const std::string reply = call.done().read();
    say("client streaming: " + reply + ", " + call.finish());
  }
  {
    Call call(stub, "/t/Expand");
    call.write("500").done();
    int count = 0;
    while (call.read() == "500") ++count;
    say("server streaming: " + std::to_string(count) + ", " + call.finish());
  }
  {
    Call call(stub, "/t/Chat");
    std::string heard;
    for (const char* word : {"one", "two", "three"}) heard += call.write(word).read() + " ";  // each before the next
    call.done();
    say("bidirectional: " + heard + call.finish());
  }
  {
    Call call(stub, "/t/Refuse");
    (void)call.write("x").done().read();
    say("trailers only: " + call.finish());
  }
  {
    Call call(stub, "/t/Wait", std::chrono::milliseconds(300));
    const std::string heard = call.write("x").done().read();
    say("deadline: " + heard + ", " + call.finish());
  }
  {
    Call call(stub, "/t/Wait");
    const std::string heard = call.write("x").read();
    call.cancel();
    say("cancelled: " + heard + ", " + call.finish());
  }
  for (int tries = 0; tries < 200; ++tries) {  // the server hears of both in its own time
    Call call(stub, "/t/Cancelled");
    const std::string reply = call.write("x").done().read();
    (void)call.finish();
    if (reply != "2" && tries < 199) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      continue;
    }
    say("the server saw cancelled: " + reply);
    break;
  }
}

// Many calls at once from several threads, on one channel.
void ask_many(grpc::GenericStub& stub) {
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 250; ++i) {
        const std::string text = std::to_string(thread * 1000 + i);
        Call call(stub, "/t/Echo");
        if (call.write(text).done().read() == text && call.finish().starts_with("0 ")) ++good;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  say("many: " + std::to_string(good));
}

}  // namespace

int main(int count, char** words) {
  const std::string role = count > 1 ? words[1] : "";
  if (role == "server") return serve();
  if (role != "client" || count != 3) return 2;
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(8 << 20);
  grpc::GenericStub stub(
      grpc::CreateCustomChannel(std::string("127.0.0.1:") + words[2], grpc::InsecureChannelCredentials(), arguments));
  ask(stub);
  ask_many(stub);
  return 0;
}
