// Micro benchmark of head parsing and writing, by hand (it is no part of the build):
//   clang++-19 -std=c++23 -O2 -Isrc src/http/h1/head_bench.cc src/http/*.cc src/http/h1/*.cc ... && ./a.out
// Prints nanoseconds per head, the best of many rounds, since other work on the machine only ever adds.
#include <chrono>
#include <cstdio>
#include <string>

#include "http/h1/head_parser.h"
#include "http/h1/hop_by_hop.h"
#include "http/h1/serialize.h"

namespace weft::http::h1 {
namespace {

constexpr int kRounds = 400;
constexpr int kHeads = 2000;

const std::string kRequest =
    "GET /api/v1/items/12345?fields=name,price&limit=20 HTTP/1.1\r\nHost: nodejs-api.nodejs-app:3000\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\nAccept-Encoding: gzip, deflate, br\r\n"
    "Accept-Language: en-US,en;q=0.5\r\nCookie: session=0123456789abcdef0123456789abcdef; theme=dark\r\n"
    "X-Request-Id: 7b0ad9a4-5f6a-4c3f-9d6c-2f6a0a1b2c3d\r\nX-Forwarded-For: 10.1.2.3\r\nX-Forwarded-Proto: http\r\n"
    "Traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n\r\n";
const std::string kSmallRequest = "GET / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n";
const std::string kResponse =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1024\r\nDate: Mon, 01 Jan 2024 00:00:00 "
    "GMT\r\n"
    "Server: node\r\nCache-Control: no-store\r\nX-Powered-By: Express\r\n\r\n";

template <class Work>
void measure(const char* name, Work work) {
  double best = 1e9;
  for (int round = 0; round < kRounds; ++round) {
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < kHeads; ++i) work();
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begin;
    best = std::min(best, took.count() / kHeads);
  }
  std::printf("%-28s %7.1f ns\n", name, best);
}

void run() {
  RequestHead request;
  ResponseHead response;
  ByteBuffer out;
  RequestParser requests{Limits{}};
  ResponseParser responses{Limits{}};
  const auto parse_request = [&](const std::string& text) {
    requests.reset();
    if (requests.parse(text, request) != Progress::done) std::abort();
  };
  const auto parse_response = [&] {
    responses.reset();
    if (responses.parse(kResponse, "GET", response) != Progress::done) std::abort();
  };
  measure("parse request, 1 field", [&] { parse_request(kSmallRequest); });
  measure("parse request, 11 fields", [&] { parse_request(kRequest); });
  measure("parse response, 6 fields", parse_response);
  measure("parse and forward request", [&] {
    parse_request(kRequest);
    remove_hop_by_hop(request.headers, Upgrades::keep);
    out.clear();
    append_request_head(out, request, requests.framing().body, Persistence::silent);
  });
  measure("parse and forward response", [&] {
    parse_response();
    remove_hop_by_hop(response.headers, Upgrades::keep);
    out.clear();
    append_response_head(out, response, responses.framing().body, Persistence::silent);
  });
}

}  // namespace
}  // namespace weft::http::h1

int main() {
  weft::http::h1::run();
}
