#include "api/codec.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "api/base64.h"
#include "api/duration_text.h"
#include "base/strings.h"

namespace weft::api {
namespace {

using NodeKind = Node::Kind;

// A scalar as it stands in the file: `yes`, where the tree has "true".
std::string written(const Place& place) {
  const Node& node = place.node();
  const SourceFile* source = place.report().source;
  if (source == nullptr || node.at.line == 0) return node.text;
  const std::string_view line = source->line(node.at.line);
  return std::string(line.substr(std::min<size_t>(node.at.column - 1, line.size()), node.width));
}

void wrong_type(const Place& place, std::string_view due) {
  const NodeKind found = place.node().kind;
  std::string hint;
  if (due == "a string" && place.node().is_scalar()) {
    hint = fmt::format("put it in quotes: \"{}\"", written(place));
  }
  place.error(Code::wrong_type, fmt::format("{} is due here, not {}", due, describe(found)), std::move(hint));
}

bool passes(const Place& place, const Field& field, std::string_view text) {
  if (!field.choices.empty() && !text.empty() && std::ranges::find(field.choices, text) == field.choices.end()) {
    std::string names;
    for (const auto choice : field.choices) names += (names.empty() ? "" : ", ") + std::string(choice);
    const auto close = nearest(text, field.choices);
    place.error(Code::bad_value, fmt::format("\"{}\" is none of: {}", text, names),
                close ? fmt::format("did you mean \"{}\"?", *close) : std::string());
    return false;
  }
  // In Kubernetes' and protobuf's JSON an empty text is an unset one; in lists and maps it stands for itself.
  if (field.check == nullptr || (text.empty() && field.shape == Shape::text)) return true;
  const auto wrong = field.check(text);
  if (wrong) place.error(Code::bad_value, fmt::format("{} \"{}\" {}", field.name, text, *wrong));
  return !wrong;
}

std::string limits(const Field& field) {
  const double minimum = field.minimum.value_or(0);
  if (field.maximum) return fmt::format("from {} to {}", minimum, *field.maximum);
  return fmt::format("{} or more", minimum);
}

// The text as written is shown, not the number it became.
bool within_limits(const Place& place, const Field& field, double value) {
  const bool low = field.minimum && value < *field.minimum, high = field.maximum && value > *field.maximum;
  if (low || high) {
    place.error(Code::out_of_range, fmt::format("{} must be {}, not {}", field.name, limits(field), place.node().text));
  }
  return !low && !high;
}

// The digits of an integer; protobuf's JSON also takes "5" and 5.0.
std::optional<std::string> integer_text(const Place& place) {
  const Node& node = place.node();
  if (node.kind == NodeKind::integer) return node.text;
  if (place.report().dialect != Dialect::protobuf) return std::nullopt;
  if (node.kind == NodeKind::number) {
    const double value = to_json(node).get<double>();
    if (std::trunc(value) == value && std::fabs(value) < 9e15) return std::to_string(static_cast<int64_t>(value));
  }
  if (node.kind == NodeKind::string && !node.text.empty() &&
      node.text.find_first_not_of("0123456789", node.text.front() == '-' ? 1 : 0) == std::string::npos) {
    return node.text;
  }
  return std::nullopt;
}

}  // namespace

// Sign and magnitude, since neither int64_t nor uint64_t holds all that the types together need.
std::optional<WholeNumber> read_whole_number(const Place& place, const Field& field, int64_t least, uint64_t most) {
  const auto text = integer_text(place);
  if (!text) return wrong_type(place, "an integer"), std::nullopt;
  WholeNumber number;
  number.negative = text->starts_with('-');
  const auto magnitude = parse_unsigned(std::string_view(*text).substr(number.negative ? 1 : 0));
  const uint64_t floor = least < 0 ? ~static_cast<uint64_t>(least) + 1 : 0;
  const bool fits = magnitude && (number.negative ? *magnitude <= floor : *magnitude <= most);
  if (!fits) {
    const std::string range = field.minimum ? limits(field) : fmt::format("from {} to {}", least, most);
    place.error(Code::out_of_range, fmt::format("{} must be {}, not {}", field.name, range, *text));
    return std::nullopt;
  }
  number.magnitude = *magnitude;
  const double value = static_cast<double>(*magnitude) * (number.negative ? -1 : 1);
  if (!within_limits(place, field, value)) return std::nullopt;
  return number;
}

bool Codec<std::string>::read(const Place& place, const Field& field, std::string& value) {
  if (place.node().kind != NodeKind::string) return wrong_type(place, "a string"), false;
  if (!passes(place, field, place.node().text)) return false;
  value = place.node().text;
  return true;
}

bool Codec<bool>::read(const Place& place, const Field&, bool& value) {
  if (place.node().kind != NodeKind::boolean) return wrong_type(place, "true or false"), false;
  value = place.node().text == "true";
  return true;
}

bool Codec<double>::read(const Place& place, const Field& field, double& value) {
  const Node& node = place.node();
  if (node.kind != NodeKind::integer && node.kind != NodeKind::number) return wrong_type(place, "a number"), false;
  const double number = to_json(node).get<double>();
  if (!within_limits(place, field, number)) return false;
  value = number;
  return true;
}

// Istio's rule for all durations: whole milliseconds, 1 ms at least; what may be zero says so in its table.
bool Codec<Duration>::read(const Place& place, const Field& field, Duration& value) {
  constexpr std::string_view kHint = "write a number and a unit: 30s, 1.5s, 100ms, 1h30m";
  const Node& node = place.node();
  const auto duration = node.kind == NodeKind::string ? parse_duration(node.text) : std::nullopt;
  if (!duration) {
    if (!node.is_scalar()) return wrong_type(place, "a duration"), false;
    place.error(Code::bad_duration, fmt::format("{} \"{}\" is not a duration", field.name, node.text),
                std::string(kHint));
    return false;
  }
  const bool zero_is_fine = field.zero_allowed && *duration == Duration{};
  if (*duration < std::chrono::milliseconds(1) && !zero_is_fine) {
    place.error(Code::bad_duration, fmt::format("{} must be 1ms or more, not {}", field.name, node.text));
    return false;
  }
  if (*duration % std::chrono::milliseconds(1) != Duration{}) {
    place.error(Code::bad_duration, fmt::format("{} must be in whole milliseconds, not {}", field.name, node.text));
    return false;
  }
  value = *duration;
  return true;
}

Json Codec<Duration>::write(Duration value) {
  return print_duration(value);
}

bool Codec<istio::Bytes>::read(const Place& place, const Field& field, istio::Bytes& value) {
  if (place.node().kind != NodeKind::string) return wrong_type(place, "a string"), false;
  auto bytes = decode_base64(place.node().text);
  if (!bytes) return place.error(Code::bad_value, fmt::format("{} is not base64", field.name)), false;
  value.value = std::move(*bytes);
  return true;
}

Json Codec<istio::Bytes>::write(const istio::Bytes& value) {
  return encode_base64(value.value);
}

bool Codec<kubernetes::PortReference>::read(const Place& place, const Field& field, kubernetes::PortReference& value) {
  const Node& node = place.node();
  if (node.kind == NodeKind::string && !node.text.empty()) {
    value.name = node.text;
    return passes(place, field, node.text);
  }
  const auto number = node.kind == NodeKind::integer ? parse_unsigned(node.text) : std::nullopt;
  if (!number || *number == 0 || *number > 65535) {
    place.error(Code::out_of_range, fmt::format("{} must be a port from 1 to 65535 or the name of one", field.name));
    return false;
  }
  value.number = static_cast<int32_t>(*number);
  return true;
}

Json Codec<kubernetes::PortReference>::write(const kubernetes::PortReference& value) {
  return value.name.empty() ? Json(value.number) : Json(value.name);
}

bool Codec<kubernetes::CountOrPercent>::read(const Place& place, const Field& field,
                                             kubernetes::CountOrPercent& value) {
  std::string_view text = place.node().text;
  value.is_percent = place.node().kind == NodeKind::string && text.ends_with('%');
  if (value.is_percent) text.remove_suffix(1);
  const bool typed = place.node().kind == NodeKind::integer || value.is_percent;
  const auto number = typed ? parse_unsigned(text) : std::nullopt;
  if (!number || *number > 1'000'000) {
    place.error(Code::bad_value, fmt::format("{} must be a count or a percentage such as \"25%\"", field.name));
    return false;
  }
  value.value = static_cast<int32_t>(*number);
  return true;
}

Json Codec<kubernetes::CountOrPercent>::write(const kubernetes::CountOrPercent& value) {
  return value.is_percent ? Json(fmt::format("{}%", value.value)) : Json(value.value);
}

// By name, in protobuf's dialect also by number.
std::optional<size_t> read_choice(const Place& place, const std::vector<ChoiceEntry>& entries) {
  const Node& node = place.node();
  const bool by_number = node.kind == NodeKind::integer && place.report().dialect == Dialect::protobuf;
  if (node.kind != NodeKind::string && !by_number) return wrong_type(place, "a string"), std::nullopt;
  std::string names;
  std::vector<std::string_view> modern;
  for (size_t i = 0; i < entries.size(); ++i) {
    const ChoiceEntry& entry = entries[i];
    if (by_number ? std::to_string(entry.number) == node.text : entry.name == node.text) {
      if (!entry.modern.empty()) {
        place.warn(Code::legacy_spelling, fmt::format("{} is an old spelling", entry.name),
                   fmt::format("write {}", entry.modern));
      }
      return i;
    }
    if (!entry.modern.empty()) continue;
    names += (names.empty() ? "" : ", ") + std::string(entry.name);
    modern.push_back(entry.name);
  }
  const auto close = nearest(node.text, modern);
  place.error(Code::bad_value, fmt::format("\"{}\" is none of: {}", node.text, names),
              close ? fmt::format("did you mean {}?", *close) : std::string());
  return std::nullopt;
}

bool expect_list(const Place& place) {
  if (!place.node().is_list()) wrong_type(place, "a list");
  return place.node().is_list();
}

bool expect_map(const Place& place) {
  if (!place.node().is_map()) wrong_type(place, "a map");
  return place.node().is_map();
}

bool is_missing_element(const Place& place) {
  if (place.node().kind != NodeKind::null) return false;
  place.error(Code::required, "an empty entry", "give it a value or remove it");
  return true;
}

// A key that is wrong is left out; its value would only be complained about a second time.
bool check_key(const Place& place, const Field& field, const MapEntry& entry) {
  if (field.key_check == nullptr) return true;
  const auto wrong = field.key_check(entry.key);
  if (wrong) place.key(entry).error(Code::bad_value, fmt::format("the key \"{}\" {}", entry.key, *wrong));
  return !wrong;
}

}  // namespace weft::api
