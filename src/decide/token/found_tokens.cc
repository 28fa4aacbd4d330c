#include "decide/token/found_tokens.h"

#include <algorithm>

#include "base/strings.h"

namespace weft::decide {
namespace {

// Calls `visit(part)` for the parts of a text; a token holds none of the separators used here.
template <class Visit>
void each_part(std::string_view text, std::string_view separators, Visit visit) {
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find_first_of(separators));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    visit(part);
  }
}

// The text behind the prefix; empty when there is none.
std::string_view token_in(std::string_view part, std::string_view prefix) {
  part = trim(part);
  if (part.size() <= prefix.size() || !equal_ignoring_case(part.substr(0, prefix.size()), prefix)) return {};
  return trim(part.substr(prefix.size()));
}

std::pair<std::string_view, std::string_view> name_and_value(std::string_view pair) {
  const size_t equals = pair.find('=');
  if (equals == std::string_view::npos) return {trim(pair), {}};
  return {trim(pair.substr(0, equals)), trim(pair.substr(equals + 1))};
}

bool is_among(std::string_view name, const std::vector<std::string>& names) {
  return std::ranges::find(names, name) != names.end();
}

void add(std::string_view token, std::vector<std::string_view>& found) {
  if (!token.empty() && std::ranges::find(found, token) == found.end()) found.push_back(token);
}

// `joined` keeps the text alive when the request does not.
std::string_view field(const RequestHead& request, std::string_view name, std::deque<std::string>& joined) {
  std::string& scratch = joined.emplace_back();
  const auto value = request.headers == nullptr ? std::nullopt : request.headers->value_of(name, scratch);
  if (scratch.empty()) joined.pop_back();
  return value.value_or("");
}

template <class Wanted>
bool has_part(std::string_view text, std::string_view separators, Wanted wanted) {
  bool is_there = false;
  each_part(text, separators, [&](std::string_view part) { is_there = is_there || wanted(part); });
  return is_there;
}

// The parts for which `unwanted` is false, in their order, with `separator` between them.
template <class Unwanted>
bool keep_parts(std::string& text, char separator, Unwanted unwanted) {
  if (!has_part(text, {&separator, 1}, unwanted)) return false;
  std::string kept;
  each_part(text, {&separator, 1}, [&](std::string_view part) {
    if (unwanted(part)) return;
    if (!kept.empty()) kept += separator;
    kept += kept.empty() ? trim(part) : part;
  });
  text = std::move(kept);
  return true;
}

}  // namespace

void find_tokens(const TokenProvider& provider, const RequestHead& request, std::deque<std::string>& joined,
                 std::vector<std::string_view>& found) {
  for (const TokenHeader& header : provider.headers) {
    each_part(field(request, header.name, joined), ",",
              [&](std::string_view part) { add(token_in(part, header.prefix), found); });
  }
  if (!provider.parameters.empty()) {
    each_part(request.query(), "&", [&](std::string_view part) {
      const auto [name, value] = name_and_value(part);
      if (is_among(name, provider.parameters)) add(value, found);
    });
  }
  if (!provider.cookies.empty()) {
    each_part(field(request, "cookie", joined), ";,", [&](std::string_view part) {
      const auto [name, value] = name_and_value(part);
      if (is_among(name, provider.cookies)) add(value, found);
    });
  }
}

bool holds_token(std::string_view value, const TokenHeader& location) {
  return has_part(value, ",", [&](std::string_view part) { return !token_in(part, location.prefix).empty(); });
}

bool remove_tokens(std::string& value, const TokenHeader& location) {
  return keep_parts(value, ',', [&](std::string_view part) { return !token_in(part, location.prefix).empty(); });
}

bool remove_parameters(std::string& path, const std::vector<std::string>& names) {
  const size_t mark = path.find('?');
  if (mark == std::string::npos) return false;
  const auto is_unwanted = [&](std::string_view part) { return is_among(name_and_value(part).first, names); };
  if (!has_part(std::string_view(path).substr(mark + 1), "&", is_unwanted)) return false;
  std::string query = path.substr(mark + 1);
  keep_parts(query, '&', is_unwanted);
  path.resize(mark);
  if (!query.empty()) path.append("?").append(query);
  return true;
}

bool remove_cookies(std::string& cookies, const std::vector<std::string>& names) {
  return keep_parts(cookies, ';', [&](std::string_view part) { return is_among(name_and_value(part).first, names); });
}

}  // namespace weft::decide
