#include "xds/client/ads_client.h"

#include <utility>

#include "base/log.h"
#include "grpc/bidi_stream.h"
#include "http/h2/client_session.h"
#include "net/socket_stream.h"
#include "runtime/gate.h"
#include "xds/client/bearer_token.h"
#include "xds/client/delta_state.h"

namespace weft::xds {

using runtime::Task;

namespace {

constexpr const char* kDeltaPath = "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources";

// Full states are large; they are read as fast as they come, so the windows only have to cover a round trip.
constexpr http::h2::Settings kSessionSettings{.stream_window = 4u << 20};

}  // namespace

// What belongs to one connection. Lives in the frame of serve_one_stream(), so its parts are coroutines of one reactor.
struct AdsClient::Stream {
  Stream(runtime::Reactor& reactor, std::unique_ptr<net::Stream> connection, Duration keepalive)
      : gate(reactor),
        session(reactor, std::move(connection), {.settings = kSessionSettings, .keepalive = keepalive}),
        something_to_send(reactor) {}

  runtime::Gate gate;
  http::h2::ClientSession session;
  std::optional<grpc::BidiStream> call;
  runtime::Waiter something_to_send;
  bool ended = false;
};

namespace {

Task<void> run_session(http::h2::ClientSession& session) {
  (void)co_await session.run();
}

}  // namespace

AdsClient::AdsClient(runtime::Reactor& reactor, AdsClientOptions options, const envoy::config::core::v3::Node& node,
                     Subscriber& subscriber, Random& random)
    : reactor_(&reactor),
      options_(std::move(options)),
      subscriber_(&subscriber),
      random_(&random),
      state_(std::make_unique<DeltaState>(node)),
      stopped_(reactor),
      backoff_(options_.pause_first, options_.pause_longest) {}

AdsClient::~AdsClient() = default;

void AdsClient::subscribe_all(std::string_view type_url) {
  state_->subscribe_all(type_url);
  wake_sender();
}

void AdsClient::subscribe(std::string_view type_url, std::set<std::string> names) {
  state_->subscribe(type_url, std::move(names));
  wake_sender();
}

Task<void> AdsClient::run() {
  while (!stopped_.is_set()) {
    note_end(co_await serve_one_stream());
    co_await stopped_.wait(reactor_->now() + backoff_.next(*random_));
  }
}

void AdsClient::stop() {
  stopped_.set();
  if (stream_ != nullptr) stream_->call->cancel();
}

AdsStatus AdsClient::status() const {
  return {.is_connected = is_connected_, .connects = connects_, .last_error = last_error_, .types = state_->status()};
}

// One connection from dialling to its end. Everything that was started for it has ended when this returns.
Task<Error> AdsClient::serve_one_stream() {
  auto connection =
      co_await net::dial(*reactor_, options_.server, {.deadline = reactor_->now() + options_.connect_timeout});
  if (!connection) co_return std::move(connection).error().during("connecting to " + options_.server.to_string());
  if (stopped_.is_set()) co_return Error{.reason = Reason::cancelled, .detail = "stopped"};

  Stream stream(*reactor_, *std::move(connection), options_.server.is_unix() ? Duration::zero() : options_.keepalive);
  runtime::spawn(stream.gate, run_session(stream.session));
  Error end = co_await exchange(stream);
  stream_ = nullptr;
  stream.ended = true;
  stream.something_to_send.wake(runtime::Wait::cancelled);
  co_await stream.session.close();
  co_await stream.gate.close();
  co_return end;
}

Task<Error> AdsClient::exchange(Stream& stream) {
  grpc::Call call{.path = kDeltaPath,
                  .authority = options_.server.is_unix() ? "localhost" : options_.server.to_string(),
                  .metadata = {},
                  .message_size_max = options_.message_size_max};
  if (!options_.token_file.empty()) {
    auto authorization = read_authorization(options_.token_file);
    if (!authorization) co_return std::move(authorization).error();
    call.metadata.emplace_back("authorization", *std::move(authorization));
  }
  auto opened = grpc::BidiStream::open(stream.session, call);
  if (!opened) co_return std::move(opened).error();
  stream.call = *std::move(opened);
  state_->begin_stream();
  ++connects_;
  stream_ = &stream;
  runtime::spawn(stream.gate, send_requests(stream));
  co_return co_await receive_responses(stream);
}

// Sending and receiving never wait for one another: a server that is busy sending may not read meanwhile.
Task<void> AdsClient::send_requests(Stream& stream) {
  while (!stream.ended) {
    const auto request = state_->next_request();
    if (!request) {
      co_await stream.something_to_send.wait();
      continue;
    }
    const std::string bytes = request->SerializeAsString();
    const auto sent = co_await stream.call->send(bytes);
    if (!sent) co_return;  // receiving hears of it, and why
  }
}

Task<Error> AdsClient::receive_responses(Stream& stream) {
  for (;;) {
    const auto message = co_await stream.call->receive();
    if (!message) co_return message.error();
    if (!*message)
      co_return Error{.reason = Reason::closed, .detail = "the control plane ended the stream", .side = Side::endpoint};
    const auto taken = co_await take(stream, **message);
    if (!taken) co_return taken.error();
  }
}

Task<Result<>> AdsClient::take(Stream& stream, std::string_view message) {
  DeltaState::Response response;
  if (!response.ParseFromArray(message.data(), static_cast<int>(message.size())))
    co_return fail(Reason::malformed, "a message that is not a DeltaDiscoveryResponse", Side::endpoint);
  if (!std::exchange(is_connected_, true))
    log::info("connected to the control plane at {}", options_.server.to_string());
  backoff_.reset();
  const auto received = state_->receive(response);
  const auto rejections = co_await subscriber_->apply(received.update);
  for (const Rejection& rejection : rejections)
    log::warn("rejected {} {}: {}", response.type_url(), rejection.resource, rejection.reason);
  state_->answer(response, received, rejections, reactor_->clock().wall_now());
  stream.something_to_send.wake(runtime::Wait::ready);
  co_return Result<>{};
}

void AdsClient::wake_sender() {
  if (stream_ != nullptr) stream_->something_to_send.wake(runtime::Wait::ready);
}

void AdsClient::note_end(const Error& error) {
  const bool is_news = is_connected_ || error.detail != last_error_;
  if (is_news && !stopped_.is_set()) log::warn("no stream to the control plane: {}", error.detail);
  is_connected_ = false;
  last_error_ = error.detail;
}

}  // namespace weft::xds
