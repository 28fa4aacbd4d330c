#include "proxy/names/framed_message.h"

namespace weft::proxy {

runtime::Task<Result<std::optional<std::string>>> read_framed(net::Stream& stream, ByteBuffer& received,
                                                              Time deadline) {
  constexpr size_t kReadBytes = 2048;
  for (;;) {
    const std::string_view bytes = received.readable();
    if (bytes.size() >= 2) {
      const size_t size =
          static_cast<size_t>(static_cast<unsigned char>(bytes[0])) << 8 | static_cast<unsigned char>(bytes[1]);
      if (bytes.size() >= 2 + size) {
        std::string message(bytes.substr(2, size));
        received.consume(2 + size);
        co_return message;
      }
    }
    WEFT_CO_TRY(const size_t read, co_await net::read_some(stream, received.reserve(kReadBytes), deadline));
    if (read == 0 && received.empty()) co_return std::nullopt;
    if (read == 0) co_return fail(Reason::closed, "the connection ended within a DNS message");
    received.commit(read);
  }
}

runtime::Task<Result<>> write_framed(net::Stream& stream, std::string_view message, Time deadline) {
  std::string framed;
  framed += static_cast<char>(message.size() >> 8);
  framed += static_cast<char>(message.size() & 0xff);
  framed += message;
  co_return co_await net::write_all(stream, framed, deadline);
}

}  // namespace weft::proxy
