#include "cli/input/review.h"

#include <algorithm>
#include <array>

#include "cli/text/output.h"

namespace weft::cli {
namespace {

using api::Json;

// Kinds that references lead to, and the image map.
constexpr std::array<std::string_view, 11> kReferredKinds = {
    "services", "virtualservices", "destinationrules",    "gateways",  "serviceentries", "sidecars", "deployments",
    "pods",     "configmaps",      "peerauthentications", "namespaces"};

std::vector<std::string> known_images(const Manifests& manifests, const std::vector<Json>& known) {
  std::vector<std::string> names;
  for (const auto& [name, image] : manifests.images) names.push_back(name);
  for (const auto& object : known) {
    if (title_of(object) == "ConfigMap weft-system/weft-images")
      std::ranges::move(image_names(object), std::back_inserter(names));
  }
  return names;
}

std::string summary(const Manifests& manifests) {
  const size_t errors = api::count(manifests.findings, api::Severity::error);
  const size_t warnings = api::count(manifests.findings, api::Severity::warning);
  std::string text = "Nothing was changed: " + counted(errors, "error");
  if (warnings > 0) text += ", " + counted(warnings, "warning");
  text += " in " + counted(manifests.files, "file") + ".\n";
  const auto first = std::ranges::find(manifests.findings, api::Severity::error, &api::Finding::severity);
  return first == manifests.findings.end() ? text : text + "  try: weft explain " + api::to_string(first->code) + "\n";
}

}  // namespace

void check_together(Manifests& manifests, const std::vector<Json>& known, Images images) {
  std::vector<api::Resource> others;
  for (const auto& object : known) {
    auto checked = api::check(object, {.strictness = api::Strictness::ignore});
    if (checked.resource) others.push_back(*std::move(checked.resource));
  }
  std::vector<const api::Resource*> changed_pointers;
  for (const auto& resource : manifests.resources) changed_pointers.push_back(&resource);
  std::vector<const api::Resource*> other_pointers;
  for (const auto& resource : others) other_pointers.push_back(&resource);
  std::ranges::move(api::check_references(changed_pointers, other_pointers), std::back_inserter(manifests.findings));
  if (images == Images::may_lack_commands) return;
  std::ranges::move(missing_commands(manifests.resources, known_images(manifests, known)),
                    std::back_inserter(manifests.findings));
}

Expected<std::vector<Json>> known_objects(const ControlPlane& weftd) {
  std::vector<Json> objects;
  for (const auto word : kReferredKinds) {
    const auto* kind = api::find_kind_by_word(word);
    if (!kind) continue;
    auto list = weftd.list(*kind, {});
    if (!list) return stop(std::move(list).error());
    std::ranges::move(list->items, std::back_inserter(objects));
  }
  return objects;
}

std::string describe(const Manifests& manifests, const Style& style) {
  return api::render(manifests.findings, style.colours ? api::Colour::on : api::Colour::off);
}

std::string describe_briefly(const Manifests& manifests, const Style& style) {
  std::string text;
  for (const auto& finding : manifests.findings) {
    if (finding.severity == api::Severity::info) continue;  // `weft validate` says these
    text += style.paint(Tone::warning, "!") + " ";
    if (!finding.file.empty()) text += finding.file + ":" + std::to_string(finding.line) + "  ";
    text += finding.message;
    if (!finding.hint.empty()) text += "; " + finding.hint;
    text += "  " + style.paint(Tone::faint, api::to_string(finding.code)) + "\n";
  }
  return text;
}

Expected<bool> refuse_errors(const Manifests& manifests, const Style& style) {
  if (!api::has_errors(manifests.findings)) return true;
  Failure failure{.exit = Exit::invalid, .what = {}};
  failure.details = describe(manifests, style) + summary(manifests);
  return stop(std::move(failure));
}

}  // namespace weft::cli
