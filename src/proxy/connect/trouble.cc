#include "proxy/connect/trouble.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "tls/engine.h"

namespace weft::proxy {
namespace {

constexpr std::string_view kTlsError = "TLS_error:|";

constexpr std::array<std::string_view, static_cast<size_t>(Trouble::refused_by_peer) + 1> kTroubleNames = {
    "",
    "no_endpoints",
    "unresolved",
    "all_ejected",
    "all_failing_checks",
    "none_ready",
    "requests_limit",
    "pending_limit",
    "connections_limit",
    "connect_refused",
    "connect_timeout",
    "unreachable",
    "tls_failed",
    "tls_not_ready",
    "attempt_timeout",
    "route_timeout",
    "stale_connection",
    "closed_plain_text",
    "closed_unanswered",
    "closed_midway",
    "refused_by_peer",
};

std::string_view word_for(const tls::Engine& engine, const Error& error) {
  if (const auto fault = engine.fault()) return tls::name_of(*fault);
  if (error.reason == Reason::timed_out) return "timed_out";
  switch (engine.breach()) {
    case tls::Engine::Breach::plain_text:
      return "plain_text";
    case tls::Engine::Breach::closed:
      return "closed";
    case tls::Engine::Breach::alert:
      return "alert";
    case tls::Engine::Breach::none:
      break;
  }
  const bool is_broken = error.reason == Reason::reset || error.reason == Reason::closed;
  return is_broken ? "closed" : "failed";
}

// The kernel's words, which come last: "connecting to 10.0.0.1:80: Connection refused".
std::string_view last_words(std::string_view detail) {
  const size_t colon = detail.rfind(": ");
  return colon == detail.npos ? detail : detail.substr(colon + 2);
}

}  // namespace

std::string_view name_of(Trouble trouble) {
  return kTroubleNames[static_cast<size_t>(trouble)];
}

Trouble trouble_choosing(const ClusterState& cluster) {
  const auto endpoints = cluster.endpoints();
  const auto all_have = [&](HealthFlag flag) {
    return std::ranges::all_of(endpoints, [&](const EndpointRef& endpoint) { return endpoint->flags.has(flag); });
  };
  const bool is_by_name = cluster.config()->discovery == decide::Discovery::dns;
  if (endpoints.empty()) return is_by_name ? Trouble::unresolved : Trouble::no_endpoints;
  if (all_have(HealthFlag::failed_outlier_check)) return Trouble::all_ejected;
  return all_have(HealthFlag::failed_active_check) ? Trouble::all_failing_checks : Trouble::none_ready;
}

Trouble trouble_connecting(const Error& error) {
  if (error.detail.starts_with(kTlsError)) return Trouble::tls_failed;
  switch (error.reason) {
    case Reason::overflow:  // ours is safe to try again; the kernel's, for want of descriptors, is not
      return error.retry == Retry::safe ? Trouble::pending_limit : Trouble::none;
    case Reason::unavailable:
      return Trouble::tls_not_ready;
    case Reason::timed_out:
      return Trouble::connect_timeout;
    case Reason::not_found:  // a socket file that nobody has made
      return Trouble::connect_refused;
    case Reason::refused:
      return last_words(error.detail) == std::strerror(ECONNREFUSED) ? Trouble::connect_refused : Trouble::unreachable;
    case Reason::denied:
      return Trouble::unreachable;
    default:
      return Trouble::none;
  }
}

std::string transport_failure(const Error& error) {
  if (error.reason == Reason::unavailable) return "TLS_error:_Secret_is_not_supplied_by_SDS";
  const bool is_tls = error.detail.starts_with(kTlsError);
  if (!is_tls && (error.reason == Reason::timed_out || error.reason == Reason::overflow)) return {};
  std::string text = is_tls ? error.detail : "delayed connect error: " + std::string(last_words(error.detail));
  std::ranges::replace(text, ' ', '_');
  return text;
}

std::string tls_failure(const tls::Engine& engine, const Error& error) {
  const std::string_view words =
      error.detail.starts_with("TLS: ") ? std::string_view(error.detail).substr(5) : std::string_view(error.detail);
  std::string text(kTlsError);
  text.append(word_for(engine, error)).append(":").append(words).append(":TLS_error_end");
  return text;
}

}  // namespace weft::proxy
