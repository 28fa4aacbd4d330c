#include "decide/compile/wire_values.h"

#include <algorithm>
#include <array>

#include "base/strings.h"

#pragma clang diagnostic ignored "-Wdeprecated-declarations"  // older spellings that control planes still send

namespace weft::decide {

namespace core = envoy::config::core::v3;

Duration to_duration(const google::protobuf::Duration& wire) {
  constexpr int64_t kSecondsMax = int64_t{100} * 365 * 24 * 3600;
  constexpr Duration kLongest = std::chrono::seconds(kSecondsMax);
  const Duration whole = std::chrono::seconds(std::clamp(wire.seconds(), -kSecondsMax, kSecondsMax));
  return std::clamp(whole + std::chrono::nanoseconds(wire.nanos()), Duration::zero(), kLongest);
}

Fraction to_fraction(const envoy::type::v3::FractionalPercent& wire) {
  uint32_t denominator = 100;
  if (wire.denominator() == envoy::type::v3::FractionalPercent::TEN_THOUSAND) denominator = 10'000;
  if (wire.denominator() == envoy::type::v3::FractionalPercent::MILLION) denominator = 1'000'000;
  return {wire.numerator(), denominator};
}

Result<SocketAddress> to_address(const core::Address& wire) {
  const auto& socket = wire.socket_address();
  if (!wire.has_socket_address() || socket.protocol() != core::SocketAddress::TCP) {
    return fail(Reason::invalid, "an address must be a TCP socket address");
  }
  const auto ip = IpAddress::parse(socket.address());
  if (!ip) return fail(Reason::invalid, "'" + socket.address() + "' is not an IP address");
  if (socket.port_value() > 65535)
    return fail(Reason::invalid, "port " + std::to_string(socket.port_value()) + " is over 65535");
  return SocketAddress{*ip, static_cast<uint16_t>(socket.port_value())};
}

Result<EndpointAddress> to_endpoint_address(const core::Address& wire) {
  if (!wire.has_pipe()) return to_address(wire);
  constexpr size_t kPathBytesMax = 107;  // as in Envoy: what sockaddr_un holds, with its final 0
  const std::string& path = wire.pipe().path();
  const bool is_named = path.size() > 1 && (path.front() == '/' || path.front() == '@');
  if (!is_named || path.contains('\0')) return fail(Reason::invalid, "'" + path + "' is not /PATH and not @NAME");
  if (path.size() > kPathBytesMax) return fail(Reason::invalid, "'" + path + "' is longer than 107 bytes");
  return EndpointAddress{.socket_file = path};
}

Result<IpRange> to_range(const core::CidrRange& wire) {
  const std::string text = wire.address_prefix() + "/" + std::to_string(wire.prefix_len().value());
  if (const auto range = IpRange::parse(text)) return *range;
  return fail(Reason::invalid, "'" + text + "' is not an address range");
}

Result<Regex> to_regex(const envoy::type::matcher::v3::RegexMatcher& wire) {
  return Regex::compile(wire.regex());
}

Result<TextMatch> to_text_match(const envoy::type::matcher::v3::StringMatcher& wire) {
  using Wire = envoy::type::matcher::v3::StringMatcher;
  const Case letters = wire.ignore_case() ? Case::ignored : Case::sensitive;
  switch (wire.match_pattern_case()) {
    case Wire::kExact:
      return TextMatch(TextMatch::Kind::exact, wire.exact(), letters);
    case Wire::kPrefix:
      return TextMatch(TextMatch::Kind::prefix, wire.prefix(), letters);
    case Wire::kSuffix:
      return TextMatch(TextMatch::Kind::suffix, wire.suffix(), letters);
    case Wire::kContains:
      return TextMatch(TextMatch::Kind::contains, wire.contains(), letters);
    case Wire::kSafeRegex: {
      WEFT_TRY(auto regex, to_regex(wire.safe_regex()));
      return TextMatch(std::move(regex));
    }
    default:
      return fail(Reason::unsupported, "a string matcher of a kind that is not known");
  }
}

namespace {

// Fields that frame messages or belong to one connection: they are the codec's (RFC 9112 6, RFC 9110 7.6.1).
constexpr std::array<std::string_view, 7> kUntouchable = {"connection", "content-length",    "keep-alive", "te",
                                                          "trailer",    "transfer-encoding", "upgrade"};

bool is_token(std::string_view name) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::ranges::all_of(name, [&](char c) {
    const char lower = to_lower(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || kMarks.contains(c);
  });
}

}  // namespace

Result<std::string> edited_name(std::string_view wire) {
  std::string name = to_lower(wire);
  if (name == ":authority") name = "host";
  if (!is_token(name)) return fail(Reason::invalid, "'" + name + "' is not a header name that can be edited");
  if (std::ranges::find(kUntouchable, name) != kUntouchable.end()) {
    return fail(Reason::invalid, "header '" + name + "' frames the message and cannot be edited");
  }
  return name;
}

namespace {

bool has_control_character(std::string_view value) {
  return std::ranges::any_of(value,
                             [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; });
}

HeaderEdit::Kind edit_kind(const core::HeaderValueOption& option) {
  // `append` is the older spelling and wins where it is set.
  if (option.has_append()) return option.append().value() ? HeaderEdit::Kind::append : HeaderEdit::Kind::set;
  switch (option.append_action()) {
    case core::HeaderValueOption::ADD_IF_ABSENT:
      return HeaderEdit::Kind::add_if_absent;
    case core::HeaderValueOption::OVERWRITE_IF_EXISTS_OR_ADD:
      return HeaderEdit::Kind::set;
    case core::HeaderValueOption::OVERWRITE_IF_EXISTS:
      return HeaderEdit::Kind::set_if_present;
    default:
      return HeaderEdit::Kind::append;
  }
}

}  // namespace

Result<> append_edits(const HeaderOptions& add, const HeaderNames& remove, HeaderEdits& edits) {
  for (const auto& option : add) {
    HeaderEdit edit{.kind = edit_kind(option), .keep_empty = option.keep_empty_value()};
    WEFT_TRY(edit.name, edited_name(option.header().key()));
    if (has_control_character(option.header().value())) {
      return fail(Reason::invalid, "the value for header '" + edit.name + "' holds a control character");
    }
    WEFT_TRY(edit.value, HeaderText::parse(option.header().value()));
    edits.push_back(std::move(edit));
  }
  for (const auto& name : remove) {
    HeaderEdit edit{.kind = HeaderEdit::Kind::remove};
    WEFT_TRY(edit.name, edited_name(name));
    if (edit.name == "host") return fail(Reason::invalid, "header 'host' cannot be removed");
    edits.push_back(std::move(edit));
  }
  return {};
}

const google::protobuf::Struct* metadata_of(const core::Metadata& metadata, const std::string& name) {
  const auto found = metadata.filter_metadata().find(name);
  return found == metadata.filter_metadata().end() ? nullptr : &found->second;
}

bool flag_field(const google::protobuf::Struct& fields, const std::string& key) {
  const auto found = fields.fields().find(key);
  return found != fields.fields().end() && found->second.bool_value();
}

std::string text_field(const google::protobuf::Struct& fields, const std::string& key) {
  const auto found = fields.fields().find(key);
  return found == fields.fields().end() ? std::string() : found->second.string_value();
}

namespace {

// 0, which stands for none, for what is no number of a line.
int to_line(const google::protobuf::Value& wire) {
  const auto as_text = parse_unsigned(wire.string_value());
  const double number = as_text ? static_cast<double>(*as_text) : wire.number_value();
  return number >= 1 && number <= INT32_MAX ? static_cast<int>(number) : 0;
}

}  // namespace

Origin to_origin(const core::Metadata& metadata) {
  Origin origin;
  if (const auto* weft = metadata_of(metadata, "weft")) {
    origin.object = text_field(*weft, "origin");
    origin.file = text_field(*weft, "file");
    const auto line = weft->fields().find("line");
    if (line != weft->fields().end()) origin.line = to_line(line->second);
  }
  if (const auto* istio = metadata_of(metadata, "istio")) origin.istio_config = text_field(*istio, "config");
  return origin;
}

SocketLabels to_socket_labels(const google::protobuf::Struct& wire) {
  SocketLabels labels;
  for (const auto& [key, value] : wire.fields()) {
    if (value.has_string_value()) labels.emplace(key, value.string_value());
  }
  return labels;
}

std::string_view type_name(const google::protobuf::Any& any) {
  const std::string_view url = any.type_url();
  return url.substr(url.rfind('/') + 1);
}

}  // namespace weft::decide
