#include "grpc/bidi_stream.h"

#include <gtest/gtest.h>

#include "http/h2/peer_test.h"

namespace weft::grpc {
namespace {

using http::h2::Fields;
using http::h2::Peer;
using runtime::Task;

std::string framed(std::string_view message) {
  const auto prefix = message_prefix(message.size());
  return std::string(prefix.data(), prefix.size()).append(message);
}

Task<void> run_session(http::h2::ClientSession& session) {
  (void)co_await session.run();
}

const Fields kHead = {{":status", "200"}, {"content-type", "application/grpc"}};

// A call to a peer in memory.
class BidiStreamTest : public testing::Test {
 protected:
  BidiStreamTest() : reactor_(clock_), gate_(reactor_) {
    auto [ours, theirs] = net::MemoryStream::connected(reactor_);
    peer_ = std::make_unique<Peer>(std::move(theirs));
    session_ = std::make_unique<http::h2::ClientSession>(reactor_, std::move(ours), http::h2::ClientOptions{});
    spawn(gate_, peer_->run());
    spawn(gate_, run_session(*session_));
    call_ = *BidiStream::open(
        *session_,
        {.path = "/a.B/C", .authority = "x", .metadata = {{"authorization", "Bearer t"}}, .message_size_max = 1000});
    settle();
  }
  ~BidiStreamTest() override {
    reactor_.run_until_done(session_->close());
    peer_->close();
    settle();
  }
  void settle() {
    for (int i = 0; i < 100; ++i) reactor_.turn(Duration::zero());
  }
  void answer(const Fields& head, std::string body, Fields trailers) {
    peer_->respond(1, head, std::move(body), std::move(trailers));
    spawn(gate_, peer_->flush());
    settle();
  }
  auto receive() { return reactor_.run_until_done(call_->receive()); }

  const ManualClock clock_;
  runtime::Reactor reactor_;
  runtime::Gate gate_;
  std::unique_ptr<Peer> peer_;
  std::unique_ptr<http::h2::ClientSession> session_;
  std::optional<BidiStream> call_;
};

TEST_F(BidiStreamTest, CarriesMessagesAndMetadata) {
  ASSERT_TRUE(reactor_.run_until_done(call_->send("ping")));
  call_->finish();
  settle();
  EXPECT_EQ(peer_->requests[1].body, framed("ping"));
  EXPECT_TRUE(peer_->requests[1].ended);
  EXPECT_EQ(peer_->requests[1].fields[":path"], "/a.B/C");
  EXPECT_EQ(peer_->requests[1].fields["authorization"], "Bearer t");
  EXPECT_EQ(peer_->requests[1].fields["te"], "trailers");
  EXPECT_EQ(peer_->requests[1].fields["content-type"], "application/grpc");

  answer(kHead, framed("one") + framed("two"), {{"grpc-status", "0"}});
  EXPECT_EQ(receive().value(), "one");
  EXPECT_EQ(receive().value(), "two");
  EXPECT_EQ(receive().value(), std::nullopt);
  EXPECT_TRUE(call_->status()->is_ok());
}

TEST_F(BidiStreamTest, ReportsTheStatusOfTheTrailers) {
  answer(kHead, framed("one"), {{"grpc-status", "8"}, {"grpc-message", "too%20many"}});
  EXPECT_EQ(receive().value(), "one");
  EXPECT_EQ(receive().error().detail, "gRPC status RESOURCE_EXHAUSTED: too many");
  EXPECT_EQ(call_->status()->code, Code::resource_exhausted);
}

TEST_F(BidiStreamTest, ReportsTheStatusOfAResponseThatIsOnlyTrailers) {
  answer({{":status", "200"}, {"content-type", "application/grpc"}, {"grpc-status", "16"}, {"grpc-message", "no"}}, "",
         {});
  EXPECT_EQ(receive().error().reason, Reason::denied);
  EXPECT_EQ(call_->status()->message, "no");
}

TEST_F(BidiStreamTest, MakesAStatusOfAPlainHttpAnswer) {
  answer({{":status", "503"}}, "overloaded", {});
  EXPECT_EQ(receive().error().reason, Reason::unavailable);
}

TEST_F(BidiStreamTest, RefusesAnAnswerThatIsNotGrpc) {
  answer({{":status", "200"}, {"content-type", "text/html"}}, "<html>", {});
  EXPECT_EQ(call_->status(), std::nullopt);
  EXPECT_EQ(receive().error().detail, "gRPC status UNKNOWN: the response is not gRPC but \"text/html\"");
}

TEST_F(BidiStreamTest, CallsAnEndWithoutStatusAnInternalError) {
  answer(kHead, framed("one"), {});
  EXPECT_EQ(receive().value(), "one");
  EXPECT_EQ(receive().error().reason, Reason::internal);
}

TEST_F(BidiStreamTest, NoticesACallThatEndsWithinAMessage) {
  answer(kHead, framed("one").substr(0, 6), {{"grpc-status", "0"}});
  EXPECT_EQ(receive().error().reason, Reason::closed);
}

TEST_F(BidiStreamTest, RefusesAMessageOverTheLimit) {
  answer(kHead, framed(std::string(1001, 'x')), {{"grpc-status", "0"}});
  EXPECT_EQ(receive().error().reason, Reason::too_large);
}

TEST_F(BidiStreamTest, TellsTheServerOfACancelledCall) {
  call_->cancel();
  settle();
  EXPECT_EQ(peer_->requests[1].reset_code, NGHTTP2_CANCEL);
  EXPECT_EQ(receive().error().reason, Reason::cancelled);
}

}  // namespace
}  // namespace weft::grpc
