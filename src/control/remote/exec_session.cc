#include "control/remote/exec_session.h"

#include <array>

#include <fmt/format.h>

#include "api/tree.h"
#include "base/log.h"

namespace weft::control {
namespace {

using api::Json;

// Kubernetes' limits: for the streams to be there, and without a word from the client.
constexpr auto kOpenTimeout = std::chrono::seconds(30);
constexpr auto kIdleTimeout = std::chrono::hours(4);
// How long a client that was told the end may take to leave.
constexpr auto kLeaveTimeout = std::chrono::seconds(2);
// How long a command that was told to hang up may take to end.
constexpr auto kHangUpTimeout = std::chrono::seconds(5);
constexpr size_t kPiece = 16 * 1024;

// What the error stream says at the end, a Status (k8s.io/client-go/tools/remotecommand, v4).
std::string status_text(int code) {
  if (code == 0) return R"({"metadata":{},"status":"Success"})";
  return Json{{"metadata", Json::object()},
              {"status", "Failure"},
              {"message", fmt::format("command terminated with non-zero exit code: exit status {}", code)},
              {"reason", "NonZeroExitCode"},
              {"details", {{"causes", Json::array({{{"reason", "ExitCode"}, {"message", std::to_string(code)}}})}}}}
      .dump();
}

}  // namespace

ExecSession::ExecSession(runtime::Reactor& reactor, std::unique_ptr<ExecChannels> client, ExecWish wish)
    : reactor_(&reactor),
      client_(std::move(client)),
      wish_(std::move(wish)),
      client_has_left_(reactor),
      outputs_(reactor),
      gate_(reactor) {}

runtime::Task<void> ExecSession::run() {
  if (const auto opened = co_await client_->open(wish_.streams, reactor_->now() + kOpenTimeout); !opened) co_return;
  const Stdio stdio = wish_.streams.has_terminal ? Stdio::terminal : Stdio::pipes;
  auto child = ChildProcess::start(*reactor_, wish_.words, stdio);
  if (!child) {
    log::error("api: exec: {}", child.error().detail);
    co_return;
  }
  child_ = *std::move(child);
  if (!wish_.streams.has_stdin) child_->close_input();
  if (PipeEnd* const input = child_->input()) client_->cancel_on_hang_up(&input->readiness());
  runtime::spawn(outputs_, pass_output_on(child_->output(), Channel::output));
  if (PipeEnd* const errors = child_->errors()) runtime::spawn(outputs_, pass_output_on(*errors, Channel::errors));
  runtime::spawn(gate_, attend());
  co_await take_input();
  client_->cancel_on_hang_up(nullptr);
  client_has_left_.set();
  client_->cancel();
  child_->hang_up();
  if (co_await gate_.close(reactor_->now() + kHangUpTimeout)) co_return;
  child_->kill();
  co_await gate_.close();
}

runtime::Task<void> ExecSession::take_input() {
  for (;;) {
    const auto event = co_await client_->next(reactor_->now() + kIdleTimeout);
    if (!event || !co_await take(*event)) co_return;
  }
}

// Fails when the client wants no more. What a command that has ended is sent is lost, as on a terminal.
runtime::Task<Result<>> ExecSession::take(const ChannelEvent& event) {
  if (has_ended_) co_return Result<>();
  if (event.channel == Channel::size) {
    resize(event.data);
    co_return Result<>();
  }
  PipeEnd* const input = child_->input();
  if (input != nullptr && !event.data.empty()) {
    const auto written = co_await input->write_all(event.data);
    if (!written && written.error().reason == Reason::cancelled && !has_ended_) co_return written;
  }
  if (event.is_last && !wish_.streams.has_terminal) {
    client_->cancel_on_hang_up(nullptr);
    child_->close_input();
  }
  co_return Result<>();
}

// {"Width": 80, "Height": 24}
void ExecSession::resize(std::string_view size) {
  const auto json = api::parse_json(size);
  const auto number = [&](const char* name) {
    const bool is_there = json && json->is_object() && json->contains(name) && (*json)[name].is_number_unsigned();
    return is_there ? (*json)[name].get<uint16_t>() : uint16_t{0};
  };
  child_->resize(number("Width"), number("Height"));
}

// Until the command closes it; what it leaves behind may have it open for longer, so after its end what is there is
// all.
runtime::Task<void> ExecSession::pass_output_on(PipeEnd& from, Channel to) {
  std::array<char, kPiece> piece;
  for (;;) {
    const auto read = co_await from.read_some(piece);
    const size_t size = !read && has_ended_ ? from.try_read(piece) : read.value_or(0);
    if (size == 0) break;
    if (!co_await client_->send(to, {piece.data(), size})) co_return;
  }
  (void)co_await client_->end(to);
}

runtime::Task<void> ExecSession::attend() {
  const int code = co_await child_->ended();
  has_ended_ = true;
  child_->output().cancel();
  if (PipeEnd* const errors = child_->errors()) errors->cancel();
  if (PipeEnd* const input = child_->input()) input->cancel();
  co_await outputs_.close();
  if (!client_has_left_.is_set()) co_await tell_end(code);
}

runtime::Task<void> ExecSession::tell_end(int code) {
  (void)co_await client_->send(Channel::status, status_text(code));
  (void)co_await client_->end(Channel::status);
  (void)co_await client_has_left_.wait(reactor_->now() + kLeaveTimeout);
  client_->cancel();
}

}  // namespace weft::control
