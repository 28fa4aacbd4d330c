#include "control/mesh/locality.h"

namespace weft::control::mesh {
namespace {

std::string own_value(const model::Labels& labels, std::string_view key) {
  const auto found = labels.find(key);
  return found == labels.end() ? std::string() : found->second;
}

}  // namespace

Locality parse_locality(std::string_view text, char separator) {
  Locality locality;
  const size_t first = text.find(separator);
  locality.region = text.substr(0, first);
  if (first == text.npos) return locality;
  text.remove_prefix(first + 1);
  const size_t second = text.find(separator);
  locality.zone = text.substr(0, second);
  if (second != text.npos) locality.subzone = text.substr(second + 1);
  return locality;
}

// A label cannot hold a slash, so dots part its value.
Locality locality_of(const model::Labels& labels, std::string_view zone) {
  const std::string whole = own_value(labels, kLocalityLabel);
  if (!whole.empty()) return parse_locality(whole, '.');
  Locality locality{own_value(labels, kRegionLabel), own_value(labels, kZoneLabel), own_value(labels, kSubzoneLabel)};
  if (locality.zone.empty()) locality.zone = zone;
  return locality;
}

bool matches(const Locality& pattern, const Locality& locality) {
  const auto takes = [](const std::string& wanted, const std::string& part) {
    return wanted.empty() || wanted == "*" || wanted == part;
  };
  return takes(pattern.region, locality.region) && takes(pattern.zone, locality.zone) &&
         takes(pattern.subzone, locality.subzone);
}

std::string label_value(const model::Labels& labels, std::string_view key) {
  if (key == kRegionLabel) return locality_of(labels).region;
  if (key == kZoneLabel) return locality_of(labels).zone;
  if (key == kSubzoneLabel) return locality_of(labels).subzone;
  return own_value(labels, key);
}

}  // namespace weft::control::mesh
