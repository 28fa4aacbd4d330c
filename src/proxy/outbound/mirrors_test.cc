// Copies of requests to a second cluster, through the whole path in memory and on a manual clock.
#include "proxy/outbound/proxied_for_test.h"

namespace weft::proxy {
namespace {

constexpr const char* kRead = "GET /a HTTP/1.1\r\nHost: h:80\r\n\r\n";
constexpr const char* kWrite = "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody";
constexpr const char* kFine = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine";
constexpr const char* kCopysAnswer = "HTTP/1.1 500 No\r\nContent-Length: 4\r\n\r\ncopy";

// The mirrored cluster is dialled first, since the copies start before the request is sent.
constexpr size_t kCopy = 0;
constexpr size_t kOriginal = 1;

class Mirrors : public ProxiedTest {
 protected:
  Mirrors() {
    second_.id = decide::ClusterId(1);
    second_.name = "mirror";
    forward().mirrors = {{.cluster = decide::ClusterId(1)}};
  }
  decide::Mirror& mirror() { return forward().mirrors[0]; }
  ClusterState& mirrored() { return shard_.clusters.at_id(decide::ClusterId(1)); }

  void start_both() {
    more_clusters_ = {std::make_shared<const decide::Cluster>(second_)};
    start();
    set_endpoints(decide::ClusterId(1), {{.address = {*decide::IpAddress::parse("10.0.0.2"), 80}}});
  }

  decide::Cluster second_;
};

TEST_F(Mirrors, get_the_same_request_and_their_answer_is_dropped) {
  start_both();
  send(kWrite);
  ASSERT_EQ(dialer_.dials, 2);
  const std::string copy = asked(kCopy);
  const std::string original = asked(kOriginal);
  EXPECT_TRUE(copy.starts_with("POST /a HTTP/1.1\r\nhost: h\r\n")) << copy;
  EXPECT_EQ(copy, original);
  answer(kCopysAnswer, kCopy);
  EXPECT_EQ(received(), "");
  EXPECT_EQ(mirrored().in_use.requests, 0);
  answer(kFine, kOriginal);
  EXPECT_TRUE(received().ends_with("fine"));
  EXPECT_EQ(sink_.exchanges, 1);
  EXPECT_EQ(sink_.status, 200);
}

TEST_F(Mirrors, that_never_answer_hold_up_nobody_and_are_given_up) {
  start_both();
  send(kRead);
  answer(kFine, kOriginal);
  EXPECT_TRUE(received().ends_with("fine"));
  EXPECT_EQ(mirrored().in_use.requests, 1);
  advance(std::chrono::seconds(15));
  EXPECT_EQ(mirrored().in_use.requests, 0);
  EXPECT_EQ(shard_.background.running(), 0);
}

TEST_F(Mirrors, reuse_their_connections) {
  start_both();
  for (int i = 0; i < 3; ++i) {
    send(kRead);
    answer(kCopysAnswer, kCopy);
    answer(kFine, kOriginal);
    EXPECT_TRUE(received().ends_with("fine"));
  }
  EXPECT_EQ(dialer_.dials, 2);
}

TEST_F(Mirrors, are_told_by_their_authority_where_that_is_wanted) {
  mirror().host = decide::MirroredHost::shadow;
  start_both();
  send(kRead);
  EXPECT_TRUE(asked(kCopy).starts_with("GET /a HTTP/1.1\r\nhost: h-shadow:80\r\n"));
  EXPECT_TRUE(asked(kOriginal).starts_with("GET /a HTTP/1.1\r\nhost: h:80\r\n"));
}

TEST_F(Mirrors, are_sent_by_http2_where_their_cluster_speaks_it) {
  second_.protocol = decide::EndpointProtocol::http2;
  start_both();
  for (int i = 0; i < 2; ++i) {
    send(kRead);
    EXPECT_EQ(asked(kCopy).starts_with("PRI * HTTP/2.0"), i == 0) << "they share a connection";
    EXPECT_EQ(mirrored().in_use.requests, static_cast<uint32_t>(i + 1));
    answer(kFine, kOriginal);
    EXPECT_TRUE(received().ends_with("fine"));
  }
  EXPECT_EQ(dialer_.dials, 2);
}

TEST_F(Mirrors, with_a_share_of_nothing_get_nothing) {
  mirror().share = {0, 100};
  start_both();
  send(kRead);
  EXPECT_EQ(dialer_.dials, 1);
}

TEST_F(Mirrors, get_no_request_whose_body_is_still_to_come) {
  start_both();
  send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbo");
  EXPECT_EQ(dialer_.dials, 1);
  send("dy");
  answer(kFine);
  EXPECT_TRUE(received().ends_with("fine"));
}

TEST_F(Mirrors, are_left_out_when_their_cluster_is_full) {
  second_.limits.requests_max = 1;
  start_both();
  send(kRead);
  answer(kFine, kOriginal);
  (void)received();
  (void)asked(kCopy);
  send(kRead);
  EXPECT_EQ(asked(kCopy), "");
  EXPECT_EQ(dialer_.dials, 2);
}

TEST_F(Mirrors, that_cannot_be_reached_fail_alone) {
  dialer_.refuses = true;
  start_both();
  send(kRead);
  EXPECT_TRUE(received().starts_with("HTTP/1.1 503 "));
  EXPECT_EQ(sink_.attempts, 1);
  EXPECT_EQ(shard_.background.running(), 0);
}

TEST_F(Mirrors, of_an_unknown_cluster_get_nothing) {
  mirror().cluster = decide::ClusterId(7);
  start_both();
  send(kRead);
  ASSERT_EQ(dialer_.dials, 1);
  answer(kFine);
  EXPECT_TRUE(received().ends_with("fine"));
}

TEST_F(Mirrors, end_when_the_shard_is_cut) {
  start_both();
  send(kRead);
  EXPECT_EQ(shard_.background.running(), 1);
  shard_.cut();
  EXPECT_EQ(shard_.background.running(), 0);
  EXPECT_EQ(mirrored().in_use.requests, 0);
}

TEST_F(Mirrors, end_while_they_are_still_being_connected) {
  dialer_.hangs = true;
  start_both();
  send(kRead);
  EXPECT_EQ(shard_.background.running(), 1);
  shard_.cut();
  EXPECT_EQ(mirrored().in_use.requests, 0);
  EXPECT_EQ(mirrored().in_use.connections, 0);
}

}  // namespace
}  // namespace weft::proxy
