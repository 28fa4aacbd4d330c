#include "decide/compile/access_condition.h"

#include <google/protobuf/wrappers.pb.h>

#include "decide/authorization/path_template.h"
#include "decide/compile/claim_match.h"
#include "decide/compile/route_conditions.h"
#include "decide/compile/wire_values.h"

#pragma clang diagnostic ignored "-Wdeprecated-declarations"  // source_ip, which control planes still send

namespace weft::decide {
namespace {

using envoy::config::rbac::v3::Permission;
using envoy::config::rbac::v3::Principal;
using Conditions = std::vector<AccessCondition>;

// A set that is empty says nothing that could be meant.
template <class Set, class Compile>
Result<Conditions> compile_set(const Set& wire, Compile compile) {
  if (wire.empty()) return fail(Reason::invalid, "a set without conditions");
  Conditions conditions;
  for (const auto& one : wire) {
    WEFT_TRY(auto condition, compile(one));
    conditions.push_back(std::move(condition));
  }
  return conditions;
}

Result<AccessCondition> compile_header(const envoy::config::route::v3::HeaderMatcher& wire) {
  WEFT_TRY(auto match, compile_header_match(wire));
  return AccessCondition(std::move(match));
}

Result<AccessCondition> compile_url_path(const envoy::type::matcher::v3::PathMatcher& wire) {
  WEFT_TRY(auto text, to_text_match(wire.path()));
  return AccessCondition(AccessPathMatch{std::move(text)});
}

Result<AccessCondition> compile_range(const envoy::config::core::v3::CidrRange& wire, AddressMatch::Whose whose) {
  WEFT_TRY(auto range, to_range(wire));
  return AccessCondition(AddressMatch{whose, range});
}

Result<AccessCondition> compile_ports(int64_t from, int64_t to) {
  constexpr int64_t kPortsMax = 65536;
  if (from < 0 || to > kPortsMax || from >= to) return fail(Reason::invalid, "a range of ports");
  return AccessCondition(PortMatch{static_cast<uint32_t>(from), static_cast<uint32_t>(to)});
}

// `any: false` is not what the API allows, and would mean the opposite of what it looks like.
Result<AccessCondition> compile_any(bool any) {
  if (!any) return fail(Reason::invalid, "any: false");
  return AccessCondition::always();
}

// The one member of UriTemplateMatchConfig is a text with the number 1, as that of StringValue.
Result<AccessCondition> compile_template(const envoy::config::core::v3::TypedExtensionConfig& wire) {
  constexpr std::string_view kType = "envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig";
  google::protobuf::StringValue same_on_the_wire;
  const bool is_template = type_name(wire.typed_config()) == kType;
  if (!is_template || !same_on_the_wire.ParseFromString(wire.typed_config().value()))
    return fail(Reason::unsupported, "a path template of type '" + std::string(type_name(wire.typed_config())) + "'");
  WEFT_TRY(auto regex, compile_path_template(same_on_the_wire.value()));
  return AccessCondition(AccessPathMatch{TextMatch(std::move(regex))});
}

Result<AccessCondition> compile_server_name(const envoy::type::matcher::v3::StringMatcher& wire) {
  WEFT_TRY(auto text, to_text_match(wire));
  return AccessCondition(ServerNameMatch{std::move(text)});
}

Result<AccessCondition> compile_peer(const Principal::Authenticated& wire) {
  PeerMatch match;
  if (wire.has_principal_name()) {
    WEFT_TRY(match.name, to_text_match(wire.principal_name()));
  }
  return AccessCondition(std::move(match));
}

}  // namespace

Result<AccessCondition> compile_permission(const Permission& wire) {
  switch (wire.rule_case()) {
    case Permission::kAndRules: {
      WEFT_TRY(auto parts, compile_set(wire.and_rules().rules(), compile_permission));
      return AccessCondition::all_of(std::move(parts));
    }
    case Permission::kOrRules: {
      WEFT_TRY(auto parts, compile_set(wire.or_rules().rules(), compile_permission));
      return AccessCondition::any_of(std::move(parts));
    }
    case Permission::kNotRule: {
      WEFT_TRY(auto part, compile_permission(wire.not_rule()));
      return AccessCondition::negated(std::move(part));
    }
    case Permission::kAny:
      return compile_any(wire.any());
    case Permission::kHeader:
      return compile_header(wire.header());
    case Permission::kUrlPath:
      return compile_url_path(wire.url_path());
    case Permission::kUriTemplate:
      return compile_template(wire.uri_template());
    case Permission::kDestinationIp:
      return compile_range(wire.destination_ip(), AddressMatch::Whose::destination);
    case Permission::kDestinationPort:
      return compile_ports(wire.destination_port(), int64_t{wire.destination_port()} + 1);
    case Permission::kDestinationPortRange:
      return compile_ports(wire.destination_port_range().start(), wire.destination_port_range().end());
    case Permission::kRequestedServerName:
      return compile_server_name(wire.requested_server_name());
    case Permission::kMetadata:
      return compile_metadata(wire.metadata());
    default:
      return fail(Reason::unsupported, "a permission of a kind that is not known");
  }
}

Result<AccessCondition> compile_principal(const Principal& wire) {
  switch (wire.identifier_case()) {
    case Principal::kAndIds: {
      WEFT_TRY(auto parts, compile_set(wire.and_ids().ids(), compile_principal));
      return AccessCondition::all_of(std::move(parts));
    }
    case Principal::kOrIds: {
      WEFT_TRY(auto parts, compile_set(wire.or_ids().ids(), compile_principal));
      return AccessCondition::any_of(std::move(parts));
    }
    case Principal::kNotId: {
      WEFT_TRY(auto part, compile_principal(wire.not_id()));
      return AccessCondition::negated(std::move(part));
    }
    case Principal::kAny:
      return compile_any(wire.any());
    case Principal::kAuthenticated:
      return compile_peer(wire.authenticated());
    case Principal::kSourceIp:
      return compile_range(wire.source_ip(), AddressMatch::Whose::direct);
    case Principal::kDirectRemoteIp:
      return compile_range(wire.direct_remote_ip(), AddressMatch::Whose::direct);
    case Principal::kRemoteIp:
      return compile_range(wire.remote_ip(), AddressMatch::Whose::remote);
    case Principal::kHeader:
      return compile_header(wire.header());
    case Principal::kUrlPath:
      return compile_url_path(wire.url_path());
    case Principal::kMetadata:
      return compile_metadata(wire.metadata());
    default:
      return fail(Reason::unsupported, "a principal of a kind that is not known");
  }
}

}  // namespace weft::decide
