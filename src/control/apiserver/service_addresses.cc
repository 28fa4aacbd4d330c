#include "control/apiserver/service_addresses.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "control/store/json_access.h"

namespace weft::control {
namespace {

using api::Json;

constexpr std::string_view kRange = "10.96.0.0/16";
// The first 256 stay free for addresses that have to be well known, as in Kubernetes' static band.
constexpr uint32_t kFirst = 256;
constexpr uint32_t kEnd = 65535;  // the last one is the broadcast address

std::string address_at(uint32_t index) {
  return fmt::format("10.96.{}.{}", index >> 8, index & 0xff);
}

bool in_range(std::string_view address) {
  const auto parts = split(address, '.');
  if (parts.size() != 4 || parts[0] != "10" || parts[1] != "96") return false;
  const auto third = parse_unsigned(parts[2]);
  const auto fourth = parse_unsigned(parts[3]);
  return third && fourth && *third < 256 && address == address_at(static_cast<uint32_t>(*third << 8 | *fourth)) &&
         *fourth < 256;
}

uint32_t first_choice(std::string_view space, std::string_view name) {
  return kFirst + static_cast<uint32_t>(std::hash<std::string>{}(fmt::format("{}/{}", space, name)) % (kEnd - kFirst));
}

Refusal invalid_address(const std::string& name, std::string message) {
  api::Finding finding;
  finding.path = "spec.clusterIP";
  finding.message = std::move(message);
  return object_invalid(api::find_kind("v1", "Service"), name, {finding});
}

}  // namespace

ServiceAddresses::ServiceAddresses(const World& world) {
  world.for_each(kServices, "",
                 [&](const Known& known) { taken_.insert(known.resource.as<api::kubernetes::Service>()->cluster_ip); });
}

Reply<> ServiceAddresses::assign(Json& body) {
  Json& spec = body["spec"];
  if (text_at(spec, "type") == "ExternalName") return {};
  const std::string name = text_at(body, "metadata", "name");
  std::string address = text_at(spec, "clusterIP");
  if (!address.empty()) {
    WEFT_CHECK(check_given(address, name));
  } else {
    WEFT_TRY(address, choose(text_at(body, "metadata", "namespace"), name));
  }
  taken_.insert(address);
  spec["clusterIPs"] = Json::array({address});
  spec["clusterIP"] = std::move(address);
  return {};
}

Reply<> ServiceAddresses::check_given(const std::string& address, const std::string& name) const {
  if (address == "None") return {};
  if (!in_range(address))
    return refuse(
        invalid_address(name, fmt::format("the provided IP is not in the range of service addresses, {}", kRange)));
  if (taken_.contains(address)) return refuse(invalid_address(name, "provided IP is already allocated"));
  return {};
}

Reply<std::string> ServiceAddresses::choose(std::string_view space, std::string_view name) const {
  const uint32_t first = first_choice(space, name);
  for (uint32_t step = 0; step < kEnd - kFirst; ++step) {
    const uint32_t index = kFirst + (first - kFirst + step) % (kEnd - kFirst);
    if (std::string address = address_at(index); !taken_.contains(address)) return address;
  }
  return refuse({500, "InternalError", fmt::format("no service address is left in {}", kRange), {}});
}

}  // namespace weft::control
