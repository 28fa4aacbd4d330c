#include "api/place.h"

#include <algorithm>

#include "api/source_finding.h"

namespace weft::api {

void Report::add(Severity severity, Code code, std::string path, Position at, uint32_t width, std::string message,
                 std::string hint) {
  Finding finding;
  if (source != nullptr) finding = source_finding(*source, at, code, std::move(message), std::move(hint), width);
  if (source == nullptr) {
    finding.code = code;
    finding.message = std::move(message);
    finding.hint = std::move(hint);
  }
  finding.severity = severity;
  finding.object = object;
  finding.path = std::move(path);
  findings.push_back(std::move(finding));
}

bool Report::has_error_below(std::string_view path) const {
  return std::ranges::any_of(findings, [&](const Finding& finding) {
    return finding.severity == Severity::error && finding.path.starts_with(path);
  });
}

Place::Place(const Place& parent, std::string_view key, const Node& node, Position at, uint32_t width)
    : report_(parent.report_), node_(&node), parent_(&parent), key_(key), at_(at), width_(std::max(1u, width)) {}

Place::Place(const Place& parent, size_t index, const Node& node)
    : report_(parent.report_),
      node_(&node),
      parent_(&parent),
      index_(index),
      at_(node.at),
      width_(std::max(1u, node.width)) {}

// Complaints about a value point at the value; about a map or a list, at the key they stand under, which is where one
// looks.
Place Place::entry(const MapEntry& entry) const {
  const bool scalar = entry.value.is_scalar() && entry.value.width > 0;
  return {*this, entry.key, entry.value, scalar ? entry.value.at : entry.key_at,
          scalar ? entry.value.width : entry.key_width};
}

Place Place::key(const MapEntry& entry) const {
  return {*this, entry.key, entry.value, entry.key_at, entry.key_width};
}

// An index beyond the list stands for the list itself: checks across fields also run when a list was no list.
Place Place::item(size_t index) const {
  const bool exists = node_->is_list() && index < node_->items.size();
  return {*this, index, exists ? node_->items[index] : *node_};
}

namespace {

const MapEntry* find_member(const Node& node, std::string_view name) {
  const auto found = std::ranges::find_if(node.entries, [&](const MapEntry& entry) {
    return entry.key == name || (entry.key.find('_') != std::string::npos && snake_to_camel(entry.key) == name);
  });
  return found == node.entries.end() ? nullptr : &*found;
}

bool is_plain_key(std::string_view key) {
  return !key.empty() && std::ranges::all_of(key, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

}  // namespace

// A member that is missing is complained about where its parent stands.
Place Place::at(std::string_view name) const {
  if (const MapEntry* found = find_member(*node_, name)) return entry(*found);
  return {*this, name, *node_, at_, width_};
}

bool Place::has(std::string_view name) const {
  const MapEntry* found = find_member(*node_, name);
  return found != nullptr && found->value.kind != Node::Kind::null;
}

// The spelling that Kubernetes uses in the causes of a Status.
std::string Place::path() const {
  if (parent_ == nullptr) return {};
  const std::string before = parent_->path();
  if (key_.data() == nullptr) return before + "[" + std::to_string(index_) + "]";
  if (!is_plain_key(key_)) return before + "[\"" + std::string(key_) + "\"]";
  return before.empty() ? std::string(key_) : before + "." + std::string(key_);
}

void Place::error(Code code, std::string message, std::string hint) const {
  report_->add(Severity::error, code, path(), at_, width_, std::move(message), std::move(hint));
}

void Place::warn(Code code, std::string message, std::string hint) const {
  report_->add(Severity::warning, code, path(), at_, width_, std::move(message), std::move(hint));
}

void Place::inform(Code code, std::string message, std::string hint) const {
  report_->add(Severity::info, code, path(), at_, width_, std::move(message), std::move(hint));
}

}  // namespace weft::api
