#include "api/reference_finding.h"

#include <algorithm>

#include <fmt/format.h>

#include "api/source_finding.h"

namespace weft::api {

Finding finding_at(const Resource& resource, std::string path, Severity severity, Code code, std::string message) {
  Finding finding;
  if (resource.tree != nullptr && resource.source != nullptr) {
    const Located located = locate(*resource.tree, path);
    finding = source_finding(*resource.source, located.at, code, {}, {}, std::max(1u, located.width));
  }
  finding.code = code;
  finding.severity = severity;
  finding.object = resource.title();
  finding.path = std::move(path);
  finding.message = std::move(message);
  return finding;
}

std::string name_with_place(const Resource& resource) {
  const std::string title = resource.title();
  if (resource.source == nullptr) return title;
  return fmt::format("{}, {}:{}", title, resource.source->name(), resource.line());
}

}  // namespace weft::api
