#include "jose/value.h"

#include <cmath>
#include <utility>

#include <nlohmann/json.hpp>

namespace weft::jose {
namespace {

using Kind = Value::Kind;

// Builds the tree while nlohmann's reader goes through the text; any `false` ends the reading.
class TreeBuilder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  Value take() { return std::move(root_); }

  bool null() override { return put({}); }
  bool boolean(bool truth) override { return put({.kind = Kind::truth, .text = truth ? "true" : "false"}); }
  bool number_integer(number_integer_t number) override {
    return put({.kind = Kind::number, .text = std::to_string(number), .number = static_cast<double>(number)});
  }
  bool number_unsigned(number_unsigned_t number) override {
    return put({.kind = Kind::number, .text = std::to_string(number), .number = static_cast<double>(number)});
  }
  bool number_float(number_float_t number, const string_t& written) override {
    return std::isfinite(number) && put({.kind = Kind::number, .text = written, .number = number});
  }
  bool string(string_t& text) override { return put({.kind = Kind::text, .text = std::move(text)}); }
  bool binary(binary_t&) override { return false; }
  bool start_object(size_t) override { return open(Kind::object); }
  bool start_array(size_t) override { return open(Kind::list); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    Value& object = *open_.back();
    if (object.find(name) != nullptr) return false;
    object.members.push_back({std::move(name), {}});
    return true;
  }
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

 private:
  // Where the next value goes. An open value's address holds: nothing is added beside it before it is closed.
  Value& next() {
    if (open_.empty()) return root_;
    Value& parent = *open_.back();
    return parent.kind == Kind::list ? parent.items.emplace_back() : parent.members.back().value;
  }
  bool put(Value value) {
    next() = std::move(value);
    return true;
  }
  bool open(Kind kind) {
    if (open_.size() == kDepthMax) return false;
    Value& value = next();
    value.kind = kind;
    open_.push_back(&value);
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  Value root_;
  std::vector<Value*> open_;
};

}  // namespace

const Value* Value::find(std::string_view name) const {
  for (const Member& member : members) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

std::optional<std::string_view> Value::text_of(std::string_view name) const {
  const Value* value = find(name);
  if (value == nullptr || !value->is(Kind::text)) return std::nullopt;
  return value->text;
}

std::optional<Value> parse_object(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";  // which the reader would pass over
  TreeBuilder builder;
  if (text.starts_with(kByteOrderMark) || !nlohmann::json::sax_parse(text.begin(), text.end(), &builder))
    return std::nullopt;
  Value value = builder.take();
  if (!value.is(Kind::object)) return std::nullopt;
  return value;
}

}  // namespace weft::jose
