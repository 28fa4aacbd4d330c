// Locality: where a workload runs, as Istio tells it: region, zone and subzone, from labels. Plain values.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "model/labels.h"

namespace weft::control::mesh {

// Empty members: not known. Ordered, to group by.
struct Locality {
  std::string region;
  std::string zone;
  std::string subzone;
  friend auto operator<=>(const Locality&, const Locality&) = default;
};

// The label of a pod that says all three, REGION.ZONE.SUBZONE; it wins over the labels of single parts.
inline constexpr std::string_view kLocalityLabel = "istio-locality";
inline constexpr std::string_view kRegionLabel = "topology.kubernetes.io/region";
inline constexpr std::string_view kZoneLabel = "topology.kubernetes.io/zone";
inline constexpr std::string_view kSubzoneLabel = "topology.istio.io/subzone";
inline constexpr std::array kLocalityLabels = {kLocalityLabel, kRegionLabel, kZoneLabel, kSubzoneLabel};

// `zone` is what is known otherwise.
Locality locality_of(const model::Labels& labels, std::string_view zone = {});

// REGION/ZONE/SUBZONE with fewer parts if they are unknown; "*" stands where a pattern has it.
Locality parse_locality(std::string_view text, char separator = '/');

// Whether a pattern of Istio's takes the locality in: a part that is "*" or missing takes all.
bool matches(const Locality& pattern, const Locality& locality);

// The value of a label; the locality's where the label is one of its parts. Empty: none.
std::string label_value(const model::Labels& labels, std::string_view key);

}  // namespace weft::control::mesh
