#include "cli/input/expose.h"

#include <set>

#include "base/strings.h"

namespace weft::cli {
namespace {

constexpr std::string_view kForm =
    "--expose is SERVICE[.NAMESPACE]:PORT=HOSTPORT, as in nodejs-api.nodejs-app:3000=18080";

std::unexpected<Error> refuse(std::string_view text, std::string_view why) {
  return fail(Reason::invalid, "\"" + std::string(text) + "\" " + std::string(why) + "; " + std::string(kForm));
}

std::optional<uint16_t> parse_port(std::string_view text) {
  const auto number = parse_unsigned(text);
  if (!number || *number == 0 || *number > 65535) return std::nullopt;
  return static_cast<uint16_t>(*number);
}

}  // namespace

std::string Expose::to_string() const {
  return service + "." + namespace_name + ":" + std::to_string(port) + "=" + std::to_string(host_port);
}

Result<Expose> parse_expose(std::string_view text, std::string_view default_namespace) {
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos) return refuse(text, "has no \"=\"");
  const auto host_port = parse_port(text.substr(equals + 1));
  if (!host_port) return refuse(text, "has no port from 1 to 65535 after the \"=\"");
  const auto target = text.substr(0, equals);
  const size_t colon = target.rfind(':');
  if (colon == std::string_view::npos) return refuse(text, "has no \":\"");
  const auto port = parse_port(target.substr(colon + 1));
  if (!port) return refuse(text, "has no port from 1 to 65535 after the \":\"");
  const auto labels = split(target.substr(0, colon), '.');
  if (labels.front().empty()) return refuse(text, "names no service");
  Expose expose{std::string(labels.front()), std::string(default_namespace), *port, *host_port};
  if (labels.size() == 1) return expose;
  expose.namespace_name = labels[1];
  if (expose.namespace_name.empty()) return refuse(text, "names no namespace after the \".\"");
  if (labels.size() > 2 && labels[2] != "svc") return refuse(text, "is not the name of a service");
  return expose;
}

Result<std::vector<Expose>> parse_exposes(const std::vector<std::string>& texts, std::string_view default_namespace) {
  std::vector<Expose> exposes;
  std::set<uint16_t> taken;
  for (const auto& text : texts) {
    WEFT_TRY(auto expose, parse_expose(text, default_namespace));
    if (!taken.insert(expose.host_port).second) {
      return fail(Reason::invalid, "port " + std::to_string(expose.host_port) + " is exposed twice");
    }
    exposes.push_back(std::move(expose));
  }
  return exposes;
}

}  // namespace weft::cli
