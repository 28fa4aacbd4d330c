// What a request asks for.
#include <array>

#include "api/istio/authorization_checks.h"
#include "base/strings.h"
#include "control/translate/security/attributes.h"
#include "control/translate/security/text_matchers.h"

namespace weft::control::translate {
namespace {

using OperationValues = Attribute<Permission>::Values;

template <auto kFill>
Permission any_operation_of(const OperationValues& values) {
  std::vector<Permission> parts;
  for (const auto& text : values.texts) kFill(std::string_view(text), parts.emplace_back());
  return any_of(std::move(parts));
}

// Hosts are the same in any case; methods and paths are not.
void fill_host(std::string_view text, Permission& part) {
  fill_field(":authority", text, LetterCase::is_ignored, *part.mutable_header());
}

void fill_method(std::string_view text, Permission& part) {
  fill_field(":method", text, LetterCase::matters, *part.mutable_header());
}

// {*} is one segment, {**} all that is left. Istio sends these as a URI template, which does not match segments with
// letters that it would escape; as expressions they are the same to every Envoy and leave no such gap.
std::string template_regex(std::string_view path) {
  constexpr std::string_view kRest = "{**}";
  constexpr std::string_view kOne = "{*}";
  std::string regex;
  while (!path.empty()) {
    const bool is_rest = path.starts_with(kRest);
    const bool is_one = path.starts_with(kOne);
    regex += is_rest ? ".*" : is_one ? "[^/]+" : quoted_regex(path.substr(0, 1));
    path.remove_prefix(is_rest ? kRest.size() : is_one ? kOne.size() : 1);
  }
  return regex;
}

void fill_path(std::string_view text, Permission& part) {
  if (api::istio::is_path_template(text)) {
    part.mutable_url_path()->mutable_path()->mutable_safe_regex()->set_regex(template_regex(text));
  } else {
    fill_text(text, "", *part.mutable_url_path()->mutable_path());
  }
}

void fill_port(std::string_view text, Permission& part) {
  part.set_destination_port(static_cast<uint32_t>(parse_unsigned(text).value_or(0)));
}

void fill_destination_ip(std::string_view text, Permission& part) {
  fill_range(text, *part.mutable_destination_ip());
}

void fill_server_name(std::string_view text, Permission& part) {
  fill_text(text, "", *part.mutable_requested_server_name());
}

// "[v]" is looked for in a list, "v" is the value itself.
void fill_metadata_value(std::string_view text, envoy::type::matcher::v3::ValueMatcher& matcher) {
  if (text.size() > 1 && text.starts_with('[') && text.ends_with(']')) {
    auto& one = *matcher.mutable_list_match()->mutable_one_of();
    fill_text(text.substr(1, text.size() - 2), "", *one.mutable_string_match());
  } else {
    fill_text(text, "", *matcher.mutable_string_match());
  }
}

// "experimental.envoy.filters.FILTER[key]": what an Envoy filter of that name says of the request.
Permission any_metadata(const OperationValues& values) {
  constexpr std::string_view kExperimental = "experimental.";
  const size_t open = values.key.find('[');
  Permission part;
  auto& matcher = *part.mutable_metadata();
  matcher.set_filter(std::string(values.key.substr(kExperimental.size(), open - kExperimental.size())));
  matcher.add_path()->set_key(std::string(values.key.substr(open + 1, values.key.size() - open - 2)));
  for (const auto& text : values.texts) {
    auto& value = *matcher.mutable_value();
    fill_metadata_value(text, values.texts.size() == 1 ? value : *value.mutable_or_match()->add_value_matchers());
  }
  return part;
}

constexpr std::array<Attribute<Permission>, 7> kOperations = {{
    {"hosts", Seen::requests, any_operation_of<fill_host>},
    {"methods", Seen::requests, any_operation_of<fill_method>},
    {"paths", Seen::requests, any_operation_of<fill_path>},
    {"destination.port", Seen::connections, any_operation_of<fill_port>},
    {"destination.ip", Seen::connections, any_operation_of<fill_destination_ip>},
    {"connection.sni", Seen::connections, any_operation_of<fill_server_name>},
    {"experimental.envoy.filters.", Seen::connections, any_metadata},
}};

}  // namespace

const Attribute<Permission>* operation_attribute(std::string_view key) {
  for (const auto& known : kOperations) {
    if (known.name.ends_with('.') ? key.starts_with(known.name) : key == known.name) return &known;
  }
  return nullptr;
}

}  // namespace weft::control::translate
