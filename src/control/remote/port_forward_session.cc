#include "control/remote/port_forward_session.h"

#include <array>

#include "base/strings.h"

namespace weft::control {
namespace {

constexpr auto kUnusedTimeout = std::chrono::hours(4);  // as Kubernetes'
// A browser opens a dozen; each is a process.
constexpr size_t kForwardsMax = 64;
constexpr auto kEndTimeout = std::chrono::seconds(5);  // of what was told to hang up
constexpr size_t kForwardPiece = 16 * 1024;

std::string header(const ClientEvent& event, std::string_view name) {
  const auto found = event.headers.find(name);
  return found == event.headers.end() ? "" : found->second;
}

}  // namespace

PortForwardSession::PortForwardSession(runtime::Reactor& reactor, http::RawConnection raw, Connect connect)
    : reactor_(&reactor), client_(reactor, raw), connect_(std::move(connect)), gate_(reactor) {}

runtime::Task<void> PortForwardSession::run() {
  for (;;) {
    const auto event = co_await client_.next(reactor_->now() + kUnusedTimeout);
    std::erase_if(forwards_, [](const auto& one) { return one.second.has_ended; });
    if (!event || !co_await take(*event)) break;
  }
  client_.cancel_on_hang_up(nullptr);
  client_.cancel();
  for (auto& [number, forward] : forwards_)
    if (forward.child) forward.child->hang_up();
  if (co_await gate_.close(reactor_->now() + kEndTimeout)) co_return;
  for (auto& [number, forward] : forwards_)
    if (forward.child) forward.child->kill();
  co_await gate_.close();
}

runtime::Task<Result<>> PortForwardSession::take(const ClientEvent& event) {
  if (event.what == ClientEvent::What::opened) return open(event);
  return pass_on(event);
}

// A connection begins with its second stream.
runtime::Task<Result<>> PortForwardSession::open(const ClientEvent& event) {
  const std::string number = header(event, "requestid");
  const std::string type = header(event, "streamtype");
  const auto port = parse_unsigned(header(event, "port"));
  const bool is_known = forwards_.contains(number);
  const bool is_good = port && *port > 0 && *port <= 65535 && (type == "data" || type == "error") &&
                       (is_known || forwards_.size() < kForwardsMax);
  if (!is_good) co_return co_await client_.refuse(event.stream);
  Forward& forward = forwards_[number];
  uint32_t& stream = type == "data" ? forward.data : forward.error;
  if (stream != 0) co_return co_await client_.refuse(event.stream);
  stream = event.stream;
  forward.port = static_cast<uint16_t>(*port);
  WEFT_CO_CHECK(co_await client_.accept(event.stream));
  if (forward.data == 0 || forward.error == 0) co_return Result<>();
  WEFT_CO_TRY(forward.child, ChildProcess::start(*reactor_, connect_(forward.port), Stdio::pipes));
  runtime::spawn(gate_, serve(forward));
  co_return Result<>();
}

PortForwardSession::Forward* PortForwardSession::find(uint32_t data_stream) {
  for (auto& [number, forward] : forwards_)
    if (forward.data == data_stream && forward.child) return &forward;
  return nullptr;
}

// What a connection that has ended is sent is lost.
runtime::Task<Result<>> PortForwardSession::pass_on(const ClientEvent& event) {
  Forward* const forward = find(event.stream);
  if (forward == nullptr) co_return Result<>();
  if (event.what == ClientEvent::What::reset) forward->child->hang_up();
  PipeEnd* const input = forward->child->input();
  if (event.what != ClientEvent::What::data || input == nullptr) co_return Result<>();
  client_.cancel_on_hang_up(&input->readiness());
  const auto written = co_await input->write_all(event.data);
  client_.cancel_on_hang_up(nullptr);
  if (!written && written.error().reason == Reason::cancelled) co_return written;
  if (event.is_last) forward->child->close_input();
  co_return Result<>();
}

runtime::Task<void> PortForwardSession::serve(Forward& forward) {
  std::array<char, kForwardPiece> piece;
  for (;;) {
    const auto size = co_await forward.child->output().read_some(piece);
    if (!size || *size == 0) break;
    if (!co_await client_.send(forward.data, {piece.data(), *size})) forward.child->hang_up();
  }
  const int code = co_await forward.child->ended();
  co_await tell_end(forward, code);
  forward.has_ended = true;
}

// The error stream says why there is no connection; it ends in any case.
runtime::Task<void> PortForwardSession::tell_end(Forward& forward, int code) {
  std::array<char, 1024> said;
  const size_t size = code == 0 ? 0 : forward.child->errors()->try_read(said);
  (void)co_await client_.send(forward.error, {said.data(), size}, spdy::Fin::yes);
  (void)co_await client_.send(forward.data, {}, spdy::Fin::yes);
}

}  // namespace weft::control
