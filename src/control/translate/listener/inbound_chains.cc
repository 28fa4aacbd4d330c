#include "control/translate/listener/inbound_chains.h"

#include <algorithm>

namespace weft::control::translate {
namespace {

using Plan = InboundChain;
using api::istio::MutualTlsMode;

constexpr std::string_view kTls = "tls";
constexpr std::string_view kPlain = "raw_buffer";

// What clients of the mesh offer with HTTP inside, with bytes, with either; and what plain HTTP looks like.
constexpr std::string_view kMeshHttp[] = {"istio-http/1.0", "istio-http/1.1", "istio-h2"};
constexpr std::string_view kMeshBytes[] = {"istio-peer-exchange", "istio"};
constexpr std::string_view kMesh[] = {"istio", "istio-peer-exchange", "istio-http/1.0", "istio-http/1.1", "istio-h2"};
constexpr std::string_view kPlainHttp[] = {"http/1.1", "h2c"};

// TLS of anybody else passes through where the application may speak it; a port of HTTP has no chain for it.
constexpr Plan kPermissive[] = {{kTls, kMeshHttp, EndsTls::yes, Inside::http},
                                {kPlain, kPlainHttp, EndsTls::no, Inside::http},
                                {kTls, kMeshBytes, EndsTls::yes, Inside::bytes},
                                {kPlain, {}, EndsTls::no, Inside::bytes},
                                {kTls, {}, EndsTls::no, Inside::bytes}};
constexpr Plan kPermissiveHttp[] = {{kTls, kMesh, EndsTls::yes, Inside::http}, {kPlain, {}, EndsTls::no, Inside::http}};
constexpr Plan kPermissiveBytes[] = {{kTls, kMesh, EndsTls::yes, Inside::bytes},
                                     {kPlain, {}, EndsTls::no, Inside::bytes},
                                     {kTls, {}, EndsTls::no, Inside::bytes}};

constexpr Plan kStrict[] = {{kTls, kMeshHttp, EndsTls::yes, Inside::http}, {kTls, {}, EndsTls::yes, Inside::bytes}};
constexpr Plan kStrictHttp[] = {{kTls, {}, EndsTls::yes, Inside::http}};
constexpr Plan kStrictBytes[] = {{kTls, {}, EndsTls::yes, Inside::bytes}};

// Nobody looks whether it is TLS: everything is taken as it is. Both chains name the transport, or bytes that are no
// HTTP would find none: the choice by transport comes first, and is not taken back.
constexpr Plan kDisabled[] = {{kPlain, kPlainHttp, EndsTls::no, Inside::http},
                              {kPlain, {}, EndsTls::no, Inside::bytes}};
constexpr Plan kDisabledHttp[] = {{{}, {}, EndsTls::no, Inside::http}};
constexpr Plan kDisabledBytes[] = {{{}, {}, EndsTls::no, Inside::bytes}};

std::span<const Plan> choose(Speech speech, std::span<const Plan> unknown, std::span<const Plan> http,
                             std::span<const Plan> bytes) {
  return speech == Speech::unknown ? unknown : speech == Speech::http ? http : bytes;
}

}  // namespace

Speech speech_of(mesh::Protocol protocol) {
  if (protocol == mesh::Protocol::sniffed) return Speech::unknown;
  return is_http(protocol) ? Speech::http : Speech::bytes;
}

std::span<const InboundChain> inbound_chains(MutualTlsMode mode, Speech speech) {
  switch (mode) {
    case MutualTlsMode::strict:
      return choose(speech, kStrict, kStrictHttp, kStrictBytes);
    case MutualTlsMode::disable:
      return choose(speech, kDisabled, kDisabledHttp, kDisabledBytes);
    case MutualTlsMode::unset:
    case MutualTlsMode::permissive:
      break;
  }
  return choose(speech, kPermissive, kPermissiveHttp, kPermissiveBytes);
}

bool asks_for_tls(std::span<const InboundChain> chains) {
  return std::ranges::any_of(chains, [](const auto& chain) { return chain.transport == kTls; });
}

bool asks_for_http(std::span<const InboundChain> chains) {
  return std::ranges::any_of(chains,
                             [](const auto& chain) { return chain.transport == kPlain && !chain.protocols.empty(); });
}

}  // namespace weft::control::translate
