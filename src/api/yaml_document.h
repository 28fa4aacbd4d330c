// YamlDocuments: libyaml's events of one piece of a file, composed into trees. Used by parse_yaml() only.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <yaml.h>

#include "api/tree.h"

namespace weft::api {

// One event of libyaml, freed with its owner.
class YamlEvent {
 public:
  YamlEvent() = default;
  YamlEvent(const YamlEvent&) = delete;
  YamlEvent& operator=(const YamlEvent&) = delete;
  ~YamlEvent() { yaml_event_delete(&event_); }

  // Fetches the next event; false when the text is not YAML (the parser then says why).
  bool fetch(yaml_parser_t& parser) {
    yaml_event_delete(&event_);
    return yaml_parser_parse(&parser, &event_) == 1;
  }
  const yaml_event_t& operator*() const { return event_; }
  const yaml_event_t* operator->() const { return &event_; }

 private:
  yaml_event_t event_{};
};

// Reads the documents of one piece. Stops at the first thing that is no YAML or passes a limit; duplicate keys are all
// reported. Made for one read().
class YamlDocuments {
 public:
  YamlDocuments(const SourceFile& source, std::string_view text, uint32_t first_line);
  YamlDocuments(const YamlDocuments&) = delete;
  YamlDocuments& operator=(const YamlDocuments&) = delete;
  ~YamlDocuments() { yaml_parser_delete(&parser_); }

  // Appends every sound document that is not empty, and every finding.
  void read(std::vector<Node>& documents, Findings& findings);

 private:
  // Each reads what begins with the current event into `node`; false: give up (a finding says why).
  bool read_node(Node& node, size_t depth);
  bool read_scalar(Node& node);
  bool read_list(Node& node, size_t depth);
  bool read_map(Node& node, size_t depth);
  bool read_entry(Node& map, size_t depth);
  bool read_alias(Node& node, size_t depth);

  bool next();
  bool keep_anchor(const std::string& name, const Node& node);
  bool merge_entries(Node& map);
  bool check_key(const Node& map, const MapEntry& entry);
  bool check_size();
  bool refuse(Position at, Code code, std::string message, std::string hint = {}, uint32_t width = 1);
  bool refuse_syntax();
  Position position(const yaml_mark_t& mark) const;

  const SourceFile& source_;
  std::string_view text_;
  uint32_t first_line_;
  yaml_parser_t parser_{};
  YamlEvent event_;
  std::map<std::string, Node, std::less<>> anchors_;
  size_t alias_cost_ = 0;      // bytes that anchors and aliases have added to this document
  size_t object_start_ = 0;    // byte at which the object that is being read began
  bool sound_ = true;          // of the document that is being read
  bool in_list_kind_ = false;  // within the items of a `kind: List`: each item is an object
  Findings* findings_ = nullptr;
};

}  // namespace weft::api
