#include "proxy/connect/trouble.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "tls/engine.h"

namespace weft::proxy {
namespace {

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

// Without a number time was up, or the process itself is at its end.
Trouble trouble_dialling(const net::DialError& error) {
  switch (error.error_number) {
    case 0:
      return error.reason == Reason::timed_out ? Trouble::connect_timeout : Trouble::none;
    case ETIMEDOUT:
      return Trouble::connect_timeout;
    case ECONNREFUSED:
    case ENOENT:  // a socket file that nobody has made
      return Trouble::connect_refused;
    case ENETUNREACH:
    case EHOSTUNREACH:
    case EACCES:
    case EPERM:
      return Trouble::unreachable;
    default:
      return Trouble::none;
  }
}

std::string without_spaces(std::string text) {
  std::ranges::replace(text, ' ', '_');
  return text;
}

// The library's words, without those for whose they are.
std::string tls_failure(const tls::Engine& engine, const Error& error) {
  const std::string_view words =
      error.detail.starts_with("TLS: ") ? std::string_view(error.detail).substr(5) : std::string_view(error.detail);
  std::string text("TLS_error:|");
  text.append(word_for(engine, error)).append(":").append(words).append(":TLS_error_end");
  return text;
}

}  // namespace

std::string_view name_of(Trouble trouble) {
  switch (trouble) {
    case Trouble::none:
      return {};
    case Trouble::no_endpoints:
      return "no_endpoints";
    case Trouble::unresolved:
      return "unresolved";
    case Trouble::all_ejected:
      return "all_ejected";
    case Trouble::all_failing_checks:
      return "all_failing_checks";
    case Trouble::none_ready:
      return "none_ready";
    case Trouble::requests_limit:
      return "requests_limit";
    case Trouble::pending_limit:
      return "pending_limit";
    case Trouble::connections_limit:
      return "connections_limit";
    case Trouble::connect_refused:
      return "connect_refused";
    case Trouble::connect_timeout:
      return "connect_timeout";
    case Trouble::unreachable:
      return "unreachable";
    case Trouble::tls_failed:
      return "tls_failed";
    case Trouble::tls_not_ready:
      return "tls_not_ready";
    case Trouble::attempt_timeout:
      return "attempt_timeout";
    case Trouble::route_timeout:
      return "route_timeout";
    case Trouble::attempt_unconnected:
      return "attempt_unconnected";
    case Trouble::route_unconnected:
      return "route_unconnected";
    case Trouble::stale_connection:
      return "stale_connection";
    case Trouble::closed_plain_text:
      return "closed_plain_text";
    case Trouble::closed_unanswered:
      return "closed_unanswered";
    case Trouble::closed_midway:
      return "closed_midway";
    case Trouble::stream_reset:
      return "stream_reset";
    case Trouble::stream_refused:
      return "stream_refused";
    case Trouble::refused_by_peer:
      return "refused_by_peer";
  }
  return {};
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

ConnectError of_dialling(net::DialError error) {
  const Trouble trouble = trouble_dialling(error);
  const bool has_words =
      error.error_number != 0 && error.reason != Reason::timed_out && error.reason != Reason::overflow;
  std::string words;
  if (has_words) words = without_spaces(std::string("delayed connect error: ") + std::strerror(error.error_number));
  return {std::move(error), trouble, std::move(words)};
}

ConnectError of_handshake(const tls::Engine& engine, Error error) {
  error.detail = tls_failure(engine, error);
  error.side = Side::endpoint;
  error.retry = Retry::safe;
  std::string words = without_spaces(error.detail);
  return {std::move(error), Trouble::tls_failed, std::move(words)};
}

}  // namespace weft::proxy
