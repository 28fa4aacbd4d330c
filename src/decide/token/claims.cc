#include "decide/token/claims.h"

#include <algorithm>
#include <utility>

#include "base/strings.h"

namespace weft::decide {
namespace {

using Kind = jose::Value::Kind;

void split_at_blanks(jose::Value& claim) {
  claim.kind = Kind::list;
  for (const std::string_view word : split(claim.text, ' ')) {
    if (!word.empty()) claim.items.push_back({.kind = Kind::text, .text = std::string(word)});
  }
  claim.text.clear();
}

}  // namespace

Claims::Claims(jose::Token token, std::span<const std::string> space_delimited)
    : registered_(token.claims()), encoded_(token.payload_text()), payload_(std::move(token).take_payload()) {
  if (!registered_.issuer.empty() && !registered_.subject.empty())
    principal_ = registered_.issuer + "/" + registered_.subject;
  for (auto& [name, value] : payload_.members) {
    if (value.is(Kind::text) && std::ranges::find(space_delimited, name) != space_delimited.end())
      split_at_blanks(value);
  }
}

std::string_view Claims::presenter() const {
  return payload_.text_of("azp").value_or("");
}

const jose::Value* Claims::find(std::span<const std::string> path) const {
  const jose::Value* value = &payload_;
  for (const std::string& name : path) {
    if (value != nullptr) value = value->find(name);
  }
  return path.empty() ? nullptr : value;
}

}  // namespace weft::decide
