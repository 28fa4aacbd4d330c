#include "proxy/connect/socket_file.h"

#include <filesystem>

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include "net/listener.h"

namespace weft::proxy {
namespace {

// A folder of the node's and an application's beside it, with a socket in each.
class DialSocketFile : public testing::Test {
 protected:
  DialSocketFile() {
    char made[] = "/tmp/weft-socket-file-XXXXXX";
    EXPECT_NE(mkdtemp(made), nullptr);
    folder_ = made;
    std::filesystem::create_directory(folder_ + "/private");
    own_ = listen(folder_ + "/private/own.sock");
    application_ = listen(folder_ + "/app.sock");
  }
  ~DialSocketFile() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<net::Listener> listen(const std::string& path) {
    auto listener = net::Listener::bind(reactor_, net::Address::unix_path(path));
    EXPECT_TRUE(listener);
    return listener ? *std::move(listener) : nullptr;
  }

  // "connected", or what went wrong, without the folder's name.
  std::string dial(const std::string& path) {
    const net::DialOptions options{.source = net::Address::parse("127.0.0.6:0").value()};
    auto stream = reactor_.run_until_done(dial_socket_file(reactor_, path, folder_ + "/private", options));
    if (stream) return "connected";
    EXPECT_EQ(stream.error().side, Side::endpoint);
    EXPECT_EQ(stream.error().retry, Retry::safe);
    auto text = std::string(to_string(stream.error().reason)) + ": " + stream.error().detail;
    if (const auto at = text.find(folder_); at != std::string::npos) text.erase(at, folder_.size());
    return text;
  }

  SystemClock clock_;
  runtime::Reactor reactor_{clock_};
  std::string folder_;
  std::unique_ptr<net::Listener> own_;
  std::unique_ptr<net::Listener> application_;
};

TEST_F(DialSocketFile, ConnectsToAnApplication) {
  EXPECT_EQ(dial(folder_ + "/app.sock"), "connected");
  const std::string name = "@weft-socket-file-test-" + std::to_string(getpid());
  const auto abstract = listen(name);
  EXPECT_EQ(dial(name), "connected");
}

TEST_F(DialSocketFile, KeepsOutOfThePrivateFolderByWhateverName) {
  std::filesystem::create_symlink(folder_ + "/private/own.sock", folder_ + "/link");
  std::filesystem::create_directory_symlink(folder_ + "/private", folder_ + "/folder");
  EXPECT_EQ(dial(folder_ + "/private/own.sock"), "denied: connecting to unix:///private/own.sock: Permission denied");
  for (const char* path : {"/link", "/folder/own.sock", "/private/../private/own.sock"}) {
    EXPECT_TRUE(dial(folder_ + path).starts_with("denied: ")) << path;
  }
}

TEST_F(DialSocketFile, NamesTheFileThatNobodyServes) {
  EXPECT_TRUE(dial(folder_ + "/none.sock").ends_with("connecting to unix:///none.sock: No such file or directory"));
  application_.reset();
  EXPECT_TRUE(dial(folder_ + "/app.sock").starts_with("refused: unix:///app.sock: "));
}

// A process's listening sockets.
class ListenAtSocketFile : public DialSocketFile {
 protected:
  Result<net::Fd> listen_at(const std::string& path, unsigned mode = 0) {
    return listen_at_socket_file(sockets_, path, mode, folder_ + "/private");
  }
  // What went wrong, without the folder's name.
  std::string problem_of(const std::string& path) {
    auto listening = listen_at(path);
    if (listening) return "none";
    auto text = std::string(to_string(listening.error().reason)) + ": " + listening.error().detail;
    if (const auto at = text.find(folder_); at != std::string::npos) text.erase(at, folder_.size());
    return text;
  }
  unsigned mode_of(const std::string& path) {
    return static_cast<unsigned>(std::filesystem::status(path).permissions());
  }

  net::ListeningSockets sockets_;
};

TEST_F(ListenAtSocketFile, TakesConnectionsThereWithThePermissionsAskedFor) {
  const auto usual = listen_at(folder_ + "/usual.sock");
  ASSERT_TRUE(usual);
  EXPECT_EQ(dial(folder_ + "/usual.sock"), "connected");
  EXPECT_EQ(mode_of(folder_ + "/usual.sock"), 0755u);
  const auto open = listen_at(folder_ + "/open.sock", 0666);
  EXPECT_EQ(mode_of(folder_ + "/open.sock"), 0666u);
  const std::string name = "@weft-listen-test-" + std::to_string(getpid());
  const auto abstract = listen_at(name);
  EXPECT_EQ(dial(name), "connected");
}

TEST_F(ListenAtSocketFile, ReplacesWhatAProcessLeftBehindAndNothingElse) {
  EXPECT_EQ(problem_of(folder_ + "/app.sock"), "already exists: somebody listens at /app.sock already");
  application_.reset();
  EXPECT_EQ(problem_of(folder_ + "/app.sock"), "none");
  std::filesystem::create_directory(folder_ + "/folder");
  EXPECT_EQ(problem_of(folder_ + "/folder"), "already exists: /folder is there already, and no socket");
  std::filesystem::create_symlink(folder_ + "/nowhere", folder_ + "/link");
  EXPECT_EQ(problem_of(folder_ + "/link"), "already exists: /link is there already, and no socket");
}

TEST_F(ListenAtSocketFile, KeepsOutOfThePrivateFolderByWhateverName) {
  std::filesystem::create_directory_symlink(folder_ + "/private", folder_ + "/folder");
  for (const char* path : {"/private/new.sock", "/folder/new.sock", "/private/../private/new.sock"}) {
    EXPECT_TRUE(problem_of(folder_ + path).starts_with("denied: ")) << path;
  }
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/private/new.sock"));
}

TEST_F(ListenAtSocketFile, ThePredecessorsSocketIsTakenOver) {
  auto theirs = listen_at(folder_ + "/door.sock");
  const auto at = net::Address::unix_path(folder_ + "/door.sock");
  sockets_.inherit({net::SocketKind::stream, at, *net::duplicate(theirs->get())});
  EXPECT_EQ(problem_of(folder_ + "/door.sock"), "none");
}

TEST_F(ListenAtSocketFile, OurOwnFileGoesWithTheListenerUnlessItIsAnothersByNow) {
  const std::string path = folder_ + "/door.sock";
  {
    const auto listening = listen_at(path);
    const OwnSocketFile file(path);
    EXPECT_TRUE(std::filesystem::exists(path));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
  {
    const auto listening = listen_at(path);
    OwnSocketFile file(path);
    file.leave();
  }
  EXPECT_TRUE(std::filesystem::exists(path)) << "a successor's";
  {
    const auto listening = listen_at(path);
    const OwnSocketFile file(path);
    std::filesystem::rename(path, folder_ + "/kept.sock");  // so that its inode is not given out again
    application_ = listen(path);
  }
  EXPECT_TRUE(std::filesystem::exists(path)) << "somebody else's";
}

}  // namespace
}  // namespace weft::proxy
