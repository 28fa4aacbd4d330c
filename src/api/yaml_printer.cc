// YAML for people, as kubectl prints it: block style, two spaces, lists not indented below their key.
#include <fmt/format.h>

#include "api/tree.h"
#include "api/yaml_scalar.h"
#include "base/strings.h"

namespace weft::api {
namespace {

// Text of several lines can stand as a block only if nothing in it needs an escape.
bool fits_block(std::string_view text) {
  if (text.find('\n') == std::string_view::npos || text.front() == ' ' || text.front() == '\n') return false;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f) return false;
  }
  return text.find(" \n") == std::string_view::npos && !text.ends_with(' ');
}

// Writes one value after another into a text.
class YamlPrinter {
 public:
  std::string take() { return std::move(out_); }

  void print(const Json& json, size_t indent) {
    if (json.is_object() && !json.empty()) return print_map(json, indent);
    if (json.is_array() && !json.empty()) return print_list(json, indent);
    print_scalar(json, indent);
    out_ += '\n';
  }

 private:
  void print_map(const Json& map, size_t indent) {
    bool first = true;
    for (const auto& [key, value] : map.items()) {
      if (!first || !at_item_) out_.append(indent, ' ');
      first = at_item_ = false;
      print_string(key, indent);
      out_ += ':';
      print_value(value, indent);
    }
  }

  void print_list(const Json& list, size_t indent) {
    bool first = true;
    for (const auto& item : list) {
      if (!first || !at_item_) out_.append(indent, ' ');
      first = false;
      out_ += "- ";
      at_item_ = true;  // the item's first line goes on behind the dash
      print(item, indent + 2);
      at_item_ = false;
    }
  }

  // What follows "key:".
  void print_value(const Json& value, size_t indent) {
    const bool nested = value.is_structured() && !value.empty();
    if (!nested) {
      out_ += ' ';
      print_scalar(value, indent);
      out_ += '\n';
      return;
    }
    out_ += '\n';
    print(value, value.is_array() ? indent : indent + 2);
  }

  void print_scalar(const Json& value, size_t indent) {
    at_item_ = false;
    if (value.is_string()) return print_string(value.get_ref<const std::string&>(), indent);
    out_ += value.dump();  // numbers, booleans, null, {} and []
  }

  void print_string(const std::string& text, size_t indent) {
    if (text.empty()) {
      out_ += "\"\"";
    } else if (fits_block(text)) {
      print_block(text, indent + 2);
    } else if (needs_quotes(text) || text.find('\n') != std::string::npos) {
      out_ += Json(text).dump();
    } else {
      out_ += text;
    }
  }

  void print_block(std::string_view text, size_t indent) {
    const bool ends = text.ends_with('\n');
    if (ends) text.remove_suffix(1);
    out_ += !ends ? "|-" : text.ends_with('\n') ? "|+" : "|";
    for (const auto line : split(text, '\n')) {
      out_ += '\n';
      if (!line.empty()) out_.append(indent, ' ').append(line);
    }
  }

  std::string out_;
  bool at_item_ = false;
};

}  // namespace

std::string print_yaml(const Json& json) {
  YamlPrinter printer;
  printer.print(json, 0);
  return printer.take();
}

}  // namespace weft::api
