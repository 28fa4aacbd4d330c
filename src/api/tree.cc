#include "api/tree.h"

#include <algorithm>
#include <charconv>

#include "base/strings.h"

namespace weft::api {

SourceFile::SourceFile(std::string name, std::string text) : name_(std::move(name)), text_(std::move(text)) {
  line_starts_.push_back(0);
  for (size_t at = text_.find('\n'); at != std::string::npos; at = text_.find('\n', at + 1))
    line_starts_.push_back(at + 1);
}

std::string_view SourceFile::line(uint32_t number) const {
  if (number == 0 || number > line_starts_.size()) return {};
  const size_t start = line_starts_[number - 1];
  const size_t end = number < line_starts_.size() ? line_starts_[number] - 1 : text_.size();
  std::string_view line(text_.data() + start, end - start);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

size_t SourceFile::offset(Position position) const {
  if (position.line == 0) return 0;
  if (position.line > line_starts_.size()) return text_.size();
  return std::min(text_.size(), line_starts_[position.line - 1] + position.column - 1);
}

const Node* Node::find(std::string_view key) const {
  const auto found = std::ranges::find(entries, key, &MapEntry::key);
  return found == entries.end() ? nullptr : &found->value;
}

std::string_view Node::find_text(std::string_view key) const {
  const Node* value = find(key);
  return value != nullptr && value->kind == Kind::string ? std::string_view(value->text) : std::string_view();
}

std::string_view describe(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::boolean:
      return "a boolean";
    case Node::Kind::integer:
      return "an integer";
    case Node::Kind::number:
      return "a number";
    case Node::Kind::string:
      return "a string";
    case Node::Kind::list:
      return "a list";
    case Node::Kind::map:
      return "a map";
  }
  return "something else";
}

std::string snake_to_camel(std::string_view name) {
  std::string camel;
  bool upper = false;
  for (const char c : name) {
    if (c == '_') {
      upper = true;
      continue;
    }
    camel += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    upper = false;
  }
  return camel;
}

namespace {

// One step of a path: a key, or an index.
struct Step {
  std::string_view key;
  std::optional<uint64_t> index;
};

// Takes the first step off "http[0].route": keys end at '.' or '['; a key in ["..."] may contain both.
Step take_step(std::string_view& path) {
  if (path.starts_with('.')) path.remove_prefix(1);
  if (path.starts_with("[\"")) {
    const size_t end = std::min(path.find("\"]"), path.size());
    const Step step{path.substr(2, end - 2), {}};
    path.remove_prefix(std::min(end + 2, path.size()));
    return step;
  }
  if (path.starts_with('[')) {
    const size_t end = std::min(path.find(']'), path.size());
    const Step step{{}, parse_unsigned(path.substr(1, end - 1)).value_or(UINT64_MAX)};
    path.remove_prefix(std::min(end + 1, path.size()));
    return step;
  }
  const size_t end = std::min(path.find_first_of(".["), path.size());
  const Step step{path.substr(0, end), {}};
  path.remove_prefix(end);
  return step;
}

const MapEntry* find_entry(const Node& node, std::string_view key) {
  const auto same = std::ranges::find(node.entries, key, &MapEntry::key);
  if (same != node.entries.end()) return &*same;
  const auto snake = std::ranges::find_if(node.entries, [&](const MapEntry& entry) {
    return entry.key.find('_') != std::string::npos && snake_to_camel(entry.key) == key;
  });
  return snake == node.entries.end() ? nullptr : &*snake;
}

}  // namespace

Located locate(const Node& root, std::string_view path) {
  Located here{&root, root.at, root.width, path.empty()};
  while (!path.empty()) {
    const Step step = take_step(path);
    if (step.index) {
      if (!here.node->is_list() || *step.index >= here.node->items.size()) return here;
      here.node = &here.node->items[*step.index];
      here.at = here.node->at;
      here.width = here.node->width;
    } else {
      const MapEntry* entry = find_entry(*here.node, step.key);
      if (entry == nullptr) return here;
      here.node = &entry->value;
      const bool scalar = entry->value.is_scalar() && entry->value.width > 0;
      here.at = scalar ? entry->value.at : entry->key_at;
      here.width = scalar ? entry->value.width : entry->key_width;
    }
    here.exact = path.empty();
  }
  return here;
}

}  // namespace weft::api
