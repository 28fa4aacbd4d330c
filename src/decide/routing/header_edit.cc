#include "decide/routing/header_edit.h"

#include <array>
#include <optional>

#include "base/strings.h"

namespace weft::decide {
namespace {

struct Spelling {
  std::string_view text;
  Operator what;
};

constexpr std::array<Spelling, 10> kPlainOperators = {{
    {"DOWNSTREAM_REMOTE_ADDRESS", Operator::client_address},
    {"DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT", Operator::client_ip},
    {"DOWNSTREAM_LOCAL_ADDRESS", Operator::local_address},
    {"UPSTREAM_REMOTE_ADDRESS", Operator::endpoint_address},
    {"UPSTREAM_HOST", Operator::endpoint_address},
    {"PROTOCOL", Operator::protocol},
    {"RESPONSE_CODE", Operator::response_code},
    {"ROUTE_NAME", Operator::route_name},
    {"UPSTREAM_CLUSTER", Operator::cluster_name},
    {"HOSTNAME", Operator::host_name},
}};

std::optional<Spelling> parse_operator(std::string_view text) {
  for (const auto& plain : kPlainOperators) {
    if (plain.text == text) return Spelling{"", plain.what};
  }
  if (!text.ends_with(')')) return std::nullopt;
  if (text.starts_with("REQ(")) return Spelling{text.substr(4, text.size() - 5), Operator::request_header};
  if (text.starts_with("RESP(")) return Spelling{text.substr(5, text.size() - 6), Operator::response_header};
  return std::nullopt;
}

}  // namespace

Result<HeaderText> HeaderText::parse(std::string_view text) {
  HeaderText result;
  std::string literal;
  const auto flush = [&] {
    if (!literal.empty()) result.parts_.push_back({Operator::literal, std::move(literal)});
    literal.clear();
  };
  for (size_t at = 0; at < text.size();) {
    if (text[at] != '%') {
      literal += text[at++];
      continue;
    }
    const size_t end = text.find('%', at + 1);
    if (end == std::string_view::npos) {
      return fail(Reason::invalid, "header value '" + std::string(text) + "': a percent sign is written %%");
    }
    const std::string_view name = text.substr(at + 1, end - at - 1);
    at = end + 1;
    if (name.empty()) {
      literal += '%';
      continue;
    }
    const auto spelling = parse_operator(name);
    if (!spelling) return fail(Reason::invalid, "header value operator %" + std::string(name) + "% is not known");
    flush();
    result.parts_.push_back({spelling->what, to_lower(spelling->text)});
  }
  flush();
  if (result.parts_.empty()) result.parts_.push_back({Operator::literal, ""});
  return result;
}

std::string HeaderText::render(const OperatorValues& values) const {
  std::string text;
  for (const auto& part : parts_) {
    text += part.what == Operator::literal ? std::string_view(part.text) : values.value_of(part.what, part.text);
  }
  return text;
}

}  // namespace weft::decide
