#include "proxy/detect/detect.h"

#include <optional>
#include <utility>

#include "proxy/detect/client_hello.h"
#include "proxy/detect/first_bytes.h"

namespace weft::proxy {
namespace {

// The verdict on the first bytes; nothing while more are needed.
Result<std::optional<Detected>> judge(std::string_view seen, Inspection inspection) {
  const Protocol protocol = inspection.for_http ? detect_protocol(seen) : detect_tls(seen);
  if (protocol == Protocol::undecided) return std::nullopt;
  if (protocol != Protocol::tls) return Detected{protocol};
  if (!inspection.for_tls) return Detected();
  WEFT_TRY(auto hello, read_client_hello(seen));
  if (!hello) return std::nullopt;
  return Detected{Protocol::tls, std::make_unique<const ClientHello>(*std::move(hello))};
}

}  // namespace

runtime::Task<Result<Detected>> detect(net::Stream& client, Inspection inspection, Time deadline) {
  FirstBytes first(client);
  for (;;) {  // bounded: neither a line over 8 KiB nor a hello over 16 KiB is undecided
    WEFT_CO_TRY(const std::string_view seen, co_await first.more(deadline));
    WEFT_CO_TRY(auto verdict, judge(seen, inspection));
    if (verdict) co_return *std::move(verdict);
    if (first.has_ended()) co_return Detected();
  }
}

}  // namespace weft::proxy
