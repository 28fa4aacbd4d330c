#include "api/istio/authorization_checks.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "api/field_table.h"
#include "base/strings.h"

namespace weft::api::istio {
namespace {

constexpr std::string_view kOneSegment = "{*}";
constexpr std::string_view kAllThatIsLeft = "{**}";

// RFC 3986 pchar, and "%" of escapes: what a segment of a path template may hold.
bool is_segment_character(char c) {
  const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return is_letter || (c >= '0' && c <= '9') || std::string_view("-._~%!$&'()+,;:@=").contains(c);
}

// Between slashes; those at the ends count for nothing.
template <class Visit>
void each_segment(std::string_view path, Visit&& visit) {
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  while (true) {
    const size_t slash = path.find('/');
    visit(path.substr(0, slash));
    if (slash == std::string_view::npos) return;
    path.remove_prefix(slash + 1);
  }
}

// What the values of an attribute must look like.
enum class Values : uint8_t { any, addresses, ports, service_accounts, trust_domains };

// An attribute of `when`. Those with a name in brackets end in "[" here.
struct Attribute {
  std::string_view name;
  Values values = Values::any;
  bool http_only = false;
  bool custom_takes_it =
      true;  // Istio refuses what an external authorizer could not rely on yet: it runs before tokens
};

constexpr std::array<Attribute, 15> kAttributes = {{
    {"request.headers[", Values::any, true},
    {"source.ip", Values::addresses},
    {"remote.ip", Values::addresses},
    {"source.namespace", Values::any, false, false},
    {"source.serviceAccount", Values::service_accounts, false, false},
    {"source.principal", Values::any, false, false},
    {"source.trustDomain", Values::trust_domains, false, false},
    {"request.auth.principal", Values::any, true, false},
    {"request.auth.audiences", Values::any, true, false},
    {"request.auth.presenter", Values::any, true, false},
    {"request.auth.claims[", Values::any, true, false},
    {"destination.ip", Values::addresses},
    {"destination.port", Values::ports},
    {"connection.sni", Values::any},
    {"experimental.envoy.filters.", Values::any},
}};

const Attribute* find_attribute(std::string_view key) {
  const auto found = std::ranges::find_if(kAttributes, [&](const Attribute& known) {
    const bool is_family = known.name.ends_with('[') || known.name.ends_with('.');
    return is_family ? key.starts_with(known.name) : key == known.name;
  });
  return found == kAttributes.end() ? nullptr : &*found;
}

// NAME[WORD], and of claims [WORD][WORD] and so on; no WORD is empty, and none has brackets.
bool has_word_in_brackets(std::string_view key) {
  const size_t open = key.find('[');
  if (open == std::string_view::npos) return false;
  size_t words = 0;
  for (std::string_view rest = key.substr(open); !rest.empty(); ++words) {
    const size_t end = rest.find_first_of("[]", 1);
    if (rest.front() != '[' || end == std::string_view::npos || end == 1 || rest[end] != ']') return false;
    rest.remove_prefix(end + 1);
  }
  return words == 1 || key.starts_with("request.auth.claims[");
}

// Attributes that are said of something: "request.headers" alone is none.
bool lacks_its_word(std::string_view key) {
  return std::ranges::any_of(kAttributes, [&](const Attribute& known) {
    return known.name.ends_with('[') && key == known.name.substr(0, known.name.size() - 1);
  });
}

Complaint check_word(Values values, std::string_view text) {
  switch (values) {
    case Values::any:
      return std::nullopt;
    case Values::addresses:
      return check_subnet(text);
    case Values::ports:
      return check_policy_port(text);
    case Values::service_accounts:
      return check_service_account(text);
    case Values::trust_domains:
      return check_trust_domain(text);
  }
  return std::nullopt;
}

void check_words(const Place& place, Values kind, const std::vector<std::string>& words) {
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i].empty()) continue;  // said already
    if (const auto wrong = check_word(kind, words[i]))
      place.at(i).error(Code::bad_value, fmt::format("\"{}\" {}", words[i], *wrong));
  }
}

void check_key(const Place& place, std::string_view key) {
  const Place at = place.at("key");
  if (key.starts_with("destination.labels")) {
    at.error(Code::bad_value, fmt::format("the attribute {} is gone", key), "use the policy's selector");
  } else if (key == "destination.namespace") {
    at.error(Code::bad_value, "the attribute destination.namespace is gone", "use the policy's own namespace");
  } else if (key == "destination.name" || key == "destination.user") {
    at.error(Code::bad_value, fmt::format("the attribute {} is gone", key), "use the policy's selector");
  } else if (lacks_its_word(key)) {
    at.error(Code::bad_value, fmt::format("\"{}\" lacks a name in brackets", key), "write it as a[b]");
  } else if (find_attribute(key) == nullptr) {
    at.error(Code::bad_value, fmt::format("unknown attribute \"{}\"", key));
  } else if (const auto& known = *find_attribute(key); known.name.ends_with('[') || known.name.ends_with('.')) {
    if (!has_word_in_brackets(key))
      at.error(Code::bad_value, fmt::format("\"{}\" lacks a name in brackets", key), "write it as a[b]");
  }
}

bool is_empty(const AuthorizationSource& source) {
  const auto lists = {&source.principals,       &source.not_principals,       &source.request_principals,
                      &source.namespaces,       &source.not_namespaces,       &source.not_request_principals,
                      &source.service_accounts, &source.not_service_accounts, &source.trust_domains,
                      &source.ip_blocks,        &source.not_ip_blocks,        &source.not_trust_domains,
                      &source.remote_ip_blocks, &source.not_remote_ip_blocks};
  return std::ranges::all_of(lists, [](const auto* list) { return list->empty(); });
}

bool is_empty(const AuthorizationOperation& operation) {
  const auto lists = {&operation.hosts,   &operation.not_hosts,   &operation.ports, &operation.not_ports,
                      &operation.methods, &operation.not_methods, &operation.paths, &operation.not_paths};
  return std::ranges::all_of(lists, [](const auto* list) { return list->empty(); });
}

void check_account_count(const Place& place, std::string_view name, const std::vector<std::string>& accounts) {
  constexpr size_t kAccountsMax = 16;  // Istio's
  if (accounts.size() > kAccountsMax)
    place.at(name).error(Code::out_of_range, fmt::format("{} has 16 values at most", name));
}

// A source or operation of nothing but what HTTP has.
bool is_http_only(const AuthorizationSource& source) {
  AuthorizationSource rest = source;
  rest.request_principals.clear();
  rest.not_request_principals.clear();
  return is_empty(rest);
}
bool is_http_only(const AuthorizationOperation& operation) {
  return operation.ports.empty() && operation.not_ports.empty();
}

// On a TCP port the HTTP fields of a DENY rule count for nothing; one that has no others refuses every connection.
bool denies_all_tcp(const AuthorizationRule& rule) {
  const bool has_from = !rule.from.empty();
  const bool has_to = !rule.to.empty();
  const bool from_is_http =
      std::ranges::all_of(rule.from, [](const auto& from) { return !from.source || is_http_only(*from.source); });
  const bool to_is_http =
      std::ranges::all_of(rule.to, [](const auto& to) { return !to.operation || is_http_only(*to.operation); });
  return (has_from && !has_to && from_is_http) || (has_to && to_is_http);
}

void refuse_with_custom(const Place& source) {
  for (const std::string_view name :
       {"namespaces", "notNamespaces", "serviceAccounts", "notServiceAccounts", "trustDomains", "notTrustDomains",
        "principals", "notPrincipals", "requestPrincipals", "notRequestPrincipals"}) {
    if (!source.has(name)) continue;
    source.at(name).error(Code::conflicting_fields, fmt::format("{} is not supported with CUSTOM", name));
  }
}

void check_custom_rule(const Place& place, const AuthorizationRule& rule) {
  const Place from = place.at("from");
  for (size_t i = 0; i < rule.from.size(); ++i) {
    const Place entry = from.at(i);
    if (rule.from[i].source) refuse_with_custom(entry.at("source"));
  }
  const Place when = place.at("when");
  for (size_t i = 0; i < rule.when.size(); ++i) {
    const auto* attribute = find_attribute(rule.when[i].key);
    if (attribute == nullptr || attribute->custom_takes_it) continue;
    const Place condition = when.at(i);
    condition.at("key").error(Code::conflicting_fields,
                              fmt::format("{} is not supported with CUSTOM", rule.when[i].key));
  }
}

void check_action(const Place& place, const AuthorizationPolicy& policy) {
  const bool is_custom = policy.action == AuthorizationAction::custom;
  const bool is_deny = policy.action == AuthorizationAction::deny;
  if ((is_custom || is_deny) && !place.has("rules")) {
    place.error(Code::required, fmt::format("{} without rules does nothing", is_custom ? "CUSTOM" : "DENY"),
                "write `rules: [{}]` for every request");
  }
  if (is_custom && (!policy.provider || policy.provider->name.empty())) {
    place.at("provider")
        .error(Code::required, "CUSTOM needs provider.name", "name one of MeshConfig's extensionProviders");
  }
  if (!is_custom && policy.provider)
    place.at("provider").error(Code::conflicting_fields, "provider goes with the action CUSTOM only");
}

}  // namespace

Complaint check_service_account(std::string_view text) {
  constexpr size_t kLengthMax = 320;  // Istio's: a namespace, a slash and a name
  if (text.empty()) return "may not be empty";
  if (text.find('*') != std::string_view::npos) return "may not be a wildcard";
  if (text.size() > kLengthMax) return "may not be longer than 320 characters";
  const size_t slash = text.find('/');
  const bool is_halved = slash == 0 || slash + 1 == text.size();
  if (is_halved || std::ranges::count(text, '/') > 1) return "must be ACCOUNT or NAMESPACE/ACCOUNT";
  return std::nullopt;
}

Complaint check_trust_domain(std::string_view text) {
  if (text.empty()) return "may not be empty";
  if (text.find('/') != std::string_view::npos) return "may not contain a slash";
  const auto stars = std::ranges::count(text, '*');
  if (stars > 1 || (stars == 1 && text.front() != '*' && text.back() != '*'))
    return "may have one \"*\", at one of its ends";
  return std::nullopt;
}

Complaint check_policy_port(std::string_view text) {
  constexpr uint64_t kMost = 65535;
  const auto number = parse_unsigned(text);
  if (number && *number <= kMost) return std::nullopt;
  return "is no port: 0 to 65535";
}

bool is_path_template(std::string_view path) {
  return path.find(kOneSegment) != std::string_view::npos || path.find(kAllThatIsLeft) != std::string_view::npos;
}

Complaint check_policy_path(std::string_view text) {
  if (text.empty()) return "may not be empty";
  const bool is_template = is_path_template(text);
  bool has_ended = false;
  Complaint wrong;
  each_segment(text, [&](std::string_view segment) {
    const bool is_operator = segment == kOneSegment || segment == kAllThatIsLeft;
    if (wrong) return;
    if (is_operator && has_ended) wrong = "has an operator behind {**}, which takes all that is left";
    if (is_operator) {
      has_ended = has_ended || segment == kAllThatIsLeft;
    } else if (segment.find_first_of("{}") != std::string_view::npos) {
      wrong = "has braces in a segment that is neither {*} nor {**}";
    } else if (is_template && (segment.empty() || !std::ranges::all_of(segment, is_segment_character))) {
      wrong = "is a template with a segment that is no plain text";
    }
  });
  return wrong;
}

void check_source(const Place& place, AuthorizationSource& source) {
  if (is_empty(source)) place.error(Code::required, "source may not be empty", "leave `from` out to mean anyone");
  const bool has_identity = !source.principals.empty() || !source.not_principals.empty() ||
                            !source.namespaces.empty() || !source.not_namespaces.empty();
  const bool has_accounts = !source.service_accounts.empty() || !source.not_service_accounts.empty();
  if (has_identity && has_accounts)
    place.error(Code::conflicting_fields, "serviceAccounts does not go with namespaces or principals");
  check_account_count(place, "serviceAccounts", source.service_accounts);
  check_account_count(place, "notServiceAccounts", source.not_service_accounts);
}

void check_operation(const Place& place, AuthorizationOperation& operation) {
  if (is_empty(operation)) place.error(Code::required, "operation may not be empty", "leave `to` out to mean anything");
}

void check_condition(const Place& place, AuthorizationCondition& condition) {
  if (condition.key.empty()) return;  // said already
  if (condition.values.empty() && condition.not_values.empty()) {
    place.error(Code::required, fmt::format("the condition on {} has neither values nor notValues", condition.key));
  }
  check_key(place, condition.key);
  const auto* attribute = find_attribute(condition.key);
  if (attribute == nullptr) return;
  check_words(place.at("values"), attribute->values, condition.values);
  check_words(place.at("notValues"), attribute->values, condition.not_values);
}

void check_rule(const Place& place, AuthorizationRule& rule) {
  if (place.has("from") && rule.from.empty()) place.at("from").error(Code::required, "from may not be empty");
  if (place.has("to") && rule.to.empty()) place.at("to").error(Code::required, "to may not be empty");
}

void check_authorization_policy(const Place& place, AuthorizationPolicy& policy) {
  check_policy_targets(place);
  check_action(place, policy);
  const Place rules = place.at("rules");
  for (size_t i = 0; i < policy.rules.size(); ++i) {
    const Place rule = rules.at(i);
    if (policy.action == AuthorizationAction::custom) check_custom_rule(rule, policy.rules[i]);
    if (policy.action != AuthorizationAction::deny || !denies_all_tcp(policy.rules[i])) continue;
    rule.warn(Code::widened_rule, "on TCP ports this rule refuses every connection: all it looks at is HTTP's",
              "name the ports it is for");
  }
}

}  // namespace weft::api::istio
