#include "decide/authorization/claim_match.h"

#include <algorithm>

namespace weft::decide {
namespace {

using JsonKind = jose::Value::Kind;

bool holds(const ValueMatch::Null&, const jose::Value& value) {
  return value.is(JsonKind::null);
}
bool holds(const ValueMatch::Number& wanted, const jose::Value& value) {
  if (!value.is(JsonKind::number)) return false;
  return value.number == wanted.from || (value.number > wanted.from && value.number < wanted.to);
}
bool holds(const ValueMatch::Truth& wanted, const jose::Value& value) {
  return value.is(JsonKind::truth) && (value.text == "true") == wanted.wanted;
}
bool holds(const ValueMatch::Present& wanted, const jose::Value&) {
  return wanted.wanted;
}
bool holds(const TextMatch& text, const jose::Value& value) {
  return value.is(JsonKind::text) && text.matches(value.text);
}
bool holds(const ValueMatch::OneOf& list, const jose::Value& value) {
  return std::ranges::any_of(value.items, [&](const jose::Value& item) { return list.item.front().matches(&item); });
}
bool holds(const ValueMatch::AnyOf& choice, const jose::Value& value) {
  return std::ranges::any_of(choice.either, [&](const ValueMatch& one) { return one.matches(&value); });
}

bool holds_without_value(const ValueMatch& match) {
  if (const auto* present = std::get_if<ValueMatch::Present>(&match.rule)) return !present->wanted;
  const auto* choice = std::get_if<ValueMatch::AnyOf>(&match.rule);
  return choice != nullptr && std::ranges::any_of(choice->either, holds_without_value);
}

}  // namespace

bool ValueMatch::matches(const jose::Value* value) const {
  if (value == nullptr) return holds_without_value(*this);
  return std::visit([&](const auto& each) { return holds(each, *value); }, rule);
}

bool ClaimMatch::matches(const Claims* claims) const {
  return value.matches(claims == nullptr ? nullptr : claims->find(path)) != inverted;
}

}  // namespace weft::decide
