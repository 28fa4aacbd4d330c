// ClientSession against a server that nobody here wrote: nghttpd of Debian's nghttp2-server, on loopback. Skipped where
// it is not installed.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "http/h2/client_session.h"
#include "net/listener.h"
#include "net/socket_stream.h"

namespace weft::http::h2 {
namespace {

using runtime::Task;

Task<void> run_session(ClientSession& session) {
  (void)co_await session.run();
}

Task<std::string> read_body(ClientStream& stream) {
  std::string body;
  std::vector<char> buffer(30'000);
  for (;;) {
    const auto size = co_await stream.read(buffer);
    if (!size || *size == 0) co_return body;
    body.append(buffer.data(), *size);
  }
}

Task<void> write_and_finish(ClientStream& stream, std::string_view bytes) {
  EXPECT_TRUE(co_await stream.write(bytes));
  stream.finish();
}

class NghttpdTest : public testing::Test {
 protected:
  NghttpdTest() : reactor_(clock_), gate_(reactor_) {}

  void SetUp() override {
    const char* program = nullptr;
    for (const char* path : {"/usr/sbin/nghttpd", "/usr/bin/nghttpd"})
      if (access(path, X_OK) == 0) program = path;
    if (program == nullptr) GTEST_SKIP() << "nghttpd (package nghttp2-server) is not installed";
    folder_ = std::filesystem::temp_directory_path() / ("weft-nghttpd-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ / "large") << std::string(3'000'000, 'x');
    start(program);
    connect();
  }
  void TearDown() override {
    if (session_) reactor_.run_until_done(session_->close());
    if (server_ > 0) {
      kill(server_, SIGTERM);
      waitpid(server_, nullptr, 0);
    }
    std::filesystem::remove_all(folder_);
  }

  // A port that was free a moment ago.
  net::Address free_address() {
    const auto any = net::Address::parse("127.0.0.1:0");
    return (*net::Listener::bind(reactor_, *any))->local_address();
  }
  void start(const char* program) {
    address_ = free_address();
    std::string port = std::to_string(address_.port());
    std::string docs = "--htdocs=" + folder_.string();
    std::string words[] = {program, "--no-tls", "--echo-upload", "--address=127.0.0.1", docs, port};
    char* arguments[7] = {};
    for (size_t i = 0; i < 6; ++i) arguments[i] = words[i].data();
    ASSERT_EQ(posix_spawn(&server_, program, nullptr, nullptr, arguments, environ), 0);
  }
  void connect() {
    const Time give_up = clock_.now() + std::chrono::seconds(10);
    auto stream = reactor_.run_until_done(net::dial(reactor_, address_, {}));
    while (!stream && clock_.now() < give_up) {
      reactor_.turn(std::chrono::milliseconds(5));
      stream = reactor_.run_until_done(net::dial(reactor_, address_, {}));
    }
    ASSERT_TRUE(stream);
    session_ = std::make_unique<ClientSession>(reactor_, *std::move(stream), ClientOptions{});
    spawn(gate_, run_session(*session_));
  }
  RequestHead head(std::string path) {
    RequestHead made;
    made.authority = address_.to_string();
    made.path = std::move(path);
    return made;
  }

  const SystemClock clock_;
  runtime::Reactor reactor_;
  runtime::Gate gate_;
  std::filesystem::path folder_;
  net::Address address_;
  pid_t server_ = 0;
  std::unique_ptr<ClientSession> session_;
};

TEST_F(NghttpdTest, ServesLargeBodiesOnManyStreams) {
  std::vector<std::unique_ptr<ClientStream>> streams;
  for (int i = 0; i < 20; ++i) streams.push_back(*session_->open(head("/large"), MessageBody::none));
  for (const auto& stream : streams) EXPECT_EQ(reactor_.run_until_done(read_body(*stream)).size(), 3'000'000u);
}

TEST_F(NghttpdTest, AnswersForWhatDoesNotExist) {
  const auto stream = *session_->open(head("/none"), MessageBody::none);
  ASSERT_TRUE(reactor_.run_until_done(stream->receive_head()));
  EXPECT_EQ(stream->head().status, 404);
}

TEST_F(NghttpdTest, EchoesAnUpload) {
  RequestHead upload = head("/");
  upload.method = "POST";
  const auto stream = *session_->open(upload, MessageBody::follows);
  const std::string sent(1'000'000, 'y');
  spawn(gate_, write_and_finish(*stream, sent));
  EXPECT_EQ(reactor_.run_until_done(read_body(*stream)), sent);
}

}  // namespace
}  // namespace weft::http::h2
