// For tests of check(): objects as short texts, findings as short lines.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "api/resource.h"

namespace weft::api {

// One object and what is said about it.
struct Case {
  std::string_view name;
  std::string text;
  std::string_view findings;  // "line:column level message [hint]" per finding
};

inline std::string complaints(const Findings& findings) {
  std::string text;
  for (const auto& finding : findings) {
    text += std::to_string(finding.line) + ":" + std::to_string(finding.column) + " " +
            std::string(to_string(finding.severity)) + " " + finding.message;
    if (!finding.hint.empty()) text += " [" + finding.hint + "]";
    text += "\n";
  }
  return text;
}

inline CheckedAll check_text(std::string text, Strictness strictness = Strictness::strict) {
  return check_file(parse_yaml(std::move(text), "t.yaml"), strictness, "default");
}

inline void expect_findings(const std::vector<Case>& cases) {
  for (const Case& each : cases) EXPECT_EQ(complaints(check_text(each.text).findings), each.findings) << each.name;
}

// Lines 1 to 4 are the head; the spec begins in line 5.
inline std::string virtual_service(const std::string& spec) {
  return "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: x}\nspec:\n" + spec;
}
inline std::string destination_rule(const std::string& spec) {
  return "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: x}\nspec:\n" + spec;
}
// One rule's fields, from line 7 column 5 on.
inline std::string rule(const std::string& fields) {
  return virtual_service("  hosts: [a]\n  http:\n  - name: r\n" + fields);
}
inline std::string routed(const std::string& fields) {
  return rule("    route: [{destination: {host: a}}]\n" + fields);
}
inline std::string policy(const std::string& fields) {
  return destination_rule("  host: a\n  trafficPolicy:\n" + fields);
}

// Findings that are not about what is not yet in force.
inline std::string in_force(const std::string& text) {
  Findings findings;
  for (const auto& finding : check_text(text).findings) {
    if (finding.code != Code::not_in_force) findings.push_back(finding);
  }
  return complaints(findings);
}

inline void expect_in_force(const std::vector<Case>& cases) {
  for (const Case& each : cases) EXPECT_EQ(in_force(each.text), each.findings) << each.name;
}

}  // namespace weft::api
