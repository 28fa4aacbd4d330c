#include "cli/mesh/local_http.h"

#include "http/service/client.h"
#include "runtime/reactor.h"

namespace weft::cli {
namespace {

using runtime::Task;

// A full configuration dump of a large mesh stays below this; more would be a broken server.
constexpr size_t kBodySizeMax = size_t{256} << 20;

http::Request to_http(const LocalRequest& request) {
  http::Request asked{.method = request.method, .path = request.path, .headers = {{"accept", "application/json"}}};
  if (!request.body.empty()) asked.headers.emplace_back("content-type", request.content_type);
  asked.body = request.body;
  return asked;
}

Task<Result<LocalResponse>> fetch_whole(runtime::Reactor& reactor, net::Address to, const LocalRequest& request) {
  const Time deadline = reactor.now() + request.longest;
  WEFT_CO_TRY(auto reply, co_await http::fetch(reactor, to, to_http(request), {deadline, kBodySizeMax}));
  co_return LocalResponse{.status = reply.status, .body = std::move(reply.body)};
}

using OnLine = std::function<Follow(std::string_view line)>;

Task<Result<LocalResponse>> read_lines(runtime::Reactor& reactor, net::Address to, const LocalRequest& request,
                                       const OnLine& on_line) {
  const Time deadline = reactor.now() + request.longest;
  WEFT_CO_TRY(const auto reply, co_await http::LiveReply::open(reactor, to, to_http(request), deadline));
  LocalResponse response{.status = reply->head().status, .body = {}};
  if (response.status != 200) {
    WEFT_CO_TRY(response.body, co_await reply->read_rest(kBodySizeMax, deadline));
    co_return response;
  }
  while (true) {
    WEFT_CO_TRY(const auto line, co_await reply->next_line(deadline));
    if (!line || (!line->empty() && on_line(*line) == Follow::stop)) co_return response;
  }
}

}  // namespace

Result<LocalResponse> call(const Clock& clock, const std::filesystem::path& socket, const LocalRequest& request) {
  runtime::Reactor reactor(clock);
  return reactor.run_until_done(fetch_whole(reactor, net::Address::unix_path(socket.string()), request));
}

Result<LocalResponse> follow(const Clock& clock, const std::filesystem::path& socket, const LocalRequest& request,
                             const OnLine& on_line) {
  runtime::Reactor reactor(clock);
  return reactor.run_until_done(read_lines(reactor, net::Address::unix_path(socket.string()), request, on_line));
}

}  // namespace weft::cli
