#include "control/jwks/document_fetch.h"

#include <memory>
#include <optional>

#include "control/jwks/dns_lookup.h"
#include "control/jwks/secure_client.h"
#include "http/h1/client_connection.h"
#include "net/socket_stream.h"

namespace weft::control {
namespace {

const http::h1::ClientOptions kOptions;

struct Document {
  uint16_t status = 0;
  std::string location;
  std::string body;

  bool is_redirect() const { return status == 301 || status == 302 || status == 303 || status == 307 || status == 308; }
};

runtime::Task<Result<Reach>> find(runtime::Reactor& reactor, Url url, Surroundings surroundings, Time deadline) {
  Reach reach = reach_of(url, surroundings.outside, *surroundings.view);
  if (!reach.addresses.empty()) co_return reach;
  if (reach.is_trusted) co_return fail(Reason::invalid, "weft.yaml has no address for " + url.host);
  WEFT_CO_TRY(const auto found, co_await look_up(reactor, surroundings.nameserver, url.host, deadline));
  for (const auto& ip : found) reach.addresses.emplace_back(ip, url.port);
  co_return reach;
}

runtime::Task<Result<std::unique_ptr<net::Stream>>> connect(runtime::Reactor& reactor, Url url, Reach reach,
                                                            Time deadline) {
  Error last{Reason::unavailable, "no address of " + url.host + " may be asked"};
  for (const auto& address : reach.addresses) {
    if (!reach.is_trusted && !may_be_dialled(address.ip())) {
      last = {Reason::denied, url.host + " is at " + address.ip().to_string() + ", which only weft.yaml may name"};
      continue;
    }
    auto socket = co_await net::dial(reactor, address, {.deadline = deadline});
    if (!socket) {
      last = std::move(socket.error());
      continue;
    }
    std::unique_ptr<net::Stream> stream = *std::move(socket);
    if (!url.is_secure) co_return stream;
    co_return co_await secure(std::move(stream), url.host, reach.roots, deadline);
  }
  co_return fail(std::move(last));
}

runtime::Task<Result<std::string>> read_body(http::h1::ClientConnection& connection) {
  std::string body;
  for (bool is_done = false; !is_done;) {
    WEFT_CO_TRY(const http::BodyPiece piece, co_await connection.read_body());
    if (body.size() + piece.data.size() > kDocumentSizeMax)
      co_return fail(Reason::too_large, "the document is over 1 MiB");
    body.append(piece.data);
    is_done = piece.is_last();
  }
  co_return body;
}

runtime::Task<Result<Document>> get(net::Stream& stream, const Url& url, Time deadline) {
  http::h1::ClientConnection connection(stream, kOptions);
  connection.set_deadline(deadline);
  http::RequestHead request;
  request.authority = url.authority();
  request.path = url.path;
  request.headers.add("accept", "application/json");
  request.headers.add("user-agent", "weftd");
  connection.start_request(request, http::BodyLength::none());
  WEFT_CO_CHECK(co_await connection.write_body("", http::Part::last));
  http::ResponseHead head;
  do {
    WEFT_CO_CHECK(co_await connection.read_head(head));
  } while (head.is_informational());
  Document document{.status = head.status};
  document.location = head.headers.get("location").value_or("");
  if (document.is_redirect()) co_return document;
  WEFT_CO_TRY(document.body, co_await read_body(connection));
  co_return document;
}

runtime::Task<Result<Document>> ask(runtime::Reactor& reactor, const Url& url, const Surroundings& surroundings,
                                    Time deadline) {
  WEFT_CO_TRY(auto reach, co_await find(reactor, url, surroundings, deadline));
  WEFT_CO_TRY(const auto stream, co_await connect(reactor, url, std::move(reach), deadline));
  co_return co_await get(*stream, url, deadline);
}

}  // namespace

runtime::Task<Result<std::string>> fetch_document(runtime::Reactor& reactor, Url url, Surroundings surroundings,
                                                  Time deadline) {
  for (int redirects = 0;; ++redirects) {
    auto document = co_await ask(reactor, url, surroundings, deadline);
    if (!document) co_return fail(std::move(document.error()).during("fetching from " + url.host));
    if (document->status == 200) co_return std::move(document->body);
    if (!document->is_redirect())
      co_return fail(Reason::unavailable, url.host + " answers with status " + std::to_string(document->status));
    if (redirects == kRedirectsMax) co_return fail(Reason::too_large, url.host + " redirects once too often");
    auto next = redirect_target(url, document->location);
    if (!next) co_return fail(Reason::denied, url.host + " redirects to where it may not");
    url = *std::move(next);
  }
}

}  // namespace weft::control
