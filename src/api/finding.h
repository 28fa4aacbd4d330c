// Finding: one thing to say about a configuration: an error or a warning, with its place and a hint. Every check of a
// file or an API object answers in findings, all of them at once; one renderer for people, one for JSON.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace weft::api {

// Stable numbers, shown as WFTnnnn. One meaning each; never reused.
enum class Code : uint16_t {
  syntax = 1001,              // the text is not YAML (or JSON)
  duplicate_key = 1002,       // a key stands twice in one map
  too_large = 1003,           // an object, a file or an expansion passes its size limit
  too_deep = 1004,            // nested deeper than the limit
  bad_alias = 1005,           // unknown anchor
  unreadable = 1006,          // the file can't be opened or is not UTF-8
  unknown_kind = 1008,        // apiVersion and kind name nothing that Weft serves
  bad_metadata = 1009,        // name, namespace, labels or annotations
  unknown_field = 1010,       // the field does not exist in this kind
  wrong_type = 1011,          // a list where a map is due, a number where a string is due ...
  bad_value = 1012,           // the right type, but not acceptable
  required = 1013,            // a field that must be set is not
  bad_duration = 1014,        // not a duration, or not in whole milliseconds
  out_of_range = 1015,        // a number below or above its limits
  conflicting_fields = 1016,  // fields that exclude each other
  unknown_subset = 1017,      // a route names a subset that no DestinationRule of the host defines
  unknown_host = 1018,        // a route or rule names a host that is in no registry
  duplicate_object = 1019,    // the same object stands twice in the files
  legacy_spelling = 1030,     // accepted; the modern spelling is named
  not_in_force = 1031,        // accepted, its behaviour comes later
  unused_field = 1032,       // accepted and kept; nothing in Weft reads it, and it would change behaviour on Kubernetes
  unreachable_rule = 1033,   // an earlier rule takes everything this one would
  duplicate_match = 1034,    // a match equals an earlier one
  conflicting_hosts = 1035,  // two VirtualServices claim one host
  conflicting_servers = 1036,    // servers of gateways that get in each other's way on a port
  unknown_gateway = 1037,        // a VirtualService names a Gateway that does not exist
  host_not_in_gateway = 1038,    // none of a VirtualService's hosts is served by a gateway it names
  no_workload = 1039,            // a selector matches no pod
  port_not_on_service = 1040,    // no Service of the gateway's pods has the port of a server
  odd_weights = 1042,            // weights don't add up to 100; they are read as shares
  conflicting_protocols = 1043,  // ServiceEntries that say different things of one host's port
  conflicting_sidecars = 1044,   // Sidecars for the same workloads
  conflicting_policies = 1045,   // policies for the same workloads of which one holds
  widened_rule = 1046,           // a rule that refuses more than it says
  holds_in_part = 1047,          // in force, but not for something that Weft does and Istio does not
  outside_mesh = 1048,           // an object of a namespace that discoverySelectors do not take
};

std::string to_string(Code code);

enum class Severity : uint8_t { error, warning, info };
std::string_view to_string(Severity severity);

// A value. `line` and `column` count from 1; 0 means the object did not come from a file: then only `path` tells the
// place.
struct Finding {
  Code code = Code::bad_value;
  Severity severity = Severity::error;
  std::string object;  // "VirtualService nodejs-app/nodejs-api"; empty when the text didn't get that far
  std::string path;    // "spec.http[0].route[1].weight"; empty for the object as a whole
  std::string file;
  uint32_t line = 0;
  uint32_t column = 0;
  uint32_t width = 1;       // how many columns the caret line underlines
  std::string source_line;  // the line as it stands in the file, cut to a screen's width
  std::string message;      // one sentence, no final full stop
  std::string hint;         // what to do; empty when the message says it all

  friend bool operator==(const Finding&, const Finding&) = default;
};

using Findings = std::vector<Finding>;

bool has_errors(const Findings& findings);
size_t count(const Findings& findings, Severity severity);

// Orders what is said about one file as the file is read.
void sort_by_place(std::span<Finding> findings);

enum class Colour : uint8_t { off, on };

// For people: place, code, message; the source line with a caret line under it; the hint. Ends with a newline.
std::string render(const Finding& finding, Colour colour = Colour::off);
std::string render(const Findings& findings, Colour colour = Colour::off);

// One line without the source: for the Warning headers of the API and for logs.
std::string render_line(const Finding& finding);

// {code, severity, message, object, path, file, line, column, hint}; empty members are left out.
nlohmann::json to_json(const Finding& finding);
nlohmann::json to_json(const Findings& findings);

// An entry of a Kubernetes Status' details.causes[]: {reason, message, field}.
nlohmann::json to_status_cause(const Finding& finding);

}  // namespace weft::api
