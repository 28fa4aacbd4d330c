#include "proxy/restart/messages.h"

#include <array>
#include <limits>
#include <utility>

#include "base/strings.h"

namespace weft::proxy::restart {
namespace {

constexpr std::string_view kSocket = "socket ";
constexpr std::string_view kComplete = "complete ";

constexpr std::array<std::pair<std::string_view, net::SocketKind>, 3> kKinds = {{
    {"stream", net::SocketKind::stream},
    {"datagram", net::SocketKind::datagram},
    {"messages", net::SocketKind::messages},
}};

std::unexpected<Error> malformed(std::string_view message) {
  return fail(Reason::malformed,
              "the other process said something that is not understood: " + std::string(message.substr(0, 100)));
}

}  // namespace

std::string to_message(const SocketName& name) {
  std::string message(kSocket);
  for (const auto& [word, kind] : kKinds) {
    if (kind == name.kind) message += word;
  }
  return message + " " + name.at.to_string();
}

std::string complete_message(uint32_t epoch) {
  return std::string(kComplete) + std::to_string(epoch);
}

Result<SocketName> parse_socket(std::string_view message) {
  if (!message.starts_with(kSocket)) return malformed(message);
  const std::string_view rest = message.substr(kSocket.size());
  for (const auto& [word, kind] : kKinds) {
    if (!rest.starts_with(word) || !rest.substr(word.size()).starts_with(' ')) continue;
    WEFT_TRY(auto at, net::Address::parse(rest.substr(word.size() + 1)));
    return SocketName{kind, std::move(at)};
  }
  return malformed(message);
}

Result<uint32_t> parse_complete(std::string_view message) {
  if (!message.starts_with(kComplete)) return malformed(message);
  const auto epoch = parse_unsigned(message.substr(kComplete.size()));
  if (!epoch || *epoch > std::numeric_limits<uint32_t>::max()) return malformed(message);
  return static_cast<uint32_t>(*epoch);
}

}  // namespace weft::proxy::restart
