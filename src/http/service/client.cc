#include "http/service/client.h"

namespace weft::http {
namespace {

const h1::ClientOptions kOptions;

RequestHead head_of(const Request& request) {
  RequestHead head;
  head.method = request.method;
  head.authority = request.host;
  head.path = request.path;
  for (const auto& [name, value] : request.headers) head.headers.add(name, value);
  return head;
}

bool has_body(const Request& request) {
  return !request.body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
}

}  // namespace

runtime::Task<Result<Reply>> fetch(runtime::Reactor& reactor, net::Address to, Request request, FetchOptions options) {
  WEFT_CO_TRY(auto live, co_await LiveReply::open(reactor, std::move(to), std::move(request), options.deadline));
  Reply reply;
  reply.status = live->head().status;
  reply.headers = live->head().headers;
  WEFT_CO_TRY(reply.body, co_await live->read_rest(options.body_bytes_max, options.deadline));
  co_return reply;
}

LiveReply::LiveReply(std::unique_ptr<net::SocketStream> stream)
    : stream_(std::move(stream)), connection_(*stream_, kOptions) {}

runtime::Task<Result<std::unique_ptr<LiveReply>>> LiveReply::open(runtime::Reactor& reactor, net::Address to,
                                                                  Request request, Time deadline) {
  WEFT_CO_TRY(auto stream, co_await net::dial(reactor, to, {.deadline = deadline}));
  std::unique_ptr<LiveReply> reply(new LiveReply(std::move(stream)));
  reply->connection_.set_deadline(deadline);
  WEFT_CO_CHECK(co_await reply->ask(request));
  co_return reply;
}

runtime::Task<Result<>> LiveReply::ask(const Request& request) {
  const auto length = has_body(request) ? BodyLength::known(request.body.size()) : BodyLength::none();
  connection_.start_request(head_of(request), length);
  // A server that refuses a large body answers before it has read it: its answer tells more than the failed write.
  auto written = co_await connection_.write_body(request.body, Part::last);
  do {
    auto read = co_await connection_.read_head(head_);
    if (!read && !written) co_return written;
    if (!read) co_return read;
  } while (head_.is_informational());
  co_return Result<>{};
}

runtime::Task<Result<std::string_view>> LiveReply::read(Time deadline) {
  connection_.set_deadline(deadline);
  while (!ended_) {
    WEFT_CO_TRY(const BodyPiece piece, co_await connection_.read_body());
    ended_ = piece.is_last();
    if (!piece.data.empty()) co_return piece.data;
  }
  co_return std::string_view();
}

runtime::Task<Result<std::optional<std::string>>> LiveReply::next_line(Time deadline) {
  for (;;) {
    if (const size_t end = line_.find('\n', scanned_); end != line_.npos) {
      std::string line = line_.substr(0, end);
      line_.erase(0, end + 1);
      scanned_ = 0;
      co_return line;
    }
    scanned_ = line_.size();
    if (line_.size() > kLineBytesMax)
      co_return fail(Reason::too_large, "a line of the answer is too long", Side::endpoint);
    WEFT_CO_TRY(const std::string_view bytes, co_await read(deadline));
    if (bytes.empty()) break;
    line_.append(bytes);
  }
  scanned_ = 0;
  if (line_.empty()) co_return std::nullopt;
  co_return std::exchange(line_, {});
}

runtime::Task<Result<std::string>> LiveReply::read_rest(size_t bytes_max, Time deadline) {
  std::string rest = std::exchange(line_, {});
  for (;;) {
    WEFT_CO_TRY(const std::string_view bytes, co_await read(deadline));
    if (bytes.empty()) co_return rest;
    if (rest.size() + bytes.size() > bytes_max) {
      co_return fail(Reason::too_large, "the answer is over " + std::to_string(bytes_max) + " bytes", Side::endpoint);
    }
    rest.append(bytes);
  }
}

}  // namespace weft::http
