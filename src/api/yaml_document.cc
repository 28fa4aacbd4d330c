#include "api/yaml_document.h"

#include <algorithm>

#include <fmt/format.h>

#include "api/source_finding.h"
#include "api/yaml_scalar.h"
#include "api/yaml_syntax.h"

namespace weft::api {
namespace {

constexpr size_t kNodeCost = 64;  // bytes a node weighs beside its text, for the bound on aliases

// What copying a node costs in memory, roughly.
size_t cost_of(const Node& node) {
  size_t cost = kNodeCost + node.text.size();
  for (const auto& item : node.items) cost += cost_of(item);
  for (const auto& entry : node.entries) cost += entry.key.size() + cost_of(entry.value);
  return cost;
}

size_t depth_of(const Node& node) {
  size_t deepest = 0;
  for (const auto& item : node.items) deepest = std::max(deepest, depth_of(item));
  for (const auto& entry : node.entries) deepest = std::max(deepest, depth_of(entry.value));
  return deepest + (node.is_scalar() ? 0 : 1);
}

std::string text_of(const yaml_char_t* text, size_t size) {
  return {reinterpret_cast<const char*>(text), size};
}
std::string text_of(const yaml_char_t* text) {
  return text == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(text));
}

std::string anchor_of(const yaml_event_t& event) {
  switch (event.type) {
    case YAML_SCALAR_EVENT:
      return text_of(event.data.scalar.anchor);
    case YAML_SEQUENCE_START_EVENT:
      return text_of(event.data.sequence_start.anchor);
    case YAML_MAPPING_START_EVENT:
      return text_of(event.data.mapping_start.anchor);
    default:
      return {};
  }
}

}  // namespace

YamlDocuments::YamlDocuments(const SourceFile& source, std::string_view text, uint32_t first_line)
    : source_(source), text_(text), first_line_(first_line) {
  yaml_parser_initialize(&parser_);
  yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text_.data()), text_.size());
}

void YamlDocuments::read(std::vector<Node>& documents, Findings& findings) {
  findings_ = &findings;
  while (next() && event_->type != YAML_STREAM_END_EVENT) {
    if (event_->type != YAML_DOCUMENT_START_EVENT) continue;
    anchors_.clear();
    alias_cost_ = 0;
    sound_ = true;
    in_list_kind_ = false;
    object_start_ = source_.offset(position(event_->end_mark));
    Node root;
    if (!next() || !read_node(root, 1)) return;
    if (sound_ && root.kind != Node::Kind::null) documents.push_back(std::move(root));
  }
}

bool YamlDocuments::next() {
  return event_.fetch(parser_) || refuse_syntax();
}

// Depth and size are bounded here, before anything is built from the event.
bool YamlDocuments::read_node(Node& node, size_t depth) {
  if (event_->type == YAML_ALIAS_EVENT) return read_alias(node, depth);
  node.at = position(event_->start_mark);
  if (!check_size()) return false;
  const std::string anchor = anchor_of(*event_);
  bool good = true;
  if (event_->type == YAML_SCALAR_EVENT) {
    good = read_scalar(node);
  } else if (depth > kDepthMax) {
    return refuse(node.at, Code::too_deep, fmt::format("nested deeper than {} levels", kDepthMax));
  } else if (event_->type == YAML_SEQUENCE_START_EVENT) {
    good = read_list(node, depth);
  } else {
    good = read_map(node, depth);
  }
  return good && (anchor.empty() || keep_anchor(anchor, node));
}

// Quoted scalars and !!str are strings; plain ones are typed. Tags of one's own would need constructors.
bool YamlDocuments::read_scalar(Node& node) {
  const auto& scalar = event_->data.scalar;
  const Position end = position(event_->end_mark);
  node.width = end.line == node.at.line ? end.column - node.at.column : 1;
  std::string text = text_of(scalar.value, scalar.length);
  const std::string tag = text_of(scalar.tag);
  const bool plain = scalar.style == YAML_PLAIN_SCALAR_STYLE && (tag.empty() || tag != "tag:yaml.org,2002:str");
  constexpr std::string_view kTags[] = {"",           "!", YAML_STR_TAG, YAML_INT_TAG, YAML_FLOAT_TAG, YAML_BOOL_TAG,
                                        YAML_NULL_TAG};
  if (std::ranges::find(kTags, tag) == std::end(kTags)) {
    return refuse(node.at, Code::syntax, fmt::format("the tag {} is not supported", tag), "leave it out");
  }
  if (!plain || tag == "!") {
    node.kind = Node::Kind::string;
    node.text = std::move(text);
    return true;
  }
  PlainScalar typed = type_plain_scalar(text);
  node.kind = typed.kind;
  node.text = std::move(typed.text);
  return true;
}

bool YamlDocuments::read_list(Node& node, size_t depth) {
  node.kind = Node::Kind::list;
  const bool of_objects = in_list_kind_ && depth == 2;
  while (next()) {
    if (event_->type == YAML_SEQUENCE_END_EVENT) return true;
    if (of_objects) object_start_ = source_.offset(position(event_->start_mark));
    if (!read_node(node.items.emplace_back(), depth + 1)) return false;
  }
  return false;
}

bool YamlDocuments::read_map(Node& node, size_t depth) {
  node.kind = Node::Kind::map;
  while (next()) {
    if (event_->type == YAML_MAPPING_END_EVENT) return check_size() && merge_entries(node);
    if (!read_entry(node, depth)) return false;
  }
  return false;
}

// A key that stands twice is reported, its value read and dropped: what follows may hold more errors.
bool YamlDocuments::read_entry(Node& map, size_t depth) {
  MapEntry entry;
  entry.key_at = position(event_->start_mark);
  if (event_->type != YAML_SCALAR_EVENT) {
    return refuse(entry.key_at, Code::syntax, "a key must be a plain text, not a map, a list or an alias");
  }
  const auto& scalar = event_->data.scalar;
  entry.key = text_of(scalar.value, scalar.length);
  const Position end = position(event_->end_mark);
  entry.key_width = end.line == entry.key_at.line ? end.column - entry.key_at.column : 1;
  if (entry.key.empty() && scalar.style == YAML_PLAIN_SCALAR_STYLE) {
    return refuse(entry.key_at, Code::syntax, "a key is missing before the colon");
  }
  const bool wanted = check_key(map, entry);
  if (!next()) return false;
  const bool items = depth == 1 && entry.key == "items";
  if (items) in_list_kind_ = true;
  if (!read_node(entry.value, depth + 1)) return false;
  if (items) in_list_kind_ = false;
  if (wanted) map.entries.push_back(std::move(entry));
  return true;
}

// Go's JSON and YAML readers differ in which of two equal keys wins; nobody means to write both.
bool YamlDocuments::check_key(const Node& map, const MapEntry& entry) {
  const auto same = std::ranges::find(map.entries, entry.key, &MapEntry::key);
  if (same == map.entries.end() || entry.key == "<<") return true;
  refuse(entry.key_at, Code::duplicate_key,
         fmt::format("the key \"{}\" stands twice; first in line {}", entry.key, same->key_at.line),
         "remove one of them", entry.key_width);
  return false;
}

// Aliases are expanded by copy, within a bound: nine lines of nested aliases can name a billion nodes.
bool YamlDocuments::read_alias(Node& node, size_t depth) {
  const Position at = position(event_->start_mark);
  const std::string name = text_of(event_->data.alias.anchor);
  const auto anchor = anchors_.find(name);
  if (anchor == anchors_.end()) {
    return refuse(at, Code::bad_alias, fmt::format("the alias *{0} has no anchor &{0} before it", name), {},
                  static_cast<uint32_t>(name.size() + 1));
  }
  alias_cost_ += cost_of(anchor->second);
  if (alias_cost_ > kAliasCostMax) {
    return refuse(at, Code::too_large,
                  fmt::format("aliases add more than {} MiB to this document", kAliasCostMax >> 20));
  }
  if (depth - 1 + depth_of(anchor->second) > kDepthMax) {
    return refuse(at, Code::too_deep, fmt::format("nested deeper than {} levels", kDepthMax));
  }
  node = anchor->second;
  return true;
}

bool YamlDocuments::keep_anchor(const std::string& name, const Node& node) {
  alias_cost_ += cost_of(node);
  if (alias_cost_ > kAliasCostMax) {
    return refuse(node.at, Code::too_large, fmt::format("anchors hold more than {} MiB", kAliasCostMax >> 20));
  }
  anchors_[name] = node;
  return true;
}

// YAML 1.1's merge key: `<<: *base` (or a list of them) adds the entries that the map does not have itself.
bool YamlDocuments::merge_entries(Node& map) {
  const auto merge = std::ranges::find(map.entries, "<<", &MapEntry::key);
  if (merge == map.entries.end()) return true;
  const MapEntry entry = std::move(*merge);
  map.entries.erase(merge);
  const std::vector<Node> bases = entry.value.is_list() ? entry.value.items : std::vector<Node>{entry.value};
  for (const Node& base : bases) {
    if (!base.is_map()) return refuse(entry.key_at, Code::syntax, "a merge key (<<) takes a map or a list of maps");
    for (const MapEntry& inherited : base.entries) {
      if (map.find(inherited.key) == nullptr) map.entries.push_back(inherited);
    }
  }
  return true;
}

// Measured while reading, so that a huge object costs no huge tree.
bool YamlDocuments::check_size() {
  const size_t here = source_.offset(position(event_->end_mark));
  if (here <= object_start_ + kObjectSizeMax) return true;
  const size_t line = static_cast<size_t>(
      std::count(source_.text().begin(), source_.text().begin() + static_cast<ptrdiff_t>(object_start_), '\n'));
  return refuse({static_cast<uint32_t>(line + 1), 1}, Code::too_large,
                fmt::format("the object that begins here is larger than {} MiB", kObjectSizeMax >> 20),
                "an object may have 1 MiB; put large data into files of its own");
}

bool YamlDocuments::refuse(Position at, Code code, std::string message, std::string hint, uint32_t width) {
  sound_ = false;
  findings_->push_back(source_finding(source_, at, code, std::move(message), std::move(hint), width));
  return false;
}

bool YamlDocuments::refuse_syntax() {
  const SyntaxError error = explain_syntax_error(parser_, text_);
  return refuse({error.at.line + first_line_ - 1, error.at.column}, error.code, error.message, error.hint);
}

Position YamlDocuments::position(const yaml_mark_t& mark) const {
  return {static_cast<uint32_t>(mark.line) + first_line_, static_cast<uint32_t>(mark.column) + 1};
}

}  // namespace weft::api
