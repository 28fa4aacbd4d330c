// JSON in and out of the tree, and the strict reading of API requests.
#include <charconv>
#include <set>

#include "api/tree.h"

namespace weft::api {
namespace {

Json number_to_json(const std::string& text) {
  double value = 0;
  std::from_chars(text.data() + (text.starts_with('+') ? 1 : 0), text.data() + text.size(), value);
  return value;
}

Json integer_to_json(const std::string& text) {
  if (text.starts_with('-')) return static_cast<int64_t>(std::stoll(text));
  return static_cast<uint64_t>(std::stoull(text));
}

// Builds a Json from parse events, refusing what nlohmann::json would let pass: duplicate keys and great depth.
class StrictJson final : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool number_float(number_float_t value, const string_t&) override { return add(value); }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(size_t) override { return open(Json::object()); }
  bool start_array(size_t) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& value) override {
    if (open_.back()->contains(value)) return refuse("the key \"" + value + "\" stands twice");
    key_ = value;
    return true;
  }

  bool parse_error(size_t position, const std::string&, const nlohmann::detail::exception&) override {
    return refuse("not JSON at byte " + std::to_string(position));
  }

  Result<Json> take() {
    if (!error_.empty()) return fail(Reason::malformed, error_, Side::client);
    return std::move(root_);
  }

 private:
  bool refuse(std::string why) {
    if (error_.empty()) error_ = std::move(why);
    return false;
  }

  Json* place(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    Json& parent = *open_.back();
    if (parent.is_object()) return &(parent[key_] = std::move(value));
    parent.push_back(std::move(value));
    return &parent.back();
  }

  bool add(Json value) {
    place(std::move(value));
    return true;
  }

  // Pointers to the open values stay good: a parent gains no element before its open child is closed.
  bool open(Json value) {
    if (open_.size() == kDepthMax) return refuse("nested deeper than " + std::to_string(kDepthMax) + " levels");
    open_.push_back(place(std::move(value)));
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  Json root_;
  std::vector<Json*> open_;
  std::string key_;
  std::string error_;
};

}  // namespace

Json to_json(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return nullptr;
    case Node::Kind::boolean:
      return node.text == "true";
    case Node::Kind::integer:
      return integer_to_json(node.text);
    case Node::Kind::number:
      return number_to_json(node.text);
    case Node::Kind::string:
      return node.text;
    case Node::Kind::list: {
      Json list = Json::array();
      for (const auto& item : node.items) list.push_back(to_json(item));
      return list;
    }
    case Node::Kind::map: {
      Json map = Json::object();
      for (const auto& entry : node.entries) map[entry.key] = to_json(entry.value);
      return map;
    }
  }
  return nullptr;
}

Node to_node(const Json& json) {
  Node node;
  switch (json.type()) {
    case Json::value_t::boolean:
      node.kind = Node::Kind::boolean;
      node.text = json.get<bool>() ? "true" : "false";
      break;
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
      node.kind = Node::Kind::integer;
      node.text = json.dump();
      break;
    case Json::value_t::number_float:
      node.kind = Node::Kind::number;
      node.text = json.dump();
      break;
    case Json::value_t::string:
      node.kind = Node::Kind::string;
      node.text = json.get_ref<const std::string&>();
      break;
    case Json::value_t::array:
      node.kind = Node::Kind::list;
      for (const auto& item : json) node.items.push_back(to_node(item));
      break;
    case Json::value_t::object:
      node.kind = Node::Kind::map;
      for (const auto& [key, value] : json.items()) node.entries.push_back({key, {}, 0, to_node(value)});
      break;
    default:
      break;  // null, and the binary and discarded values that no parser makes
  }
  return node;
}

Result<Json> parse_json(std::string_view text, size_t size_max) {
  if (text.size() > size_max) {
    return fail(Reason::too_large, "larger than " + std::to_string(size_max) + " bytes", Side::client);
  }
  StrictJson strict;
  Json::sax_parse(text, &strict);
  return strict.take();
}

}  // namespace weft::api
